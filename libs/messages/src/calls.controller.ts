import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, ApiIfMatch, Caller, CurrentCaller, IdParam, IfMatch, pageOf, withVersion } from '#core';
import {
  CallAttemptRequest,
  CallCountsView,
  CallTaskDetailView,
  CallTasksQuery,
  CallTaskView,
  CloseCallRequest,
} from './calls.dto.js';
import { CallsService } from './calls.service.js';

@ApiTags('calls')
@Controller()
export class CallsController {
  constructor(private readonly calls: CallsService) {}

  @Get('organisations/:organisationId/call-tasks')
  @Allow('calls.work')
  @ApiOperation({ summary: 'People whom an organisation is to call, soonest due first, without their numbers.' })
  @ApiOkResponse({ type: pageOf(CallTaskView) })
  listCallTasks(
    @CurrentCaller() caller: Caller,
    @IdParam('organisationId') organisationId: string,
    @Query() query: CallTasksQuery,
  ) {
    return this.calls.list(caller, organisationId, query);
  }

  @Get('organisations/:organisationId/call-counts')
  @Allow('calls.work')
  @ApiOperation({ summary: 'How many people an organisation is to call, and how many of them by now.' })
  @ApiOkResponse({ type: CallCountsView })
  countCallTasks(@CurrentCaller() caller: Caller, @IdParam('organisationId') organisationId: string) {
    return this.calls.count(caller, organisationId);
  }

  @Get('call-tasks/:id')
  @Allow('calls.work')
  @ApiOperation({ summary: 'Shows whom to call, the whole number and what to say; audited.' })
  @ApiOkResponse({ type: CallTaskDetailView })
  async getCallTask(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.calls.show(caller, id));
  }

  @Post('call-tasks/:id/attempts')
  @HttpCode(200)
  @Allow('calls.work')
  @ApiOperation({
    summary: 'Records an attempt; reaching somebody ends the task.',
    description: 'No Idempotency-Key: an attempt carries an id made by the device; sending it again changes nothing.',
  })
  @ApiOkResponse({ type: CallTaskView })
  recordCallAttempt(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: CallAttemptRequest) {
    return this.calls.attempt(caller, id, request);
  }

  @Post('call-tasks/:id/closing')
  @HttpCode(200)
  @Allow('calls.work')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Nobody need call; says why. Doing it again changes nothing.' })
  @ApiOkResponse({ type: CallTaskView })
  async closeCallTask(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: CloseCallRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.calls.close(caller, id, version, request));
  }
}
