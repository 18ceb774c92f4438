import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { District } from '../support/district.js';
import { hasRedis, startRedis, type TestRedis } from '../support/redis.js';
import { waitFor } from '../support/wait-for.js';

if (!hasRedis) console.warn('Skipped: redis-server is not installed, so the queues were not tried on Redis.');

(hasRedis ? describe : describe.skip)('with REDIS_URL the queues are on Redis', () => {
  let redis: TestRedis;
  let district: District;

  beforeAll(async () => {
    redis = await startRedis();
    district = await District.open('2026-09-01T09:00:00+08:00', { REDIS_URL: redis.url });
  }, 120_000);
  afterAll(async () => {
    await district?.close();
    await redis?.stop();
  });

  it('a message goes from the outbox through Redis to the resident', async () => {
    const resident = await district.resident();
    expect(await resident.get('/me')).toMatchObject({ kind: 'account' });
  });

  it('what was asked for while Redis was gone is done when it is back', async () => {
    const phone = district.newPhone();
    await redis.stop();
    await district.visitor().post('/sign-in/sms-codes', { phone });
    const port = new URL(redis.url).port;
    redis = await startRedis(Number(port));
    expect(await waitFor('the SMS', () => district.sms(phone, /\d{6}/), 60_000)).toMatch(/\d{6}/);
  });
});
