import { Body, Controller, Get, Post, Query, Res } from '@nestjs/common';
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
import { HeadcountRequest, HeadcountView, SessionPhotoView, WithdrawPhotoRequest } from './session-evidence.dto.js';
import { SessionEvidenceService } from './session-evidence.service.js';

/** What proves a session beside its marks; for the school's staff. */
@ApiTags('attendance')
@Controller()
export class SessionEvidenceController {
  constructor(private readonly evidence: SessionEvidenceService) {}

  @Get('sessions/:id/photos')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'Photos of a session, the latest first, withdrawn ones included.' })
  @ApiOkResponse({ type: pageOf(SessionPhotoView) })
  listPhotos(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.evidence.listPhotos(caller, id, query);
  }

  @Post('sessions/:id/photos')
  @Allow('attendance.mark')
  @TakesFile('session_photo')
  @ApiOperation({
    summary: 'Adds a photo of a session.',
    description:
      'No Idempotency-Key: the picture itself is the key, and sending it again answers the photo that is there.',
  })
  @ApiCreatedResponse({ type: SessionPhotoView })
  addPhoto(@CurrentCaller() caller: Caller, @IdParam() id: string, @FileBody() upload: Upload) {
    return this.evidence.addPhoto(caller, id, upload);
  }

  @Get('session-photos/:id/content')
  @Allow('attendance.read')
  @ApiFile('session_photo')
  @ApiOperation({ summary: 'The picture. One that was withdrawn is not shown.' })
  async getPhoto(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return answerFile(reply, await this.evidence.openPhoto(caller, id));
  }

  @Post('session-photos/:id/withdrawal')
  @Allow('attendance.mark')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Takes a photo back; it is kept with the reason and shown no more.' })
  @ApiCreatedResponse({ type: SessionPhotoView })
  withdrawPhoto(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: WithdrawPhotoRequest,
  ) {
    return this.evidence.withdrawPhoto(caller, id, version, request.reason);
  }

  @Get('sessions/:id/headcounts')
  @Allow('attendance.read')
  @ApiOperation({ summary: 'How many came to a session without their names being taken; the first one stands.' })
  @ApiOkResponse({ type: pageOf(HeadcountView) })
  listHeadcounts(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.evidence.listHeadcounts(caller, id, query);
  }

  @Post('sessions/:id/headcounts')
  @Allow('attendance.mark')
  @ApiOnce()
  @ApiOperation({
    summary: 'Records how many came without their names being taken.',
    description: 'Counts toward nothing (counting rule 10). Wants two photos; another one takes its place.',
  })
  @ApiCreatedResponse({ type: HeadcountView })
  recordHeadcount(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @WriteOnce() once: OnceKey,
    @Body() request: HeadcountRequest,
  ) {
    return this.evidence.recordHeadcount(caller, id, request, once);
  }
}
