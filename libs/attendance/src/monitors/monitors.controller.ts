import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, ApiOnce, Caller, CurrentCaller, IdParam, type OnceKey, pageOf, PageQuery, WriteOnce } from '#core';
import { MarksAnswerView } from '../attendance.dto.js';
import {
  MonitoredResidentView,
  MonitoredSessionsView,
  MonitorMarksRequest,
  MonitorView,
  NameMonitorRequest,
} from './monitors.dto.js';
import { MonitorsService } from './monitors.service.js';

@ApiTags('attendance')
@Controller()
export class MonitorsController {
  constructor(private readonly monitors: MonitorsService) {}

  @Get('classes/:id/monitors')
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'Who is and was monitor of a class, the last named first.' })
  @ApiOkResponse({ type: pageOf(MonitorView) })
  listMonitors(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.monitors.list(caller, id, query);
  }

  @Post('classes/:id/monitors')
  @ApiOnce()
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'Names a monitor, who may take the roll; two at most.' })
  @ApiCreatedResponse({ type: MonitorView })
  nameMonitor(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @IdParam() id: string,
    @Body() request: NameMonitorRequest,
  ) {
    return this.monitors.name(caller, once, id, request);
  }

  @Post('classes/:id/monitors/:monitorId/end')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'A monitor takes the roll no more; ending it again changes nothing.' })
  @ApiOkResponse({ type: MonitorView })
  endMonitor(@CurrentCaller() caller: Caller, @IdParam() id: string, @IdParam('monitorId') monitorId: string) {
    return this.monitors.end(caller, id, monitorId);
  }

  @Get('me/monitored-sessions')
  @Allow('attendance.own')
  @ApiOperation({ summary: 'Sessions of today whose roll the caller may take as monitor.' })
  @ApiOkResponse({ type: MonitoredSessionsView })
  listMonitoredSessions(@CurrentCaller() caller: Caller) {
    return this.monitors.mySessions(caller);
  }

  @Get('me/monitored-sessions/:id/roster')
  @Allow('attendance.own')
  @ApiOperation({ summary: 'The names on the roll, for its monitor.' })
  @ApiOkResponse({ type: pageOf(MonitoredResidentView) })
  listMonitoredRoster(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.monitors.rosterOf(caller, id, query);
  }

  @Post('me/monitored-sessions/:id/marks')
  @HttpCode(200)
  @Allow('attendance.own')
  @ApiOperation({
    summary: 'Records marks of the monitor; what a teacher marks stands against them.',
    description:
      'Each mark is answered by itself. No Idempotency-Key: each carries an id made by the device, and sending it again changes nothing.',
  })
  @ApiOkResponse({ type: MarksAnswerView })
  markAsMonitor(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: MonitorMarksRequest) {
    return this.monitors.mark(caller, id, request);
  }
}
