import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { AttendanceModule } from '#attendance';
import { type Caller, Clock, CoreModule, newId, readSettings, rows } from '#core';
import { mark, SetClock, staff, type Taught, teach } from '../../../../test/support/taught-class.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { CountingRules } from './counting-rules.service.js';
import { LedgerService } from '../ledger/ledger.service.js';
import type { CountingRuleView } from '../participation.dto.js';
import { ParticipationLoader } from '../participation.loader.js';
import { ParticipationModule } from '../participation.module.js';
import { RecountService } from '../ledger/recount.service.js';
import { RuleVersionsService } from './rule-versions.service.js';

const clock = new SetClock();
let database: TestDatabase;
let nest: TestingModule;
let source: DataSource;
let versions: RuleVersionsService;
let zhang: Caller;
let first: CountingRuleView;

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), AttendanceModule, ParticipationModule],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  await nest.get(ParticipationLoader).load();
  [source, versions] = [nest.get(DataSource), nest.get(RuleVersionsService)];
  zhang = staff('bureau_officer', null, newId());
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, 'z', '张', 'x', $2)`,
    [zhang.staffId, clock.at],
  );
  first = (await nest.get(CountingRules).list(zhang, { limit: 20 })).items[0]!;
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

const once = () => ({ subject: randomUUID(), key: randomUUID(), fingerprint: randomBytes(32) });
const code = (name: string) => ({ code: `PARTICIPATION.${name}` });
const SIGNED = {
  documentNumber: '洞教〔2026〕18号',
  draftingOffice: '职成教科',
  departmentsConsulted: ['区人力社保局'],
  signer: '陈',
};
const changed = (more: Record<string, unknown>) => ({
  parameters: { ...first.parameters, ...more },
  draftingOffice: '职成教科',
  departmentsConsulted: [],
  effectiveFrom: '2026-03-05',
});
const recount = (taught: Taught) =>
  nest.get(RecountService).recount(taught.residents.map(({ residentId }) => residentId));
const versionsOf = async ({ classId }: Taught) =>
  rows<{ version: number; amount: number }>(
    source,
    `select r.version, sum(e.amount)::int as amount from ledger_entries e join counting_rules r on r.id = e.rule_id
      where e.class_id = $1 and e.measure = 'vocational-training' group by 1 having sum(e.amount) <> 0 order by 1`,
    [classId],
  );

describe('a version of the counting rules', () => {
  it('is drafted from another, mended until it can be used, published, and repealed; nothing of it backwards', async () => {
    // A class that began on the day before, and one that begins when the new version does.
    const before = await teach(source, clock, 1);
    const after = await teach(source, clock, 1);
    await rows(
      source,
      `update class_sessions set starts_at = starts_at + interval '3 days', ends_at = ends_at + interval '3 days' where class_id = $1`,
      [after.classId],
    );
    clock.at = new Date('2026-03-03T09:00:00+08:00');

    const draft = await versions.draft(zhang, { from: first.id }, once());
    expect(draft).toMatchObject({ version: 2, state: 'draft', comparedWith: 1, changes: [], revision: 1 });
    await expect(versions.draft(zhang, { from: newId() }, once())).rejects.toMatchObject(code('RULE_UNKNOWN'));
    const wrong = changed({ lateMinutes: -1, heldPercent: 'viel' });
    await expect(versions.change(zhang, draft.id, 1, wrong)).rejects.toMatchObject({
      ...code('RULE_UNUSABLE'),
      parameters: { wrong: expect.stringMatching(/lateMinutes.*heldPercent/) },
    });
    const thresholdPercent = { ...first.parameters.thresholdPercent, skills: 40 };
    const edited = await versions.change(zhang, draft.id, 1, changed({ thresholdPercent }));
    expect(edited).toMatchObject({
      changes: [{ path: 'thresholdPercent.skills', before: '80', after: '40' }],
      effectiveFrom: '2026-03-05',
      revision: 2,
    });
    await expect(versions.change(zhang, draft.id, 1, changed({}))).rejects.toMatchObject({ code: 'CORE.STALE' });
    // A draft counts nothing.
    expect(await nest.get(CountingRules).all(source.manager)).toHaveLength(1);

    const publish = (effectiveFrom: string, revision = 2) =>
      versions.publish(zhang, draft.id, revision, { ...SIGNED, effectiveFrom });
    await expect(publish('2026-03-02')).rejects.toMatchObject(code('RULE_IN_PAST'));
    await rows(source, `delete from outbox`);
    expect(await publish('2026-03-05')).toMatchObject({ state: 'published', signer: '陈', label: '正式口径' });
    // Never silently: those whom it may touch are recounted.
    expect(await rows(source, 'select topic, ids from outbox')).toEqual([
      { topic: 'counting-rules.changed', ids: [draft.id] },
    ]);
    await expect(versions.change(zhang, draft.id, 3, changed({}))).rejects.toMatchObject(code('RULE_NOT_DRAFT'));

    for (const number of [1, 2, 3]) {
      await mark(nest, clock, before, number);
      await mark(nest, clock, after, number, 'present', 3 * 24 * 60);
    }
    await recount(before);
    await recount(after);
    // Three of five sessions reach 40 % and not 80 %: only what began under the new version counts.
    expect([await versionsOf(before), await versionsOf(after)]).toEqual([[], [{ version: 2, amount: 1 }]]);

    // Repealed from the day of the class on, the version before it counts that class again.
    await expect(
      versions.repeal(zhang, first.id, first.revision, { from: '2026-03-01', reason: '误' }),
    ).rejects.toMatchObject(code('RULE_IN_PAST'));
    clock.at = new Date('2026-03-05T08:00:00+08:00');
    const repealed = await versions.repeal(zhang, draft.id, 3, { from: '2026-03-05', reason: '上级另有规定' });
    expect(repealed).toMatchObject({ state: 'repealed', repealedFrom: '2026-03-05', label: '已废止口径' });
    expect(await nest.get(RecountService).recountRules([draft.id])).toBeGreaterThan(0);
    expect(await versionsOf(after)).toEqual([]);
    await expect(
      versions.repeal(zhang, first.id, first.revision, { from: '2026-04-01', reason: '误' }),
    ).rejects.toMatchObject(code('RULE_LAST'));
  });

  it('on trial counts with the stamp of trial, and keeps it: its copy is what is published', async () => {
    clock.at = new Date('2026-04-01T09:00:00+08:00');
    const draft = await versions.draft(zhang, { from: first.id }, once());
    const trial = await versions.try(zhang, draft.id, 1, { effectiveFrom: '2026-04-01' });
    expect(trial).toMatchObject({ state: 'trial', label: '试行口径', documentNumber: null });
    await expect(
      versions.publish(zhang, draft.id, 2, { ...SIGNED, effectiveFrom: '2026-05-01' }),
    ).rejects.toMatchObject(code('RULE_COUNTED_ALREADY'));
    expect(await versions.repeal(zhang, draft.id, 2, { from: '2026-05-01', reason: '试行结束' })).toMatchObject({
      state: 'repealed',
      label: '试行口径（已废止）',
    });
  });

  it('cannot begin in a period that is submitted or locked', async () => {
    clock.at = new Date('2026-06-10T09:00:00+08:00');
    const draft = await versions.draft(zhang, { from: first.id }, once());
    await rows(
      source,
      `insert into periods (month, id, state, submitted_by, submitted_at) values ('2026-06', $1, 'submitted', $2, $3)`,
      [newId(), zhang.staffId, clock.at],
    );
    const publish = (effectiveFrom: string) => versions.publish(zhang, draft.id, 1, { ...SIGNED, effectiveFrom });
    await expect(publish('2026-06-20')).rejects.toMatchObject(code('RULE_IN_CLOSED_PERIOD'));
    expect(await publish('2026-07-01')).toMatchObject({ state: 'published', version: 4 });
    expect(await nest.get(LedgerService).list(zhang, { limit: 1 })).toBeDefined();
  });
});
