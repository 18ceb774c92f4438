import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Type } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit, type Caller, Clock, CodedError, CoreModule, newId, readSettings, row, rows } from '#core';
import { AttendanceModule } from '#attendance';
import {
  CountingSettingsService,
  OpeningFiguresService,
  ParticipationLoader,
  ParticipationModule,
  PeriodsService,
  SealedTotalsService,
} from '#participation';
import { readSettings as readSettingsRow } from '../../libs/participation/src/opening-figures/opening-figures.queries.js';
import { Lists, once, SOCIAL } from '../support/lists.js';
import { SetClock } from '../support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/test-settings.js';

/* A list of names, and the figures and months that somebody accepts while it is on its way (counting rules 9, 14, 15). */

/** So many that a worker does not write them in one batch. */
const MANY = 900;

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let lists: Lists;
let [zhang, li, chen]: Caller[] = [];
const offices: TestingModule[] = [];

/** A place of work, with some that work in it as the canary does. */
const open = (url: string, others: readonly (readonly [Type, Type])[] = []) => {
  const settings = readSettings(testSettings(url, { LOG_LEVEL: 'silent' }));
  const office = Test.createTestingModule({
    imports: [CoreModule.forRoot(settings), AttendanceModule, ParticipationModule],
  })
    .overrideProvider(Clock)
    .useValue(clock);
  for (const [one, other] of others) office.overrideProvider(one).useClass(other);
  return office.compile();
};

beforeAll(async () => {
  clock.at = new Date('2026-03-02T09:00:00+08:00');
  database = await createTestDatabase();
  nest = await open(database.url);
  await nest.init();
  await nest.get(ParticipationLoader).load();
  source = nest.get(DataSource);
  lists = new Lists(nest, clock);
  await lists.allowHalves();
  [zhang, li, chen] = [await lists.officer('张'), await lists.officer('李'), await lists.officer('陈')];
  const settings = { cutOverOn: '2026-01-01', documentNumber: '洞教〔2026〕2号' };
  await nest.get(CountingSettingsService).setCutOver(zhang, settings, 1);
}, 60_000);

afterAll(async () => {
  await Promise.all([nest, ...offices].map((office) => office?.close()));
  await database?.drop();
});

const codeOf = (error: unknown) => (error instanceof CodedError ? error.code : String(error));

/** Names of an import that are in the ledger, and those that are proposed. */
const namesOf = (importId: string) =>
  row<{ posted: number; proposed: number }>(
    source,
    `select (select count(*)::int from ledger_entries e join imported_records r on r.id = e.record_id
              where r.import_id = $1 and e.measure = $2) as posted,
            (select count(*)::int from adjustments a cross join jsonb_to_recordset(a.postings) as x ("recordId" uuid, measure text)
               join imported_records r on r.id = x."recordId"
              where r.import_id = $1 and x.measure = $2) as proposed`,
    [importId, SOCIAL],
  );

