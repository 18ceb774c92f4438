import { Body, Controller, Get, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  AllowEveryone,
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
import { OrganisationsService } from './organisations.service.js';
import {
  ChangeOrganisationRequest,
  CreateOrganisationRequest,
  OrganisationsQuery,
  OrganisationView,
} from './places.dto.js';

@ApiTags('organisations')
@Controller('organisations')
export class OrganisationsController {
  constructor(private readonly organisations: OrganisationsService) {}

  @Get()
  @Allow('organisations.read')
  @ApiOperation({ summary: 'Lists organisations by name.' })
  @ApiOkResponse({ type: pageOf(OrganisationView) })
  listOrganisations(@Query() query: OrganisationsQuery) {
    return this.organisations.list(query);
  }

  @Get(':id')
  @AllowEveryone()
  @ApiOperation({ summary: 'Shows an organisation.' })
  @ApiOkResponse({ type: OrganisationView })
  async getOrganisation(@IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return withVersion(reply, await this.organisations.get(id));
  }

  @Post()
  @Allow('organisations.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Registers an organisation.' })
  @ApiCreatedResponse({ type: OrganisationView })
  createOrganisation(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: CreateOrganisationRequest,
  ) {
    return this.organisations.create(caller, request, once);
  }

  @Patch(':id')
  @Allow('organisations.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Changes an organisation.' })
  @ApiOkResponse({ type: OrganisationView })
  async changeOrganisation(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeOrganisationRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.organisations.change(caller, id, version, request));
  }
}
