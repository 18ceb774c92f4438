import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import cookie from '@fastify/cookie';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { CoreHttpModule, CoreModule, newId, readSettings, requestValidation } from '#core';
import { PlacesHttpModule, PlacesLoader } from '#places';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { PeopleHttpModule } from '../people.module.js';
import type { SignedInView } from './sign-in.dto.js';
import { StaffService } from '../staff/staff.service.js';

const PASSWORD = 'sea breeze 2026';

let database: TestDatabase;
let app: NestFastifyApplication;

beforeAll(async () => {
  database = await createTestDatabase();
  const nest = await Test.createTestingModule({
    imports: [
      CoreModule.forRoot(readSettings(testSettings(database.url))),
      CoreHttpModule,
      PlacesHttpModule,
      PeopleHttpModule,
    ],
  }).compile();
  app = nest.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  await app.register(cookie as never);
  app.useGlobalPipes(requestValidation());
  await app.init();
  await app.get(PlacesLoader, { strict: false }).load();
  await app.get(StaffService, { strict: false }).createFirstAdministrator('admin', PASSWORD, '管理员');
});

afterAll(async () => {
  await app?.close();
  await database?.drop();
});

type Method = 'GET' | 'POST' | 'DELETE';
const call = (method: Method, url: string, payload?: object, headers: Record<string, string> = {}) =>
  app.inject({ method, url, headers, ...(payload && { payload }) });
const withToken = (token: string) => ({ authorization: `Bearer ${token}` });
const signIn = async () =>
  (await call('POST', '/sign-in/password', { username: 'admin', password: PASSWORD })).json<SignedInView>();

describe('signing in over HTTP', () => {
  it('gives staff a token and the same as a cookie that script cannot read', async () => {
    const answer = await call('POST', '/sign-in/password', { username: 'admin', password: PASSWORD });
    expect(answer.statusCode).toBe(200);
    const { token, me } = answer.json<SignedInView>();
    expect(me).toMatchObject({ kind: 'staff', name: '管理员' });
    expect(answer.cookies).toMatchObject([{ name: 'huixue', value: token, httpOnly: true, sameSite: 'Lax' }]);
    const asked = await call('GET', '/me', undefined, { cookie: `huixue=${token}` });
    expect(asked.json()).toEqual(me);
  });

  it('names what is missing, and a wrong password in the caller’s language', async () => {
    const missing = await call('POST', '/sign-in/password', { username: 'admin' });
    expect([missing.statusCode, missing.json<{ fields: { path: string }[] }>().fields[0]?.path]).toEqual([
      400,
      'password',
    ]);
    const odd = await call('POST', '/sign-in/password', { username: { $ne: '' }, password: ['x'] });
    expect(odd.statusCode).toBe(400);
    const wrong = await call(
      'POST',
      '/sign-in/password',
      { username: 'admin', password: 'not this one' },
      { 'accept-language': 'en' },
    );
    expect(wrong.statusCode).toBe(401);
    expect(wrong.json()).toMatchObject({
      code: 'PEOPLE.PASSWORD_WRONG',
      title: 'The username or the password is not right',
    });
  });

  it('refuses a token at once after signing out, and lets sign out twice', async () => {
    const { token } = await signIn();
    expect((await call('POST', '/sign-in/renewal', undefined, withToken(token))).statusCode).toBe(200);
    const out = await call('DELETE', '/sign-in', undefined, withToken(token));
    expect(out.statusCode).toBe(204);
    await waitFor('the token to be refused', async () => {
      const asked = await call('GET', '/me', undefined, withToken(token));
      return asked.statusCode === 401;
    });
    expect((await call('DELETE', '/sign-in', undefined, withToken(token))).statusCode).toBe(204);
  });

  it('answers alike for every phone, and says when the next code may be asked for', async () => {
    const first = await call('POST', '/sign-in/sms-codes', { phone: '13900000001' });
    expect([first.statusCode, first.body]).toEqual([202, '']);
    const again = await call('POST', '/sign-in/sms-codes', { phone: '13900000001' });
    expect([again.statusCode, again.json<{ code: string }>().code]).toEqual([429, 'PEOPLE.CODE_TOO_SOON']);
    expect(Number(again.headers['retry-after'])).toBeGreaterThan(50);
  });

  it('asks for the version that was read, answers with the next', async () => {
    const { token, me } = await signIn();
    const read = await call('GET', `/staff/${me.id}`, undefined, withToken(token));
    expect(read.headers.etag).toBe('"1"');
    const change = (headers: Record<string, string>) =>
      app.inject({
        method: 'PATCH',
        url: `/staff/${me.id}`,
        payload: { name: '总管理员' },
        headers: { ...withToken(token), ...headers },
      });
    expect((await change({})).statusCode).toBe(428);
    expect((await change({ 'if-match': '"1"' })).headers.etag).toBe('"2"');
    expect((await change({ 'if-match': '"1"' })).statusCode).toBe(412);
    expect((await call('GET', '/staff/nobody', undefined, withToken(token))).statusCode).toBe(404);
  });

  it('answers a username that is taken with a sentence, and a repeated request with the first answer', async () => {
    const { token } = await signIn();
    const add = (key: string, name = '李') =>
      call(
        'POST',
        '/staff',
        { username: 'officer', name, password: PASSWORD, roles: [{ role: 'bureau_officer' }] },
        { ...withToken(token), 'idempotency-key': key },
      );
    const key = newId();
    const made = await add(key);
    expect(made.statusCode).toBe(201);
    expect((await add(key)).json()).toEqual(made.json());
    expect((await add(newId())).json()).toMatchObject({ code: 'PEOPLE.USERNAME_TAKEN', status: 409 });
  });
});
