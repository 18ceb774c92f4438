import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, IdParam } from '#core';
import { MarksAnswerView } from '../attendance.dto.js';
import { CheckInByCodeService } from './check-in-by-code.service.js';
import { CheckInByCodeRequest, OpenSessionsView, RotatingCodeView } from './check-in.dto.js';

@ApiTags('attendance')
@Controller()
export class CheckInController {
  constructor(private readonly byCode: CheckInByCodeService) {}

  @Get('sessions/:id/rotating-code')
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'The code that the screen in the classroom shows now; it changes every 15 seconds.' })
  @ApiOkResponse({ type: RotatingCodeView })
  getRotatingCode(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.byCode.screen(caller, id);
  }

  @Get('me/open-sessions')
  @Allow('attendance.own')
  @ApiOperation({ summary: 'Sessions at which the account may check in somebody now.' })
  @ApiOkResponse({ type: OpenSessionsView })
  listOpenSessions(@CurrentCaller() caller: Caller) {
    return this.byCode.openSessions(caller);
  }

  @Post('me/open-sessions/:id/check-in')
  @HttpCode(200)
  @Allow('attendance.own')
  @ApiOperation({
    summary: 'Checks in people of the account by the code on the screen.',
    description:
      'Each is answered by itself. No Idempotency-Key: each carries an id made by the device, and sending it again changes nothing.',
  })
  @ApiOkResponse({ type: MarksAnswerView })
  checkInByCode(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: CheckInByCodeRequest) {
    return this.byCode.checkIn(caller, id, request);
  }
}