describe('a figure beside the ledger', () => {
  it('is not accepted while a list with the same names is half written, nor beside its names', async () => {
    const name = '区人力社保局';
    const sender = await lists.department(name);
    const ready = await lists.preview(zhang!, sender, lists.training('2025-06-06', MANY));
    const figures = nest.get(OpeningFiguresService);
    const figureId = await lists.reviewed([zhang!, li!], name, 2025, MANY);
    await lists.confirmHalf(zhang!, ready);
    const total = { department: name, period: '2025-06', value: 9, documentNumber: '洞人社〔2025〕3号' };
    const record = () => nest.get(SealedTotalsService).record(zhang!, { ...total, sealedOn: '2025-07-01' }, once());
    await expect(figures.sign(chen!, figureId, 3)).rejects.toMatchObject({
      code: expect.stringMatching(/OPENING_LISTED|FIGURE_LIST_COMING/),
    });
    await figures.withdraw(zhang!, figureId, 3, '已有名单');
    await expect(record()).rejects.toMatchObject({ code: expect.stringMatching(/SEALED_LISTED|FIGURE_LIST_COMING/) });
    await lists.work.advance(ready.id);
    await expect(record()).rejects.toMatchObject({ code: 'PARTICIPATION.SEALED_LISTED' });
  });

  it('is accepted, or the list confirmed, but never both at once', async () => {
    const figures = nest.get(OpeningFiguresService);
    for (let round = 0; round < 12; round++) {
      const name = `部门${round}`;
      const sender = await lists.department(name);
      const ready = await lists.preview(zhang!, sender, lists.training('2025-05-05', 1));
      const figureId = await lists.reviewed([zhang!, li!], name, 2025, 5);
      const confirm = () => lists.imports.confirm(zhang!, ready.id, ready.version);
      const sign = () => figures.sign(chen!, figureId, 3);
      const ends = await Promise.all([sign(), confirm()].map((end) => end.then(() => 'done', codeOf)));
      expect([
        ['done', 'PARTICIPATION.IMPORT_COUNTED_BESIDE'],
        ['PARTICIPATION.FIGURE_LIST_COMING', 'done'],
      ]).toContainEqual(ends);
    }
  });

  it('that is being accepted lets no list begin that holds the same', async () => {
    const { signed, goOn, ready } = await signing('区科协', OpeningFiguresService);
    const confirmed = lists.imports.confirm(zhang!, ready.id, ready.version).then(() => 'done', codeOf);
    goOn();
    await signed;
    expect(await confirmed).toBe('PARTICIPATION.IMPORT_COUNTED_BESIDE');
  });

  it('canary: without the lock of the settings both count', async () => {
    class Unlocked extends OpeningFiguresService {
      protected override lock(em: EntityManager) {
        return readSettingsRow(em);
      }
    }
    const { signed, goOn, ready } = await signing('区文联', Unlocked);
    await lists.confirm(zhang!, ready);
    goOn();
    await signed;
    expect(await namesOf(ready.id)).toEqual({ posted: 5, proposed: 0 });
  });

  /** An opening figure that is about to be signed: it was looked whether a list holds the same, and none did. */
  async function signing(department: string, by: typeof OpeningFiguresService) {
    const sender = await lists.department(department);
    const ready = await lists.preview(zhang!, sender, lists.training('2025-04-04', 5));
    const figureId = await lists.reviewed([zhang!, li!], department, 2025, 5);
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    let written = () => {};
    const write = new Promise<void>((resolve) => (written = resolve));
    class SlowAudit extends Audit {
      override async write(...deed: Parameters<Audit['write']>): Promise<void> {
        await super.write(...deed);
        written();
        await gate;
      }
    }
    const office = await open(database.url, [
      [OpeningFiguresService, by],
      [Audit, SlowAudit],
    ]);
    offices.push(office);
    const signed = office.get(OpeningFiguresService).sign(chen!, figureId, 3);
    await Promise.race([write, signed]);
    return { signed, goOn, ready };
  }
});

describe('a list whose place somebody gave to another figure meanwhile', () => {
  it('is not undone before that figure is ended', async () => {
    const name = '区残联';
    const sender = await lists.department(name);
    const total = { department: name, period: '2025-03', value: 5, documentNumber: '洞残〔2025〕3号' };
    const sealed = nest.get(SealedTotalsService);
    const { id } = await sealed.record(zhang!, { ...total, sealedOn: '2025-04-01' }, once());
    const ready = await lists.preview(zhang!, sender, lists.training('2025-03-03', 2));
    const written = await lists.confirm(zhang!, ready, [id]);
    // As it may have been drafted while no name counted.
    const figureId = newId();
    await rows(
      source,
      `insert into opening_figures (id, measure, year, department, value, document_number, drafted_by, drafted_at)
       values ($1, $2, 2025, $3, 7, '洞残〔2026〕1号', $4, $5)`,
      [figureId, SOCIAL, name, zhang!.staffId, clock.at],
    );
    const undo = () => lists.imports.undo(zhang!, written.id, written.version, '名单有误');
    await expect(undo()).rejects.toMatchObject({ code: 'PARTICIPATION.SEALED_STANDS' });
    await nest.get(OpeningFiguresService).withdraw(zhang!, figureId, 1, '以汇总数为准');
    await undo();
    await lists.work.advance(written.id);
    expect(await sealed.list(zhang!, { limit: 1, state: 'standing' })).toMatchObject({ items: [{ id }] });
  });
});

