import { Body, Controller, Get, Post, Put, Query, Res } from '@nestjs/common';
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
  TakesFile,
  type Upload,
  WriteOnce,
} from '#core';
import { CountingSettingsService } from '../counting/counting-settings.service.js';
import {
  CorrectOpeningFigureRequest,
  CountingSettingsView,
  DraftOpeningFigureRequest,
  EndFigureRequest,
  OpeningFiguresQuery,
  OpeningFigureView,
  RecordSealedTotalRequest,
  ReplaceByListRequest,
  SealedTotalsQuery,
  SealedTotalView,
  SetCutOverRequest,
} from './opening-figures.dto.js';
import { OpeningFiguresService } from './opening-figures.service.js';
import { SealedTotalsService } from '../periods/sealed-totals.service.js';

@ApiTags('opening figures')
@Controller('counting-settings')
export class CountingSettingsController {
  constructor(private readonly settings: CountingSettingsService) {}

  @Get()
  @Allow('targets.read')
  @ApiOperation({ summary: 'Shows from which day on the ledger counts.' })
  @ApiOkResponse({ type: CountingSettingsView })
  readCountingSettings(@CurrentCaller() caller: Caller) {
    return this.settings.get(caller);
  }

  @Put()
  @Allow('counting-settings.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Sets the cut-over; classes that were over before it count by opening figures.' })
  @ApiOkResponse({ type: CountingSettingsView })
  setCutOver(@CurrentCaller() caller: Caller, @IfMatch() version: number, @Body() request: SetCutOverRequest) {
    return this.settings.setCutOver(caller, request, version);
  }
}

@ApiTags('opening figures')
@Controller('opening-figures')
export class OpeningFiguresController {
  constructor(private readonly figures: OpeningFiguresService) {}

  @Get()
  @Allow('targets.read')
  @ApiOperation({ summary: 'Lists figures from before the platform, the latest first.' })
  @ApiOkResponse({ type: pageOf(OpeningFigureView) })
  listOpeningFigures(@CurrentCaller() caller: Caller, @Query() query: OpeningFiguresQuery) {
    return this.figures.list(caller, query);
  }

  @Get(':id')
  @Allow('targets.read')
  @ApiOperation({ summary: 'Shows an opening figure with its document and who answers for it.' })
  @ApiOkResponse({ type: OpeningFigureView })
  getOpeningFigure(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.figures.get(caller, id);
  }

  @Post()
  @Allow('opening-figures.draft')
  @ApiOnce()
  @ApiOperation({ summary: 'Drafts the figure of a year and organisation (or department).' })
  @ApiCreatedResponse({ type: OpeningFigureView })
  draftOpeningFigure(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: DraftOpeningFigureRequest,
  ) {
    return this.figures.draft(caller, request, once);
  }

  @Post(':id/correction')
  @Allow('opening-figures.draft')
  @ApiOnce()
  @ApiOperation({ summary: 'Drafts a figure that takes the place of this one once it is signed.' })
  @ApiCreatedResponse({ type: OpeningFigureView })
  correctOpeningFigure(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @WriteOnce() once: OnceKey,
    @Body() request: CorrectOpeningFigureRequest,
  ) {
    return this.figures.correct(caller, id, request, once);
  }

  @Put(':id/scan')
  @Allow('opening-figures.draft')
  @ApiIfMatch()
  @TakesFile('document_scan')
  @ApiOperation({ summary: 'Keeps a scan of its paper, before anybody reviews it.' })
  @ApiOkResponse({ type: OpeningFigureView })
  scanOpeningFigure(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @FileBody() upload: Upload,
  ) {
    return this.figures.scan(caller, id, version, upload);
  }

