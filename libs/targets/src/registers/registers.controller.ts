import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  answerFile,
  ApiFile,
  ApiIfMatch,
  ApiOnce,
  Caller,
  CurrentCaller,
  FileBody,
  IdParam,
  IfMatch,
  type OnceKey,
  pageOf,
  PageQuery,
  TakesFile,
  type Upload,
  WriteOnce,
} from '#core';
import { RegisterEntryRequest, RegisterEntryView, RegisterQuery, WithdrawEntryRequest } from './registers.dto.js';
import { RegistersService } from './registers.service.js';
import {
  ReportedFiguresQuery,
  ReportedFigureView,
  ReportFigureRequest,
  ReturnFigureRequest,
} from '../reported-figures/reported-figures.dto.js';
import { ReportedFiguresService } from '../reported-figures/reported-figures.service.js';

/** What feeds the indicators that no seat feeds. */
@ApiTags('targets')
@Controller()
export class RegistersController {
  constructor(
    private readonly registers: RegistersService,
    private readonly figures: ReportedFiguresService,
  ) {}

  @Get('indicators/:code/register-entries')
  @Allow('targets.read')
  @ApiOperation({ summary: 'The awards, events and approvals that count for an indicator, the latest first' })
  @ApiOkResponse({ type: pageOf(RegisterEntryView) })
  listRegisterEntries(@CurrentCaller() caller: Caller, @Param('code') code: string, @Query() query: RegisterQuery) {
    return this.registers.list(caller, code, query);
  }

  @Post('indicators/:code/register-entries')
  @Allow('registers.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Record an award, an event or an approval' })
  @ApiCreatedResponse({ type: RegisterEntryView })
  recordRegisterEntry(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @WriteOnce() once: OnceKey,
    @Body() request: RegisterEntryRequest,
  ) {
    return this.registers.record(caller, code, request, once);
  }

  @Post('register-entries/:id/withdrawal')
  @Allow('registers.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Take back what was recorded; it stays in the register with the reason' })
  @ApiCreatedResponse({ type: RegisterEntryView })
  withdrawRegisterEntry(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: WithdrawEntryRequest,
  ) {
    return this.registers.withdraw(caller, id, version, reason);
  }

  @Post('register-entries/:id/scans')
  @Allow('registers.edit')
  @TakesFile('document_scan')
  @ApiOperation({
    summary: "Add a scan of an entry's paper; one before it stays",
    description: 'No Idempotency-Key: the same file again is the same scan.',
  })
  @ApiCreatedResponse({ type: RegisterEntryView })
  addRegisterScan(@CurrentCaller() caller: Caller, @IdParam() id: string, @FileBody() upload: Upload) {
    return this.registers.addScan(caller, id, upload);
  }

  @Get('register-entries/:id/scans/:scanId/content')
  @Allow('targets.read')
  @ApiFile('document_scan')
  @ApiOperation({ summary: "A scan of an entry's paper" })
  async getRegisterScan(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('scanId') scanId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.registers.openScan(caller, id, scanId));
  }

  @Get('indicators/:code/reported-figures')
  @Allow('targets.read')
  @ApiOperation({ summary: 'The figures that the department reported of an indicator, the latest day first' })
  @ApiOkResponse({ type: pageOf(ReportedFigureView) })
  listReportedFigures(@CurrentCaller() caller: Caller, @Param('code') code: string, @Query() query: PageQuery) {
    return this.figures.list(caller, code, query);
  }

  @Post('indicators/:code/reported-figures')
  @Allow('figures.report')
  @ApiOnce()
  @ApiOperation({ summary: "Report the department's figure of a day, or put another in its place" })
  @ApiCreatedResponse({ type: ReportedFigureView })
  reportFigure(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @WriteOnce() once: OnceKey,
    @Body() request: ReportFigureRequest,
  ) {
    return this.figures.report(caller, code, request, once);
  }

  @Get('reported-figures')
  @Allow('targets.read')
  @ApiOperation({ summary: 'The reported figures of all indicators, the latest report first' })
  @ApiOkResponse({ type: pageOf(ReportedFigureView) })
  listAllReportedFigures(@CurrentCaller() caller: Caller, @Query() query: ReportedFiguresQuery) {
    return this.figures.listAll(caller, query);
  }

  @Post('reported-figures/:id/scans')
  @Allow('figures.report')
  @TakesFile('document_scan')
  @ApiOperation({
    summary: 'Add a scan of the paper that a figure is taken from; one before it stays',
    description: 'No Idempotency-Key: the same file again is the same scan.',
  })
  @ApiCreatedResponse({ type: ReportedFigureView })
  addFigureScan(@CurrentCaller() caller: Caller, @IdParam() id: string, @FileBody() upload: Upload) {
    return this.figures.addScan(caller, id, upload);
  }

  @Get('reported-figures/:id/scans/:scanId/content')
  @Allow('targets.read')
  @ApiFile('document_scan')
  @ApiOperation({ summary: 'A scan of the paper that a figure is taken from' })
  async getFigureScan(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('scanId') scanId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.figures.openScan(caller, id, scanId));
  }

  @Post('reported-figures/:id/review')
  @HttpCode(200)
  @Allow('figures.review')
  @ApiOperation({
    summary: 'Accept a figure that another reported; from now on it counts',
    description: 'No Idempotency-Key: accepting it again changes nothing.',
  })
  @ApiOkResponse({ type: ReportedFigureView })
  acceptFigure(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.figures.accept(caller, id);
  }

  @Post('reported-figures/:id/return')
  @HttpCode(200)
  @Allow('figures.review')
  @ApiOperation({
    summary: 'Return a figure with what is not right',
    description: 'No Idempotency-Key: returning it again changes nothing.',
  })
  @ApiOkResponse({ type: ReportedFigureView })
  returnFigure(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() { reason }: ReturnFigureRequest) {
    return this.figures.giveBack(caller, id, reason);
  }
}
