import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post, UseInterceptors } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { EntityTags } from './entity-tags.js';

let seatsLeft = 3;

@UseInterceptors(EntityTags)
@Controller()
class TaggedController {
  @Get('public')
  seen() {
    return { name: '太极拳', seatsLeft };
  }

  @Get('editable')
  edited() {
    return { name: '太极拳', seatsLeft, version: 7 };
  }

  @Post('moves')
  moved() {
    return { state: 'cancelled' };
  }
}

let app: NestFastifyApplication;

beforeAll(async () => {
  const nest = await Test.createTestingModule({ controllers: [TaggedController] }).compile();
  app = nest.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.init();
});

afterAll(() => app.close());

describe('entity tags', () => {
  const ask = (tag?: string) =>
    app.inject({ url: '/public', ...(tag !== undefined && { headers: { 'if-none-match': tag } }) });

  it('spare whoever has read it the same answer again', async () => {
    const first = await ask();
    const tag = first.headers.etag!;
    expect(first).toMatchObject({ statusCode: 200, headers: { 'cache-control': 'public, no-cache' } });
    for (const known of [tag, tag.slice(2), `"other", ${tag}`, '*']) {
      expect(await ask(known)).toMatchObject({ statusCode: 304, body: '', headers: { etag: tag } });
    }
    expect((await ask('"other"')).statusCode).toBe(200);
  });

  it('change with what is answered', async () => {
    const before = (await ask()).headers.etag!;
    seatsLeft = 2;
    const after = await ask(before);
    expect(after.statusCode).toBe(200);
    expect(after.headers.etag).not.toBe(before);
  });

  it('are the version where the reader may change it, and never shared', async () => {
    const answer = await app.inject({ url: '/editable', headers: { 'if-none-match': '"7"' } });
    expect(answer).toMatchObject({ statusCode: 200, headers: { etag: '"7"', 'cache-control': 'private, no-cache' } });
  });

  it('leave alone what a POST without a version answers', async () => {
    const answer = await app.inject({ method: 'POST', url: '/moves' });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers).not.toHaveProperty('etag');
  });
});
