import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  answerFile,
  ApiFile,
  ApiIfMatch,
  Caller,
  CurrentCaller,
  FileBody,
  IdParam,
  IfMatch,
  pageOf,
  PageQuery,
  TakesFile,
  type Upload,
} from '#core';
import { AdjustmentsService } from './adjustments.service.js';
import {
  AdjustmentReasonRequest,
  AdjustmentsQuery,
  AdjustmentView,
  PeriodDetailView,
  PeriodView,
  ReturnPeriodRequest,
  SignPeriodRequest,
} from './periods.dto.js';
import { PeriodsService } from './periods.service.js';

@ApiTags('periods')
@Controller('periods')
export class PeriodsController {
  constructor(private readonly periods: PeriodsService) {}

  @Get()
  @Allow('periods.read')
  @ApiOperation({ summary: 'Lists the months with what was reported and what they come to now, the latest first.' })
  @ApiOkResponse({ type: pageOf(PeriodView) })
  listPeriods(@CurrentCaller() caller: Caller, @Query() query: PageQuery) {
    return this.periods.list(caller, query);
  }

  @Get(':month')
  @Allow('periods.read')
  @ApiOperation({ summary: 'Shows a month with who answers for it and the rules behind it.' })
  @ApiOkResponse({ type: PeriodDetailView })
  getPeriod(@CurrentCaller() caller: Caller, @Param('month') month: string) {
    return this.periods.get(caller, month);
  }

  @Post(':month/scans')
  @Allow('periods.submit')
  @TakesFile('document_scan')
  @ApiOperation({
    summary: 'Adds a scan of the printed, signed and sealed figures of a locked month; one before it stays.',
    description: 'No Idempotency-Key: the same file again is the same scan.',
  })
  @ApiCreatedResponse({ type: PeriodDetailView })
  addPeriodScan(@CurrentCaller() caller: Caller, @Param('month') month: string, @FileBody() upload: Upload) {
    return this.periods.addScan(caller, month, upload);
  }

  @Get(':month/scans/:scanId/content')
  @Allow('periods.read')
  @ApiFile('document_scan')
  @ApiOperation({ summary: "A scan of a month's print." })
  async getPeriodScan(
    @CurrentCaller() caller: Caller,
    @Param('month') month: string,
    @IdParam('scanId') scanId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.periods.openScan(caller, month, scanId));
  }

  @Post(':month/submission')
  @Allow('periods.submit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Submits the figures of a month that is over; from now on it holds still.' })
  @ApiCreatedResponse({ type: PeriodDetailView })
  submitPeriod(@CurrentCaller() caller: Caller, @Param('month') month: string, @IfMatch() version: number) {
    return this.periods.submit(caller, month, version);
  }

  @Post(':month/review')
  @Allow('periods.review')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Reviews what another submitted.' })
  @ApiCreatedResponse({ type: PeriodDetailView })
  reviewPeriod(@CurrentCaller() caller: Caller, @Param('month') month: string, @IfMatch() version: number) {
    return this.periods.review(caller, month, version);
  }

  @Post(':month/signature')
  @Allow('periods.sign')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Signs what others submitted and reviewed, which locks the month.' })
  @ApiCreatedResponse({ type: PeriodDetailView })
  signPeriod(
    @CurrentCaller() caller: Caller,
    @Param('month') month: string,
    @IfMatch() version: number,
    @Body() { documentNumber }: SignPeriodRequest,
  ) {
    return this.periods.sign(caller, month, version, documentNumber);
  }

  @Post(':month/return')
  @Allow('periods.review')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Returns a submitted month, which opens it again.' })
  @ApiCreatedResponse({ type: PeriodDetailView })
  returnPeriod(
    @CurrentCaller() caller: Caller,
    @Param('month') month: string,
    @IfMatch() version: number,
    @Body() { reason }: ReturnPeriodRequest,
  ) {
    return this.periods.return(caller, month, version, reason);
  }
}

@ApiTags('periods')
@Controller('adjustments')
export class AdjustmentsController {
  constructor(private readonly adjustments: AdjustmentsService) {}

  @Get()
  @Allow('periods.read')
  @ApiOperation({ summary: 'Lists differences that touch submitted or locked months, the latest first.' })
  @ApiOkResponse({ type: pageOf(AdjustmentView) })
  listAdjustments(@CurrentCaller() caller: Caller, @Query() query: AdjustmentsQuery) {
    return this.adjustments.list(caller, query);
  }

  @Post(':id/request')
  @Allow('adjustments.ask')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Asks that an adjustment be posted.' })
  @ApiCreatedResponse({ type: AdjustmentView })
  askForAdjustment(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: AdjustmentReasonRequest,
  ) {
    return this.adjustments.ask(caller, id, version, reason);
  }

  @Post(':id/approval')
  @Allow('adjustments.decide')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Approves what another asked for, and posts it in the open period.' })
  @ApiCreatedResponse({ type: AdjustmentView })
  approveAdjustment(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.adjustments.approve(caller, id, version);
  }

  @Post(':id/refusal')
  @Allow('adjustments.decide')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Declines what another asked for; the figures stay as they were reported.' })
  @ApiCreatedResponse({ type: AdjustmentView })
  declineAdjustment(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: AdjustmentReasonRequest,
  ) {
    return this.adjustments.decline(caller, id, version, reason);
  }
}
