import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
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
  withVersion,
  WriteOnce,
} from '#core';
import {
  AppealPage,
  AppealRequest,
  AppealsQuery,
  AppealView,
  DecideAppealRequest,
  ToDecideView,
} from './appeals.dto.js';
import { AppealsService } from './appeals.service.js';

@ApiTags('enrollment')
@Controller()
export class AppealsController {
  constructor(private readonly appeals: AppealsService) {}

  @Post('me/enrollments/:id/appeals')
  @Allow('enrollments.own')
  @ApiOnce()
  @ApiOperation({ summary: 'Ask the school to look again at what became of an enrollment of mine' })
  @ApiCreatedResponse({ type: AppealView })
  make(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Body() request: AppealRequest,
    @WriteOnce() once: OnceKey,
  ): Promise<AppealView> {
    return this.appeals.make(caller, id, request, once);
  }

  @Get('me/appeals')
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Appeals of my residents, the newest first' })
  @ApiOkResponse({ type: AppealPage })
  mine(@CurrentCaller() caller: Caller, @Query() query: AppealsQuery) {
    return this.appeals.mine(caller, query);
  }

  @Get('organisations/:id/appeals')
  @Allow('enrollments.decide')
  @ApiOperation({ summary: 'Appeals to a school, the newest first' })
  @ApiOkResponse({ type: AppealPage })
  ofOrganisation(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: AppealsQuery) {
    return this.appeals.ofOrganisation(caller, id, query);
  }

  @Get('organisations/:id/to-decide')
  @Allow('enrollments.decide')
  @ApiOperation({ summary: 'What waits for a decision of a school: applications by class, and open appeals' })
  @ApiOkResponse({ type: ToDecideView })
  toDecide(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<ToDecideView> {
    return this.appeals.toDecide(caller, id);
  }

  @Get('appeals/:id')
  @Allow('enrollments.decide')
  @ApiOperation({ summary: 'One appeal, for the school that answers it' })
  @ApiOkResponse({ type: AppealView })
  async get(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<AppealView> {
    return withVersion(reply, await this.appeals.get(caller, id));
  }

  @Post('appeals/:id/decision')
  @HttpCode(200)
  @Allow('enrollments.decide')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Answer an appeal; deciding the same again changes nothing' })
  @ApiOkResponse({ type: AppealView })
  decide(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: DecideAppealRequest,
  ): Promise<AppealView> {
    return this.appeals.decide(caller, id, version, request);
  }
}
