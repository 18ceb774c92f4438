import { applyDecorators, createParamDecorator, type ExecutionContext, StreamableFile } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiBody, ApiHeader, ApiOkResponse, ApiConsumes, ApiProduces } from '@nestjs/swagger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CoreErrors } from '../errors/core.errors.js';
import { FILE_PURPOSES, type FilePurpose, isImage, MEDIA_TYPES } from './files.rules.js';
import type { StoredFile, Upload } from './files.service.js';

const TAKES_FILE = 'takesFile';

/** Teaches the HTTP server the media types of files: their body is left unread, for routes that take one. */
export function acceptFiles(fastify: FastifyInstance): void {
  fastify.addContentTypeParser([...MEDIA_TYPES], (request, _payload, done) => {
    const takes = TAKES_FILE in request.routeOptions.config;
    done(takes ? null : CoreErrors.UNSUPPORTED_MEDIA(), undefined);
  });
}

/** The route takes a file as its whole body. */
export const TakesFile = (purpose: FilePurpose) =>
  applyDecorators(
    RouteConfig({ [TAKES_FILE]: true }),
    ApiConsumes(...FILE_PURPOSES[purpose].mediaTypes),
    ApiHeader({
      name: 'X-File-Name',
      required: false,
      description: 'What the file is called, percent-encoded UTF-8.',
    }),
    ApiBody({
      description: `At most ${FILE_PURPOSES[purpose].most / 1024 / 1024} MB. Uploaded again by the same person, it is the same file.`,
      schema: { type: 'string', format: 'binary' },
    }),
  );

/** The file that is this request's body, yet unread. */
export const FileBody = createParamDecorator((_: unknown, context: ExecutionContext): Upload => {
  const { headers, raw } = context.switchToHttp().getRequest<FastifyRequest>();
  const length = headers['content-length'];
  return {
    contentType: headers['content-type'],
    name: nameIn(headers['x-file-name']),
    ...(length !== undefined && { length: Number(length) }),
    // The connection stays open where we stop reading, so that it can be said why.
    content: raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>,
  };
});

function nameIn(header: string | string[] | undefined): string | undefined {
  try {
    return typeof header === 'string' ? decodeURIComponent(header) : undefined;
  } catch {
    return undefined;
  }
}

/** The route answers a stored file. */
export const ApiFile = (purpose: FilePurpose) =>
  applyDecorators(
    ApiProduces(...FILE_PURPOSES[purpose].mediaTypes),
    ApiOkResponse({ description: 'The file.', schema: { type: 'string', format: 'binary' } }),
  );

/**
 * Answers a stored file: images are shown, all else is saved. Kept by no cache, since who may see it can change; that
 * its type is not guessed at is said with every answer.
 */
export function answerFile(
  reply: FastifyReply,
  { file, content }: { file: StoredFile; content: import('node:stream').Readable },
): StreamableFile {
  void reply.header('Cache-Control', 'private, no-store');
  const kind = isImage(file.mediaType) ? 'inline' : 'attachment';
  return new StreamableFile(content, {
    type: file.mediaType,
    length: file.size,
    disposition: `${kind}; filename*=UTF-8''${encodeURIComponent(file.name).replace(/['()*]/g, escaped)}`,
  });
}

const escaped = (character: string) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
