import { ValidationPipe } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { CodedError, Sentence } from './coded-error.js';
import { CoreErrors } from './core.errors.js';

/** A field that is not right: where it stands in the request, and why in both languages. */
interface WrongField {
  /** Such as `sessions.2.startsAt`. */
  path: string;
  message: Sentence;
}

const UNKNOWN_FIELD: Sentence = { zh: '没有这个字段', en: 'is not a known field' };
const NOT_RIGHT: Sentence = { zh: '内容有误', en: 'is not right' };

function wrongFields(errors: readonly ValidationError[], above = ''): WrongField[] {
  return errors.flatMap((error) => {
    const path = `${above}${error.property}`;
    const own = Object.keys(error.constraints ?? {}).slice(-1);
    return [
      ...own.map((constraint) => ({
        path,
        message:
          constraint === 'whitelistValidation'
            ? UNKNOWN_FIELD
            : ((error.contexts?.[constraint] as Sentence | undefined) ?? NOT_RIGHT),
      })),
      ...wrongFields(error.children ?? [], `${path}.`),
    ];
  });
}

/** CORE.INVALID naming every field that is not right, in both languages. */
export const invalid = (fields: readonly WrongField[]): CodedError => CoreErrors.INVALID({}, { fields });

/** Checks every request against its class: unknown fields, wrong kinds and wrong values are all named at once. */
export const requestValidation = () =>
  new ValidationPipe({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    stopAtFirstError: false,
    exceptionFactory: (errors) => invalid(wrongFields(errors)),
  });
