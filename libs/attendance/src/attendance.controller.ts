import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, IdParam, pageOf, PageQuery } from '#core';
import {
  EmergencyContactView,
  MarksAnswerView,
  MarksRequest,
  RosterEntryView,
  SignedConsentsRequest,
  SignedConsentsView,
} from './attendance.dto.js';
import { AttendanceService } from './attendance.service.js';
import { FirstSessionService } from './first-session.service.js';
import { SessionRosterService } from './roster.service.js';

@ApiTags('attendance')
@Controller('sessions')
export class AttendanceController {
  constructor(
    private readonly attendance: AttendanceService,
    private readonly roster: SessionRosterService,
    private readonly firstSession: FirstSessionService,
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

  @Get(':id/roster/:residentId/emergency-contact')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'Whom to call when something happens to somebody in the session. Audited.' })
  @ApiOkResponse({ type: EmergencyContactView })
  getEmergencyContact(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('residentId') residentId: string,
  ) {
    return this.firstSession.contact(caller, id, residentId);
  }

  @Post(':id/signed-consents')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiOperation({
    summary: 'Residents signed that somebody of the family was right to apply for them.',
    description:
      'For all or none of them. No Idempotency-Key: a consent that stands stays as it is, and sending it again changes nothing.',
  })
  @ApiOkResponse({ type: SignedConsentsView })
  signConsents(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: SignedConsentsRequest) {
    return this.firstSession.sign(caller, id, request);
  }
}
