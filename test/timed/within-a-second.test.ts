import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { readSettings, SystemClock, Tokens } from '#core';
import { District } from '../support/district.js';
import { seedLectures } from '../support/lectures.js';
import type { Person } from '../support/person.js';
import { testSettings } from '../support/test-settings.js';
import { waitFor } from '../support/wait-for.js';

/*
 * Of one who looks at the wall chart while a teacher calls the roll. `bench lag` measures the same under load.
 */
const BEGINS = new Date('2026-11-02T09:00:00+08:00');
const CHECK_INS = 10;
const AT_MOST_MS = 1_000;

let district: District;
let source: DataSource;
let registrar: Person;

beforeAll(async () => {
  district = await District.open(BEGINS.toISOString());
  source = await new DataSource({
    type: 'postgres',
    url: district.database.url,
    extra: { options: '-c search_path=huixue,extensions' },
  }).initialize();
}, 120_000);
afterAll(async () => {
  await source?.destroy();
  await district?.close();
});

const shown = async (): Promise<number> => {
  const { measures } = await registrar.get('/wall-chart');
  return measures.find(({ code }: { code: string }) => code === 'community-person-times').year?.value;
};

it('the wall chart shows a check-in within a second: nine of ten', async () => {
  const { attendants, staffId, signInId } = await seedLectures(source, BEGINS, { classes: 1, each: CHECK_INS });
  const clock = new SystemClock();
  clock.moveTo(BEGINS);
  registrar = district.visitor();
  registrar.token = new Tokens(readSettings(testSettings(district.database.url)), clock).issue({
    kind: 'staff',
    id: staffId,
    signInId,
  });
  const took: number[] = [];
  for (const [index, { sessionId, residentId, markId: id }] of attendants.entries()) {
    const item = { id, kind: 'teacher_mark', residentId, status: 'present', deviceTime: BEGINS.toISOString() };
    const { items } = await registrar.post(`/sessions/${sessionId}/marks`, { deviceId: 'tablet', items: [item] });
    expect(items).toMatchObject([{ outcome: 'recorded' }]);
    const answered = performance.now();
    await waitFor('the wall chart to move', async () => (await shown()) === index + 1, 10_000);
    took.push(performance.now() - answered);
  }
  expect(took.toSorted((a, b) => a - b)[CHECK_INS - 2]).toBeLessThan(AT_MOST_MS);
}, 120_000);
