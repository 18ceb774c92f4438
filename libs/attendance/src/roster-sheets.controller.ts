import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  answerFile,
  ApiFile,
  ApiOnce,
  Caller,
  CurrentCaller,
  FileBody,
  IdParam,
  type OnceKey,
  TakesFile,
  type Upload,
  WriteOnce,
} from '#core';
import { RosterSheetView, TranscribedView, TranscribeRequest } from './roster-sheets.dto.js';
import { RosterSheetsService } from './roster-sheets.service.js';

@ApiTags('attendance')
@Controller()
export class RosterSheetsController {
  constructor(private readonly sheets: RosterSheetsService) {}

  @Post('sessions/:id/roster-sheets')
  @Allow('attendance.mark')
  @ApiOnce()
  @ApiOperation({ summary: 'A roster sheet (签到表) to print, with a code of its own.' })
  @ApiCreatedResponse({ type: RosterSheetView })
  printRosterSheet(@CurrentCaller() caller: Caller, @IdParam() id: string, @WriteOnce() once: OnceKey) {
    return this.sheets.print(caller, id, once);
  }

  @Get('roster-sheets/:code')
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'A printed roster sheet by its code, and what was transcribed of it.' })
  @ApiOkResponse({ type: RosterSheetView })
  getRosterSheet(@CurrentCaller() caller: Caller, @Param('code') code: string) {
    return this.sheets.get(caller, code);
  }

  @Post('roster-sheets/:code/photo')
  @Allow('attendance.mark')
  @TakesFile('document_scan')
  @ApiOperation({
    summary: 'A photo of the filled-in sheet, before it is transcribed.',
    description: 'No Idempotency-Key: another one takes the place of the first.',
  })
  @ApiCreatedResponse({ type: RosterSheetView })
  addRosterSheetPhoto(@CurrentCaller() caller: Caller, @Param('code') code: string, @FileBody() upload: Upload) {
    return this.sheets.addPhoto(caller, code, upload);
  }

  @Get('roster-sheets/:code/photo')
  @Allow('attendance.mark')
  @ApiFile('document_scan')
  @ApiOperation({ summary: 'The photo of a sheet.' })
  async getRosterSheetPhoto(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.sheets.openPhoto(caller, code));
  }

  @Post('roster-sheets/:code/transcription')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiOperation({
    summary: 'Enters what is on a sheet; each line is a mark.',
    description:
      'No Idempotency-Key: the marks have their ids since the sheet was printed. The same again changes nothing, another one is refused.',
  })
  @ApiOkResponse({ type: TranscribedView })
  transcribeRosterSheet(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @Body() request: TranscribeRequest,
  ) {
    return this.sheets.transcribe(caller, code, request);
  }
}
