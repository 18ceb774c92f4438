import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { brokenConstraint, isDatabaseAway, sqlState } from '../database/transactions.js';
import { languageOf } from '../guard/language.js';
import { CodedError, errorOfConstraint, fillIn } from './coded-error.js';
import { CoreErrors } from './core.errors.js';

/**
 * Answers every error as problem+json (RFC 9457) with code, title in the caller's language, what to do next, and the
 * trace id under which the log knows it. Nothing of the program's inside (stack, SQL) leaves it.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly log = new Logger('Problem');

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    const coded = codedErrorOf(error);
    if (coded.definition.status >= 500 && coded !== error) {
      this.log.error({ err: safeForLog(error), traceId: request.id }, coded.code);
    }
    answerProblem(coded, request, reply);
  }
}

/** Answers an error that has a code; also where Fastify refuses a request before Nest has seen it. */
export function answerProblem(coded: CodedError, request: FastifyRequest, reply: FastifyReply): void {
  const language = languageOf(request.headers['accept-language']);
  const { status, title, next, retryAfter } = coded.definition;
  if (retryAfter !== undefined) void reply.header('Retry-After', String(retryAfter));
  void reply
    .status(status)
    .header('Content-Language', language)
    .header('Cache-Control', 'no-store')
    .type('application/problem+json; charset=utf-8')
    .send({
      type: `urn:huixue:problem:${coded.code}`,
      status,
      code: coded.code,
      title: fillIn(title[language], coded.parameters),
      next: fillIn(next[language], coded.parameters),
      traceId: request.id,
      ...coded.details,
    });
}

const BY_STATUS: Record<number, () => CodedError> = {
  400: () => CoreErrors.MALFORMED(),
  401: () => CoreErrors.SIGN_IN_REQUIRED(),
  403: () => CoreErrors.FORBIDDEN(),
  404: () => CoreErrors.NOT_FOUND(),
  413: () => CoreErrors.TOO_LARGE(),
  415: () => CoreErrors.UNSUPPORTED_MEDIA(),
  429: () => CoreErrors.TOO_MANY_REQUESTS(),
  503: () => CoreErrors.BUSY(),
};

/** SQLSTATE classes: 23 integrity, 22 bad data that a check before should have caught; 57014, 55P03 time-outs. */
function codedErrorOf(error: unknown): CodedError {
  if (error instanceof CodedError) return error;
  const constraint = brokenConstraint(error);
  const explained = constraint === undefined ? undefined : errorOfConstraint(constraint);
  if (explained) return explained;
  const state = sqlState(error);
  if (state === '23505' || state === '23P01') return CoreErrors.CONFLICT();
  if (state === '55P03' || state === '57014' || isDatabaseAway(error)) return CoreErrors.BUSY();
  const status = error instanceof HttpException ? error.getStatus() : (error as { statusCode?: number })?.statusCode;
  return (status === undefined ? undefined : BY_STATUS[status]?.()) ?? CoreErrors.INTERNAL();
}

/** An error without the values a failed query carried, which may be personal data. */
function safeForLog(error: unknown): unknown {
  if (!(error instanceof Error)) return String(error);
  const driver = (error as { driverError?: { code?: string; message?: string; constraint?: string; table?: string } })
    .driverError;
  return driver
    ? {
        name: error.name,
        sqlState: driver.code,
        message: driver.message,
        constraint: driver.constraint,
        table: driver.table,
        stack: error.stack?.split('\n').slice(1).join('\n'),
      }
    : error;
}
