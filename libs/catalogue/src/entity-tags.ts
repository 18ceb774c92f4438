import { createHash } from 'node:crypto';
import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { map, type Observable } from 'rxjs';

/**
 * Gives an answer its ETag. A view with a `version` is one that its reader may change: the tag is that version, for
 * If-Match. Any other view is the same to everybody: the tag is a hash of it, so that who has it already is answered
 * 304 without it.
 */
export class EntityTags implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    const reply = http.getResponse<FastifyReply>();
    return next.handle().pipe(
      map((view: unknown) => {
        const version = (view as { version?: unknown } | null)?.version;
        if (typeof version === 'number') {
          void reply.header('ETag', `"${version}"`).header('Cache-Control', 'private, no-cache');
          return view;
        }
        if (request.method !== 'GET') return view;
        const tag = `W/"${createHash('sha256').update(JSON.stringify(view)).digest('base64url').slice(0, 22)}"`;
        void reply
          .header('ETag', tag)
          .header('Cache-Control', 'public, no-cache')
          .header('Vary', 'Cookie, Authorization');
        if (!knows(request.headers['if-none-match'], tag)) return view;
        void reply.status(304);
        return undefined;
      }),
    );
  }
}

/** Whether If-None-Match lists the tag; a proxy may have taken the W/ away. */
function knows(ifNoneMatch: string | undefined, tag: string): boolean {
  const bare = tag.slice(2);
  return (
    ifNoneMatch?.split(',').some((known) => known.trim() === '*' || known.trim().replace(/^W\//, '') === bare) ?? false
  );
}
