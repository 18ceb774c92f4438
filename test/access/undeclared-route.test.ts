import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { AllowEveryone, CoreHttpModule, CoreModule, readSettings } from '#core';
import { PeopleModule } from '#people';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/test-settings.js';

@Controller('forgotten')
class ForgottenController {
  @Get('door')
  open() {
    return 'anyone may come in';
  }
}

@Controller('declared')
class DeclaredController {
  @Get('door')
  @AllowEveryone()
  open() {
    return 'anyone may come in, and says so';
  }
}

describe('a route that declares no permission', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  /** Starts the api's core with one controller. */
  async function startWith(controller: typeof ForgottenController | typeof DeclaredController): Promise<void> {
    const settings = readSettings(testSettings(database.url, { LOG_LEVEL: 'silent' }));
    @Module({ imports: [CoreModule.forRoot(settings), CoreHttpModule, PeopleModule], controllers: [controller] })
    class ApiWithOneRoute {}
    const app = await NestFactory.create<NestFastifyApplication>(ApiWithOneRoute, new FastifyAdapter(), {
      logger: false,
      abortOnError: false,
    });
    try {
      await app.init();
    } finally {
      await app.close();
    }
  }

  it('keeps the api from starting, and is named', async () => {
    await expect(startWith(ForgottenController)).rejects.toThrow(/GET \/forgotten\/door/);
  });

  it('is the only reason: the same route with a declaration starts', async () => {
    await expect(startWith(DeclaredController)).resolves.toBeUndefined();
  });
});
