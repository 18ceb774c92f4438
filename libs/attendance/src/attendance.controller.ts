import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, IdParam, pageOf, PageQuery } from '#core';
import { MarksAnswerView, MarksRequest, RosterEntryView } from './attendance.dto.js';
import { AttendanceService } from './attendance.service.js';
import { SessionRosterService } from './roster.service.js';

@ApiTags('attendance')
@Controller('sessions')
export class AttendanceController {
  constructor(
    private readonly attendance: AttendanceService,
    private readonly roster: SessionRosterService,
  ) {}

  @Get(':id/roster')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'Lists who has a seat in the class of a session, with what is marked of each.' })
  @ApiOkResponse({ type: pageOf(RosterEntryView) })
  listRoster(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.roster.list(caller, id, query);
  }

  @Post(':id/marks')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiOperation({
    summary: 'Records marks at a session, at once or later.',
    description:
      'Each mark is answered by itself. No Idempotency-Key: each carries an id made by the device, and sending it again changes nothing.',
  })
  @ApiOkResponse({ type: MarksAnswerView })
  markAttendance(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: MarksRequest) {
    return this.attendance.mark(caller, id, request);
  }
}
