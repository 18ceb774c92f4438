import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, IdParam, pageOf, PageQuery } from '#core';
import { KeptMarkView, SitInView, WalkInRequest, WalkInView } from './walk-ins.dto.js';
import { WalkInsService } from './walk-ins.service.js';

@ApiTags('attendance')
@Controller('sessions')
export class WalkInsController {
  constructor(private readonly walkIns: WalkInsService) {}

  @Post(':id/walk-ins')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiOperation({
    summary: 'Somebody came without a seat: gets a free one from today, or sits in (旁听), which does not count.',
    description: 'No Idempotency-Key: who has a seat or sits in does so already, and sending it again changes nothing.',
  })
  @ApiOkResponse({ type: WalkInView })
  takeWalkIn(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: WalkInRequest) {
    return this.walkIns.take(caller, id, request);
  }

  @Get(':id/sit-ins')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'Who sat in at a session, with the reason.' })
  @ApiOkResponse({ type: pageOf(SitInView) })
  listSitIns(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.walkIns.sitIns(caller, id, query);
  }

  @Get(':id/roster/:residentId/marks')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'All that was marked of somebody at a session, the last first, with who and why.' })
  @ApiOkResponse({ type: pageOf(KeptMarkView) })
  listMarks(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('residentId') residentId: string,
    @Query() query: PageQuery,
  ) {
    return this.walkIns.history(caller, id, residentId, query);
  }
}
