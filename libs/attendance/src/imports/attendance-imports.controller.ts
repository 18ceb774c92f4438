import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  answerSheet,
  ApiIfMatch,
  ApiSheet,
  Caller,
  CurrentCaller,
  FileBody,
  IdParam,
  IfMatch,
  pageOf,
  PageQuery,
  type SheetForm,
  SheetFormPath,
  TakesFile,
  type Upload,
} from '#core';
import {
  AttendanceImportCellsQuery,
  AttendanceImportCellView,
  AttendanceImportView,
  ConfirmAttendanceImportRequest,
  UndoAttendanceImportRequest,
} from './attendance-imports.dto.js';
import { AttendanceImportsService } from './attendance-imports.service.js';

/** 签到导入: rolls that were taken elsewhere. */
@ApiTags('attendance')
@Controller()
export class AttendanceImportsController {
  constructor(private readonly imports: AttendanceImportsService) {}

  @Get('classes/:id/attendance-imports')
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'Lists the rolls of a class that were imported, the latest first.' })
  @ApiOkResponse({ type: pageOf(AttendanceImportView) })
  listAttendanceImports(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.imports.list(caller, id, query);
  }

  @Get('classes/:id/attendance-imports/template/:form')
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'The roll of a class to be filled in: its people and its sessions.' })
  @ApiSheet()
  async attendanceImportTemplate(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @SheetFormPath() form: SheetForm,
    @Res() reply: FastifyReply,
  ) {
    const { name, sheet } = await this.imports.template(caller, id, form);
    answerSheet(reply, form, name);
    void reply.send(sheet);
  }

  @Post('classes/:id/attendance-imports')
  @Allow('attendance.mark')
  @TakesFile('roll')
  @ApiOperation({
    summary: 'Reads a roll (.xlsx or .csv) and says what each cell would bring; nothing is written yet.',
    description: 'No Idempotency-Key: the same file of a class is one import as long as it stands.',
  })
  @ApiCreatedResponse({ type: AttendanceImportView })
  uploadAttendanceImport(@CurrentCaller() caller: Caller, @IdParam() id: string, @FileBody() upload: Upload) {
    return this.imports.upload(caller, id, upload);
  }

  @Get('attendance-imports/:id')
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'An import of marks: what it would bring, or has brought, and who did what.' })
  @ApiOkResponse({ type: AttendanceImportView })
  getAttendanceImport(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.imports.get(caller, id);
  }

  @Get('attendance-imports/:id/cells')
  @Allow('attendance.mark')
  @ApiOperation({ summary: 'Its cells in the order of the file, with what becomes of each, and why.' })
  @ApiOkResponse({ type: pageOf(AttendanceImportCellView) })
  listAttendanceImportCells(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Query() query: AttendanceImportCellsQuery,
  ) {
    return this.imports.cells(caller, id, query);
  }

  @Post('attendance-imports/:id/confirmation')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiIfMatch()
  @ApiOperation({
    summary: 'Writes its marks.',
    description: 'No Idempotency-Key: each mark has its id since the file was read; one that was cut off goes on.',
  })
  @ApiOkResponse({ type: AttendanceImportView })
  confirmAttendanceImport(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { because }: ConfirmAttendanceImportRequest,
  ) {
    return this.imports.confirm(caller, id, version, because);
  }

  @Post('attendance-imports/:id/discard')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Lets go of what was read and of the file, before anything was written.' })
  @ApiOkResponse({ type: AttendanceImportView })
  discardAttendanceImport(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.imports.discard(caller, id, version);
  }

  @Post('attendance-imports/:id/undoing')
  @HttpCode(200)
  @Allow('attendance.mark')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Takes its marks back; what else was marked stands again.' })
  @ApiOkResponse({ type: AttendanceImportView })
  undoAttendanceImport(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: UndoAttendanceImportRequest,
  ) {
    return this.imports.undo(caller, id, version, reason);
  }
}