describe('a month', () => {
  it('is not submitted, reviewed or signed while a list that touches it is half written', async () => {
    const ready = await lists.preview(zhang!, await lists.department('区总工会'), lists.training('2026-01-05', MANY));
    await lists.confirmHalf(zhang!, ready);
    const periods = nest.get(PeriodsService);
    await expect(periods.submit(zhang!, '2026-01', 1)).rejects.toMatchObject({
      code: 'PARTICIPATION.PERIOD_LIST_UNDER_WAY',
    });
    await lists.work.advance(ready.id);
    await periods.submit(zhang!, '2026-01', 1);
    const more = await lists.preview(zhang!, await lists.department('区妇联'), lists.training('2026-01-06', MANY));
    await lists.confirmHalf(zhang!, more);
    await expect(periods.review(li!, '2026-01', 2)).rejects.toMatchObject({
      code: 'PARTICIPATION.PERIOD_LIST_UNDER_WAY',
    });
    await lists.work.advance(more.id);
    await periods.review(li!, '2026-01', 2);
    await periods.sign(chen!, '2026-01', 3, '洞教〔2026〕8号');
    expect(await namesOf(ready.id)).toEqual({ posted: MANY, proposed: 0 });
    expect(await namesOf(more.id)).toEqual({ posted: 0, proposed: MANY });
  }, 30_000);

  it('that is being submitted lets no list begin, so that it is reported without any of its names', async () => {
    const { submitted, goOn, ready } = await submitting('2025-10', PeriodsService);
    const written = lists.confirm(zhang!, ready);
    goOn();
    await Promise.all([submitted, written]);
    expect(await namesOf(ready.id)).toEqual({ posted: 0, proposed: MANY });
  }, 30_000);

  it('canary: not locked, it is reported with some of the names', async () => {
    class Unlocked extends PeriodsService {
      protected override lock(): Promise<boolean> {
        return Promise.resolve(true);
      }
    }
    const { submitted, goOn, ready } = await submitting('2025-11', Unlocked);
    await lists.confirmHalf(zhang!, ready);
    goOn();
    await submitted;
    await lists.work.advance(ready.id);
    const { posted, proposed } = (await namesOf(ready.id))!;
    expect(posted).toBeGreaterThan(0);
    expect(proposed).toBe(MANY - posted);
  }, 30_000);

  /** A month that is about to be submitted: it was looked whether a list is under way, and none was. */
  async function submitting(month: string, by: typeof PeriodsService) {
    // Something of the month, so that there is one.
    const one = await lists.preview(zhang!, await lists.department(`部门 ${month}`), lists.training(`${month}-03`, 1));
    await lists.confirm(zhang!, one);
    const sender = await lists.department(`大部门 ${month}`);
    const ready = await lists.preview(zhang!, sender, lists.training(`${month}-05`, MANY));
    let goOn = () => {};
    const gate = new Promise<void>((resolve) => (goOn = resolve));
    let looked = () => {};
    const look = new Promise<void>((resolve) => (looked = resolve));
    class Slow extends by {
      protected override async requireNoList(em: EntityManager, of: string): Promise<void> {
        await super.requireNoList(em, of);
        looked();
        await gate;
      }
    }
    const office = await open(database.url, [[PeriodsService, Slow]]);
    offices.push(office);
    const submitted = office.get(PeriodsService).submit(zhang!, month, 1);
    await look;
    return { submitted, goOn, ready };
  }
});
