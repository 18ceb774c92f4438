import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource, type EntityManager } from 'typeorm';
import { AttendanceModule } from '#attendance';
import type { AttendanceStatus } from '#contracts';
import { type Caller, Clock, CodedError, CoreModule, newId, readSettings, rows } from '#core';
import { RosterSheetPhotosService } from '../../libs/attendance/src/roster-sheets/roster-sheet-photos.service.js';
import { readSheet, type SheetRow } from '../../libs/attendance/src/roster-sheets/roster-sheets.queries.js';
import { RosterSheetsService } from '../../libs/attendance/src/roster-sheets/roster-sheets.service.js';
import { TINY_PNG } from '../support/pictures.js';
import { SetClock, staff, START, teach } from '../support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/test-settings.js';
import { barrierForTwo } from '../support/unlocked.js';

/* 纸质签到表: one paper, and two people who transcribe it at the same moment, at two processes. */

const LEARNERS = 6;
const ROUNDS = 10;

const clock = new SetClock();
let database: TestDatabase;
let offices: TestingModule[];
let source: DataSource;

const open = async (sheets: typeof RosterSheetsService = RosterSheetsService) => {
  const settings = readSettings(testSettings(database.url, { LOG_LEVEL: 'silent' }));
  const office = await Test.createTestingModule({ imports: [CoreModule.forRoot(settings), AttendanceModule] })
    .overrideProvider(Clock)
    .useValue(clock)
    .overrideProvider(RosterSheetsService)
    .useClass(sheets)
    .compile();
  await office.init();
  return office;
};

beforeAll(async () => {
  database = await createTestDatabase();
  offices = [await open(), await open()];
  source = offices[0]!.get(DataSource);
}, 60_000);
afterAll(async () => {
  await Promise.all((offices ?? []).map((office) => office.close()));
  await database?.drop();
});

/** A sheet that was filled in and photographed, and two of the school who sit down to it. */
async function paper() {
  const taught = await teach(source, clock, LEARNERS);
  const people = await Promise.all(
    ['王老师', '陈老师'].map(async (name) => {
      const id = newId();
      await rows(
        source,
        `insert into staff (id, username, name, password_hash, created_at) values ($1, $4, $2, 'none', $3)`,
        [id, name, START, id],
      );
      return staff('registrar', taught.organisationId, id);
    }),
  );
  const [wang, chen] = people as [Caller, Caller];
  const once = { subject: newId(), key: newId(), fingerprint: Buffer.alloc(1) };
  const { code } = await offices[0]!.get(RosterSheetsService).print(wang, taught.sessionIds[0]!, once);
  clock.at = new Date(START.getTime() + 120 * 60_000);
  const photo = { contentType: 'image/png', name: '签到表.png', content: Readable.from([TINY_PNG]) };
  await offices[0]!.get(RosterSheetPhotosService).add(wang, code, photo);
  return { code, wang, chen, sessionId: taught.sessionIds[0]! };
}

const lines = (status: AttendanceStatus, from: number) => ({
  lines: Array.from({ length: LEARNERS - 2 }, (_, index) => ({ number: index + from, status })),
});
const codeOf = (error: unknown) => (error instanceof CodedError ? error.code : String(error));

/** Both enter it at once, differently: the one the first lines, the other the last ones. */
async function bothEnter(at: TestingModule[]) {
  const { code, wang, chen, sessionId } = await paper();
  const [one, other] = at.map((office) => office.get(RosterSheetsService));
  const ends = await Promise.all(
    [one!.transcribe(wang, code, lines('present', 1)), other!.transcribe(chen, code, lines('absent', 3))].map((end) =>
      end.then(() => 'done', codeOf),
    ),
  );
  const marked = await rows<{ status: string }>(
    source,
    `select distinct status from marks where session_id = $1 and kind = 'paper_sheet'`,
    [sessionId],
  );
  return { ends, marked: marked.map(({ status }) => status) };
}

describe('one paper and two people', () => {
  it(`become the marks of one of them, ${ROUNDS} times`, async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { ends, marked } = await bothEnter(round % 2 ? offices : offices.toReversed());
      expect(ends.filter((end) => end === 'done')).toHaveLength(1);
      expect(ends.find((end) => end !== 'done')).toMatch(/SHEET_(TRANSCRIBED|CLAIMED)$/);
      expect(marked).toEqual([ends[0] === 'done' ? 'present' : 'absent']);
    }
  }, 60_000);

  it('is claimed by one of them', async () => {
    const { code, wang, chen } = await paper();
    const ends = await Promise.all(
      [wang, chen].map((who, index) =>
        offices[index]!.get(RosterSheetsService)
          .claim(who, code)
          .then(() => 'done', codeOf),
      ),
    );
    expect(ends.toSorted()).toEqual(['ATTENDANCE.SHEET_CLAIMED', 'done']);
  });

  it('canary: become a mixture where the sheet is not locked', async () => {
    const barrier = barrierForTwo();
    class Unlocked extends RosterSheetsService {
      protected override async hold(em: EntityManager, code: string): Promise<SheetRow> {
        const sheet = (await readSheet(em, code))!;
        await barrier();
        return sheet;
      }
    }
    const unlocked = [await open(Unlocked), await open(Unlocked)];
    offices.push(...unlocked);
    const { ends, marked } = await bothEnter(unlocked);
    expect(ends).toEqual(['done', 'done']);
    expect(marked.toSorted()).toEqual(['absent', 'present']);
  }, 60_000);
});