  @Get(':id/scan')
  @Allow('targets.read')
  @ApiFile('document_scan')
  @ApiOperation({ summary: 'The scan of its paper.' })
  async getOpeningFigureScan(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.figures.openScan(caller, id));
  }

  @Post(':id/review')
  @Allow('opening-figures.review')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Reviews what another drafted.' })
  @ApiCreatedResponse({ type: OpeningFigureView })
  reviewOpeningFigure(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.figures.review(caller, id, version);
  }

  @Post(':id/signature')
  @Allow('opening-figures.sign')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Signs what others drafted and reviewed; from now on it counts.' })
  @ApiCreatedResponse({ type: OpeningFigureView })
  signOpeningFigure(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.figures.sign(caller, id, version);
  }

  @Post(':id/withdrawal')
  @Allow('opening-figures.draft')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Takes back a figure that is not signed yet.' })
  @ApiCreatedResponse({ type: OpeningFigureView })
  withdrawOpeningFigure(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: EndFigureRequest,
  ) {
    return this.figures.withdraw(caller, id, version, reason);
  }

  @Post(':id/replacement')
  @Allow('opening-figures.sign')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Says that a named list has taken its place; it counts no longer.' })
  @ApiCreatedResponse({ type: OpeningFigureView })
  replaceOpeningFigure(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ReplaceByListRequest,
  ) {
    return this.figures.replace(caller, id, version, request);
  }

  @Post(':id/reinstatement')
  @Allow('opening-figures.sign')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Lets a figure count again whose named list was undone.' })
  @ApiCreatedResponse({ type: OpeningFigureView })
  reinstateOpeningFigure(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: EndFigureRequest,
  ) {
    return this.figures.reinstate(caller, id, version, reason);
  }
}

@ApiTags('opening figures')
@Controller('sealed-totals')
export class SealedTotalsController {
  constructor(private readonly totals: SealedTotalsService) {}

  @Get()
  @Allow('targets.read')
  @ApiOperation({ summary: 'Lists totals that departments sealed without names, the latest first.' })
  @ApiOkResponse({ type: pageOf(SealedTotalView) })
  listSealedTotals(@CurrentCaller() caller: Caller, @Query() query: SealedTotalsQuery) {
    return this.totals.list(caller, query);
  }

  @Post()
  @Allow('sealed-totals.edit')
  @ApiOnce()
  @ApiOperation({
    summary: 'Records a sealed total; it counts in social-training-annual alone, not looked at for doubles.',
  })
  @ApiCreatedResponse({ type: SealedTotalView })
  recordSealedTotal(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: RecordSealedTotalRequest,
  ) {
    return this.totals.record(caller, request, once);
  }

  @Put(':id/scan')
  @Allow('sealed-totals.edit')
  @ApiIfMatch()
  @TakesFile('document_scan')
  @ApiOperation({ summary: 'Keeps a scan of the sealed paper.' })
  @ApiOkResponse({ type: SealedTotalView })
  scanSealedTotal(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @FileBody() upload: Upload,
  ) {
    return this.totals.scan(caller, id, version, upload);
  }

  @Get(':id/scan')
  @Allow('targets.read')
  @ApiFile('document_scan')
  @ApiOperation({ summary: 'The scan of its paper.' })
  async getSealedTotalScan(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.totals.openScan(caller, id));
  }

  @Post(':id/withdrawal')
  @Allow('sealed-totals.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Takes back what was recorded by mistake.' })
  @ApiCreatedResponse({ type: SealedTotalView })
  withdrawSealedTotal(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: EndFigureRequest,
  ) {
    return this.totals.withdraw(caller, id, version, reason);
  }

  @Post(':id/replacement')
  @Allow('sealed-totals.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Says that a named list has taken its place; it counts no longer.' })
  @ApiCreatedResponse({ type: SealedTotalView })
  replaceSealedTotal(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ReplaceByListRequest,
  ) {
    return this.totals.replace(caller, id, version, request);
  }

  @Post(':id/reinstatement')
  @Allow('sealed-totals.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Lets a total count again whose named list was undone.' })
  @ApiCreatedResponse({ type: SealedTotalView })
  reinstateSealedTotal(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: EndFigureRequest,
  ) {
    return this.totals.reinstate(caller, id, version, reason);
  }
}
