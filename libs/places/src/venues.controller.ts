import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  ApiIfMatch,
  ApiOnce,
  Caller,
  CurrentCaller,
  IdParam,
  IfMatch,
  type OnceKey,
  pageOf,
  withVersion,
  WriteOnce,
} from '#core';
import { VenuesService } from './venues.service.js';
import { ChangeVenueRequest, CreateVenueRequest, VenuesQuery, VenueView } from './places.dto.js';

@ApiTags('venues')
@Controller('venues')
export class VenuesController {
  constructor(private readonly venues: VenuesService) {}

  @Get()
  @Allow('organisations.read')
  @ApiOperation({ summary: 'Lists venues.' })
  @ApiOkResponse({ type: pageOf(VenueView) })
  listVenues(@Query() query: VenuesQuery) {
    return this.venues.list(query);
  }

  @Get(':id')
  @Allow('organisations.read')
  @ApiOperation({ summary: 'Shows a venue.' })
  @ApiOkResponse({ type: VenueView })
  async getVenue(@IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return withVersion(reply, await this.venues.get(id));
  }

  @Post()
  @Allow('venues.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Registers a venue.' })
  @ApiCreatedResponse({ type: VenueView })
  createVenue(@CurrentCaller() caller: Caller, @WriteOnce() once: OnceKey, @Body() request: CreateVenueRequest) {
    return this.venues.create(caller, request, once);
  }

  @Patch(':id')
  @Allow('venues.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Changes a venue.' })
  @ApiOkResponse({ type: VenueView })
  async changeVenue(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeVenueRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.venues.change(caller, id, version, request));
  }
}
