import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
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
  withVersion,
} from '#core';
import {
  LateMarkView,
  LateSheetDetailView,
  LateSheetPage,
  LateSheetsQuery,
  ReturnLateSheetRequest,
} from './late-sheets.dto.js';
import { LateSheetsService } from './late-sheets.service.js';

@ApiTags('attendance')
@Controller()
export class LateSheetsController {
  constructor(private readonly sheets: LateSheetsService) {}

  @Get('organisations/:id/late-sheets')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'Late sheets (补录单) of a school, the newest first.' })
  @ApiOkResponse({ type: LateSheetPage })
  listLateSheets(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: LateSheetsQuery) {
    return this.sheets.ofOrganisation(caller, id, query);
  }

  @Get('late-sheets/:id')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'One late sheet with its scans.' })
  @ApiOkResponse({ type: LateSheetDetailView })
  async getLateSheet(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.sheets.get(caller, id));
  }

  @Get('late-sheets/:id/marks')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'What is on a late sheet, beside what counts at present.' })
  @ApiOkResponse({ type: pageOf(LateMarkView) })
  listLateMarks(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.sheets.marksOf(caller, id, query);
  }

  @Post('late-sheets/:id/scans')
  @Allow('attendance.mark')
  @TakesFile('document_scan')
  @ApiOperation({
    summary: 'Adds a photo or scan of the paper behind a late sheet, while it waits.',
    description: 'No Idempotency-Key: the content itself is the key, and sending it again changes nothing.',
  })
  @ApiCreatedResponse({ type: LateSheetDetailView })
  addLateSheetScan(@CurrentCaller() caller: Caller, @IdParam() id: string, @FileBody() upload: Upload) {
    return this.sheets.addScan(caller, id, upload);
  }

  @Get('late-sheets/:id/scans/:scanId/content')
  @Allow('attendance.read')
  @ApiFile('document_scan')
  @ApiOperation({ summary: 'A scan of a late sheet.' })
  async getLateSheetScan(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('scanId') scanId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.sheets.openScan(caller, id, scanId));
  }

  @Post('late-sheets/:id/signature')
  @HttpCode(200)
  @Allow('late-sheets.sign')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Signs a late sheet; its marks count from now on (counting rule 12).' })
  @ApiOkResponse({ type: LateSheetDetailView })
  signLateSheet(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.sheets.sign(caller, id, version);
  }

  @Post('late-sheets/:id/return')
  @HttpCode(200)
  @Allow('late-sheets.sign')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Returns a late sheet with the reason; it counts nothing and may be entered anew.' })
  @ApiOkResponse({ type: LateSheetDetailView })
  returnLateSheet(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ReturnLateSheetRequest,
  ) {
    return this.sheets.giveBack(caller, id, version, request.reason);
  }
}
