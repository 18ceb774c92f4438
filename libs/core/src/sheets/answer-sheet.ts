import { applyDecorators, Param, ParseEnumPipe } from '@nestjs/common';
import { ApiOkResponse, ApiParam, ApiProduces } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CoreErrors } from '../errors/core.errors.js';
import { BYTE_ORDER_MARK, csvRow, textWorkbook } from './write-sheet.js';

/** In which forms a sheet is given out, with their media types. */
const SHEET_FORMS = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
} as const;
export type SheetForm = keyof typeof SHEET_FORMS;

/** A word of a path that must be one of these. @throws CORE.NOT_FOUND */
export const OneOfPath = (name: string, words: readonly string[]) =>
  Param(
    name,
    new ParseEnumPipe(Object.fromEntries(words.map((word) => [word, word])), {
      exceptionFactory: () => CoreErrors.NOT_FOUND(),
    }),
  );

/** The part of a path that says as what a sheet is wanted. */
export const SheetFormPath = () => OneOfPath('form', Object.keys(SHEET_FORMS));

/** The route answers a sheet in the form that its path names. */
export const ApiSheet = () =>
  applyDecorators(
    ApiParam({ name: 'form', enum: Object.keys(SHEET_FORMS) }),
    ApiProduces('text/csv', SHEET_FORMS.xlsx),
    ApiOkResponse({ schema: { type: 'string', format: 'binary' } }),
  );

/** A sheet of text, to be filled in and sent back; the first line is the heading. */
export function sheetOf(form: SheetForm, title: string, lines: readonly (readonly string[])[]): Buffer {
  return form === 'xlsx' ? textWorkbook(title, lines) : Buffer.from(BYTE_ORDER_MARK + lines.map(csvRow).join(''));
}

/** Says of an answer that it is a sheet to be saved under this name; kept by no cache. */
export const answerSheet = (reply: FastifyReply, form: SheetForm, name: string) =>
  void reply
    .type(SHEET_FORMS[form])
    .header('Content-Disposition', `attachment; filename*=UTF-8''${encodeURIComponent(`${name}.${form}`)}`)
    .header('Cache-Control', 'no-store');
