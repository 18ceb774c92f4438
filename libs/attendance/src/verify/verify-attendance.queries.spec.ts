import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { type AttendanceStatus, MARK_KINDS, type MarkKind } from '#contracts';
import { CoreModule, newId, readSettings, rows } from '#core';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import type { MarkOutcome, Refusal } from '../attendance.rules.js';
import { type KeptMark, presentState, type PresentState, sameState } from '../standing.rules.js';
import { PLAIN } from './verify-attendance.queries.js';

let database: TestDatabase;
let core: TestingModule;

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = readSettings(testSettings(database.url));
  core = await Test.createTestingModule({ imports: [CoreModule.forRoot(settings)] }).compile();
  await core.init();
});
afterAll(async () => {
  await core?.close();
  await database?.drop();
});

const at = (minute: number) => new Date(Date.parse('2026-03-02T09:00:00+08:00') + minute * 60_000);
const TIMES = [null, at(10), at(40)];
const STATUSES: AttendanceStatus[] = ['present', 'absent', 'excused'];
const OUTCOMES: [MarkOutcome, Refusal | null][] = [
  ['recorded', null],
  ['rejected', 'NOT_ON_ROSTER'],
  ['review', 'CONFLICTING'],
  ['review', 'TOO_LATE'],
];

/** A mark of each sort, alone at its session. */
function* marks(): Generator<KeptMark> {
  for (const kind of MARK_KINDS as readonly MarkKind[])
    for (const status of STATUSES)
      for (const [outcome, reason] of OUTCOMES)
        for (const arrivedAt of TIMES)
          for (const leftAt of TIMES)
            for (const deviceTime of [at(5), at(90)])
              yield {
                ...{ id: newId(), sessionId: newId(), residentId: newId(), deviceId: '', because: null },
                ...{ kind, status, outcome, reason, arrivedAt, leftAt, deviceTime, recordedAt: at(60) },
                ...{ signedAt: null, withdrawn: false, mergedRecordId: null, mergedAt: null },
              };
}

describe('what is called plain without looking at it', () => {
  it('is what the function says by which attendances are recorded, and most is plain', async () => {
    const all = [...marks()];
    const states = STATUSES.flatMap((status) =>
      [...TIMES, at(5), at(60)].flatMap((arrivedAt) => TIMES.map((leftAt) => ({ status, arrivedAt, leftAt }))),
    );
    const plain = await rows<PresentState>(
      core.get(DataSource),
      `select m.id as "markId", a.status, a.arrived_at as "arrivedAt", a.left_at as "leftAt"
         from jsonb_to_recordset($1::jsonb) as m
              (id uuid, kind text, status text, outcome text, reason text, arrived_at timestamptz, left_at timestamptz,
               device_time timestamptz, recorded_at timestamptz)
         cross join lateral (
           select m.id as mark_id, s.* from jsonb_to_recordset($2::jsonb) as s
                  (status text, arrived_at timestamptz, left_at timestamptz)) a
        where ${PLAIN}`,
      [
        JSON.stringify(
          all.map(({ id, kind, status, outcome, reason, arrivedAt, leftAt, deviceTime, recordedAt }) => ({
            ...{ id, kind, status, outcome, reason },
            ...{ arrived_at: arrivedAt, left_at: leftAt, device_time: deviceTime, recorded_at: recordedAt },
          })),
        ),
        JSON.stringify(
          states.map(({ status, arrivedAt, leftAt }) => ({ status, arrived_at: arrivedAt, left_at: leftAt })),
        ),
      ],
    );
    const marked = new Map(all.map((mark) => [mark.id, presentState([mark])]));
    const wrong = plain.filter((state) => !sameState(state, marked.get(state.markId)!));
    expect(wrong).toEqual([]);
    // Those that count, but for the few of somebody who left before they came.
    const counting = [...marked.values()].filter((state) => state !== null).length;
    expect(plain.length).toBeGreaterThan(counting * 0.8);
    expect(new Set(plain.map(({ markId }) => markId)).size).toBe(plain.length);
  });
});
