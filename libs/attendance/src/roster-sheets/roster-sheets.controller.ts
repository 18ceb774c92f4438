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
import {
  ClaimSheetRequest,
  RosterSheetView,
  TranscribedView,
  TranscribeRequest,
  WithdrawSheetPhotoRequest,
} from './roster-sheets.dto.js';
import { RosterSheetPhotosService } from './roster-sheet-photos.service.js';
import { RosterSheetsService } from './roster-sheets.service.js';

@ApiTags('attendance')
@Controller()
export class RosterSheetsController {
  constructor(
    private readonly sheets: RosterSheetsService,
    private readonly photos: RosterSheetPhotosService,
  ) {}

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

  @Post('roster-sheets/:code/claim')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiOperation({
    summary: 'Says that the caller is about to transcribe a sheet, for half an hour from now.',
    description: 'No Idempotency-Key: again it only says that it goes on.',
  })
  @ApiOkResponse({ type: RosterSheetView })
  claimRosterSheet(@CurrentCaller() caller: Caller, @Param('code') code: string, @Body() request: ClaimSheetRequest) {
    return this.sheets.claim(caller, code, request.takeOver);
  }

  @Post('roster-sheets/:code/photo')
  @Allow('attendance.mark')
  @TakesFile('document_scan')
  @ApiOperation({
    summary: 'A photo of the filled-in sheet, before it is transcribed, or in place of one that was withdrawn.',
    description: 'No Idempotency-Key: the picture itself is the key, and sending it again answers the same.',
  })
  @ApiCreatedResponse({ type: RosterSheetView })
  addRosterSheetPhoto(@CurrentCaller() caller: Caller, @Param('code') code: string, @FileBody() upload: Upload) {
    return this.photos.add(caller, code, upload);
  }

  @Post('roster-sheets/:code/photo/withdrawal')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiOperation({
    summary: 'Withdraws the photo that stands; it is kept, with who, when and why.',
    description: 'No Idempotency-Key: withdrawn once, there is none left to withdraw.',
  })
  @ApiOkResponse({ type: RosterSheetView })
  withdrawRosterSheetPhoto(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @Body() request: WithdrawSheetPhotoRequest,
  ) {
    return this.photos.withdraw(caller, code, request.reason);
  }

  @Get('roster-sheets/:code/photo')
  @Allow('attendance.mark')
  @ApiFile('document_scan')
  @ApiOperation({ summary: 'The photo of a sheet that stands.' })
  async getRosterSheetPhoto(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.photos.open(caller, code));
  }

  @Get('roster-sheets/:code/photos/:id')
  @Allow('attendance.mark')
  @ApiFile('document_scan')
  @ApiOperation({ summary: 'Any photo of a sheet, withdrawn or not.' })
  async getRosterSheetPhotoOf(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.photos.open(caller, code, id));
  }

  @Post('roster-sheets/:code/transcription')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiOperation({
    summary: 'Enters what is on a sheet; each line is a mark.',
    description:
      'No Idempotency-Key: what comes first is settled for all lines, and their marks have their ids since the sheet was printed. The same again changes nothing, another one is refused.',
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
