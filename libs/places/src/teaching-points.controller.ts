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
import { TeachingPointsService } from './teaching-points.service.js';
import {
  ChangeTeachingPointRequest,
  CreateTeachingPointRequest,
  TeachingPointsQuery,
  TeachingPointView,
} from './places.dto.js';

@ApiTags('teaching-points')
@Controller('teaching-points')
export class TeachingPointsController {
  constructor(private readonly points: TeachingPointsService) {}

  @Get()
  @AllowEveryone()
  @ApiOperation({ summary: 'Lists teaching points.' })
  @ApiOkResponse({ type: pageOf(TeachingPointView) })
  listTeachingPoints(@Query() query: TeachingPointsQuery) {
    return this.points.list(query);
  }

  @Get(':id')
  @AllowEveryone()
  @ApiOperation({ summary: 'Shows a teaching point.' })
  @ApiOkResponse({ type: TeachingPointView })
  async getTeachingPoint(@IdParam() id: string, @Res({ passthrough: true }) reply: FastifyReply) {
    return withVersion(reply, await this.points.get(id));
  }

  @Post()
  @Allow('teaching-points.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Lists a plate (挂牌).' })
  @ApiCreatedResponse({ type: TeachingPointView })
  createTeachingPoint(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: CreateTeachingPointRequest,
  ) {
    return this.points.create(caller, request, once);
  }

  @Patch(':id')
  @Allow('teaching-points.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Changes a teaching point; delistedOn takes its plate down.' })
  @ApiOkResponse({ type: TeachingPointView })
  async changeTeachingPoint(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeTeachingPointRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.points.change(caller, id, version, request));
  }
}
