import { Body, Controller, Get, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiParam, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { IMPORT_KINDS, type ImportKind } from '#contracts';
import {
  Allow,
  answerSheet,
  ApiIfMatch,
  ApiOnce,
  ApiSheet,
  Caller,
  CurrentCaller,
  FileBody,
  IdParam,
  IfMatch,
  OneOfPath,
  type OnceKey,
  pageOf,
  type SheetForm,
  SheetFormPath,
  TakesFile,
  type Upload,
  WriteOnce,
} from '#core';
import {
  ConfirmImportRequest,
  CreateImportRequest,
  ImportDetailView,
  ImportRowsQuery,
  ImportRowView,
  ImportsQuery,
  ImportView,
  UndoImportRequest,
} from './imports.dto.js';
import { ImportsService } from './imports.service.js';

/** 导入: what other departments send lists of. */
@ApiTags('imports')
@Controller('imports')
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Get()
  @Allow('imports.manage')
  @ApiOperation({ summary: 'Lists imports, the latest first.' })
  @ApiOkResponse({ type: pageOf(ImportView) })
  listImports(@CurrentCaller() caller: Caller, @Query() query: ImportsQuery) {
    return this.imports.list(caller, query);
  }

  @Get('templates/:kind/:form')
  @Allow('imports.manage')
  @ApiOperation({ summary: 'An empty list with its heading and an example, for a department to fill.' })
  @ApiParam({ name: 'kind', enum: IMPORT_KINDS })
  @ApiSheet()
  importTemplate(
    @CurrentCaller() caller: Caller,
    @OneOfPath('kind', IMPORT_KINDS) kind: ImportKind,
    @SheetFormPath() form: SheetForm,
    @Res() reply: FastifyReply,
  ) {
    const file = this.imports.template(caller, kind, form);
    answerSheet(reply, form, kind === 'training' ? '培训记录模板' : '学历提升模板');
    void reply.send(file);
  }

  @Post()
  @Allow('imports.manage')
  @ApiOnce()
  @ApiOperation({ summary: 'Begins an import; its file is sent next.' })
  @ApiCreatedResponse({ type: ImportView })
  createImport(@CurrentCaller() caller: Caller, @WriteOnce() once: OnceKey, @Body() request: CreateImportRequest) {
    return this.imports.create(caller, request, once);
  }

  @Get(':id')
  @Allow('imports.manage')
  @ApiOperation({ summary: 'Shows an import: how far it is, what it would bring, who did what.' })
  @ApiOkResponse({ type: ImportDetailView })
  getImport(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.imports.get(caller, id);
  }

  @Put(':id/file')
  @Allow('imports.manage')
  @ApiOperation({ summary: 'Sends the file (.xlsx or .csv); it is read in the background.' })
  @TakesFile('import')
  @ApiOkResponse({ type: ImportView })
  uploadImportFile(@CurrentCaller() caller: Caller, @IdParam() id: string, @FileBody() upload: Upload) {
    return this.imports.upload(caller, id, upload);
  }

  @Get(':id/rows')
  @Allow('imports.manage')
  @ApiOperation({ summary: 'Lists rows in the order of the file, with what is wrong and what would count.' })
  @ApiOkResponse({ type: pageOf(ImportRowView) })
  listImportRows(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: ImportRowsQuery) {
    return this.imports.rows(caller, id, query);
  }

  @Get(':id/problems')
  @Allow('imports.manage')
  @ApiOperation({ summary: 'Everything that is wrong with the rows, as CSV.' })
  @ApiProduces('text/csv')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async downloadImportProblems(@CurrentCaller() caller: Caller, @IdParam() id: string, @Res() reply: FastifyReply) {
    const problems = await this.imports.problems(caller, id);
    answerSheet(reply, 'csv', '问题清单');
    void reply.send(problems);
  }

  @Post(':id/confirmation')
  @Allow('imports.manage')
  @ApiIfMatch()
  @ApiOperation({
    summary: 'Has the usable rows written, in place of the figures named; they count as they are there.',
  })
  @ApiCreatedResponse({ type: ImportView })
  confirmImport(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { replaces }: ConfirmImportRequest,
  ) {
    return this.imports.confirm(caller, id, version, replaces);
  }

  @Post(':id/discard')
  @Allow('imports.manage')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Lets go of what was read, before anything was written.' })
  @ApiCreatedResponse({ type: ImportView })
  discardImport(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.imports.discard(caller, id, version);
  }

  @Post(':id/undoing')
  @Allow('imports.manage')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Takes back what the import counted, by reversing entries.' })
  @ApiCreatedResponse({ type: ImportView })
  undoImport(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: UndoImportRequest,
  ) {
    return this.imports.undo(caller, id, version, reason);
  }
}
