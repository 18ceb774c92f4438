import { applyDecorators, createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { CoreErrors } from './errors/core.errors.js';

/** The version that the caller read, from `If-Match`. @throws CORE.VERSION_REQUIRED */
export const IfMatch = createParamDecorator((_: unknown, context: ExecutionContext): number => {
  const request = context.switchToHttp().getRequest<FastifyRequest>();
  const version = /^(?:W\/)?"(\d{1,9})"$/.exec(request.headers['if-match'] ?? '')?.[1];
  if (version === undefined) throw CoreErrors.VERSION_REQUIRED();
  return Number(version);
});

/** Documents that the route changes an aggregate and wants the version that was read. */
export const ApiIfMatch = () =>
  applyDecorators(ApiHeader({ name: 'If-Match', required: true, description: 'The version that was read: "3".' }));

/** Documents that the route creates and wants an Idempotency-Key. */
export const ApiOnce = () =>
  applyDecorators(
    ApiHeader({
      name: 'Idempotency-Key',
      required: true,
      description: 'Unique per wish, 1 to 100 characters; sending it again does nothing twice.',
    }),
  );

/** @throws CORE.STALE unless the version that was read is still the present one. */
export function requireVersion(present: number, read: number): void {
  if (present !== read) throw CoreErrors.STALE();
}

/** Puts the version of what is answered into the ETag header, for a later If-Match. */
export function withVersion<View extends { version: number }>(reply: FastifyReply, view: View): View {
  void reply.header('ETag', `"${view.version}"`);
  return view;
}
