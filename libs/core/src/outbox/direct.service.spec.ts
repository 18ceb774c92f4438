import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import type { Topic } from '#contracts';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database.js';
import { testSettings } from '../../../../test/support/test-settings.js';
import { waitFor } from '../../../../test/support/wait-for.js';
import { readSettings } from '../configuration/read-settings.js';
import { Clock } from '../clock.js';
import { CoreJobsModule, CoreModule } from '../core.module.js';
import { Listener } from '../database/listener.js';
import { rows } from '../database/sql.js';
import { Transactions } from '../database/transactions.js';
import { JOB_QUEUES, type JobQueues } from '../queues/queues.module.js';
import { DirectFollower, type Following } from './direct.js';
import { Outbox, OUTBOX_FILLED } from './outbox.js';

let database: TestDatabase;
let core: TestingModule;
let source: DataSource;
let outbox: Outbox;
let transactions: Transactions;
let following: Following = () => Promise.resolve();
const woken: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  const settings = readSettings(testSettings(database.url, { LOG_LEVEL: 'silent' }));
  core = await Test.createTestingModule({ imports: [CoreModule.forRoot(settings), CoreJobsModule] }).compile();
  await core.init();
  [source, outbox, transactions] = [core.get(DataSource), core.get(Outbox), core.get(Transactions)];
  await rows(source, 'create table followed (id uuid not null, batch int not null)');
  core.get(DirectFollower).follow('evidence.changed', (...given) => following(...given));
  core.get(Listener).on(OUTBOX_FILLED, (topic) => woken.push(topic));
});
afterAll(async () => {
  await core?.close();
  await database?.drop();
});

const tell = (topic: Topic, ids: readonly string[]) => transactions.run((em) => outbox.tell(em, topic, ids));
const followed = () => rows<{ id: string; batch: number }>(source, 'select id, batch from followed order by batch');
const newIds = (count: number) => Array.from({ length: count }, () => randomUUID());
const told = (topic: Topic) => rows<{ ids: string[] }>(source, 'select ids from outbox where topic = $1', [topic]);

it('follows what is told at once, and gathers what is told while it is at work', async () => {
  let batch = 0;
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  following = async (em, ids, commit) => {
    const number = ++batch;
    if (number === 1) await gate;
    await rows(em, 'insert into followed (id, batch) select id, $2 from unnest($1::uuid[]) as f (id)', [ids, number]);
    await commit();
  };
  const [first, ...others] = newIds(4);
  await tell('evidence.changed', [first!]);
  await waitFor('the first to be followed', () => batch === 1);
  for (const id of [...others, others[0]!]) await tell('evidence.changed', [id]);
  // It is gone from the outbox only when what follows is done.
  expect(await told('evidence.changed')).toHaveLength(5);
  open();
  await waitFor('all to be followed', async () => (await followed()).length === 4);
  const found = await followed();
  expect(found[0]).toEqual({ id: first, batch: 1 });
  expect(found.slice(1).map(({ batch: number }) => number)).toEqual([2, 2, 2]);
  expect(
    found
      .slice(1)
      .map(({ id }) => id)
      .sort(),
  ).toEqual(others.toSorted());
  expect(await told('evidence.changed')).toEqual([]);
});

it('takes about as many as one transaction should hold, however many are told at once', async () => {
  const sizes: number[] = [];
  following = (_, ids) => {
    sizes.push(ids.length);
    return Promise.resolve();
  };
  await tell('evidence.changed', newIds(550));
  await waitFor('all to be followed', () => sizes.reduce((sum, size) => sum + size, 0) === 550);
  expect(Math.max(...sizes)).toBeLessThanOrEqual(200);
});

it('hands what fails to the queue, and keeps nothing of it', async () => {
  const before = (await followed()).length;
  following = async (em, ids) => {
    await rows(em, 'insert into followed (id, batch) select id, 9 from unnest($1::uuid[]) as f (id)', [ids]);
    throw new Error('it cannot be counted');
  };
  const [id] = newIds(1);
  await tell('evidence.changed', [id!]);
  const { participation } = core.get<JobQueues>(JOB_QUEUES);
  const [job] = await waitFor('a job', async () => {
    const jobs = await participation.getJobs(['waiting']);
    return jobs.length > 0 && jobs;
  });
  expect({ name: job!.name, data: job!.data as unknown }).toEqual({ name: 'evidence.changed', data: { ids: [id] } });
  expect(await followed()).toHaveLength(before);
  expect(await told('evidence.changed')).toEqual([]);
});

it('wakes nobody for what is gathered, and hands it over all the same', async () => {
  following = () => Promise.resolve();
  woken.length = 0;
  const [session, class_] = newIds(2);
  await tell('sessions.attended', [session!]);
  await tell('class-evidence.changed', [class_!]);
  await waitFor('to be woken', () => woken.includes('class-evidence.changed'));
  expect(woken).not.toContain('sessions.attended');
  const { targets } = core.get<JobQueues>(JOB_QUEUES);
  const jobs = await waitFor('a job', async () => {
    const found = await targets.getJobs(['waiting']);
    return found.length > 0 && found;
  });
  expect(jobs.map(({ data }) => data as unknown)).toEqual([{ ids: [session] }]);
});

it('keeps what one program tells that follows by itself: nobody else is woken, and each deed is handed out once', async () => {
  const sizes: number[] = [];
  following = (_, ids) => {
    sizes.push(ids.length);
    return Promise.resolve();
  };
  woken.length = 0;
  const apart = new Outbox(core.get(Clock));
  const take = apart.keepHere();
  const [one, another, undone] = newIds(3) as [string, string, string];
  await transactions.run(async (em) => {
    await apart.tell(em, 'evidence.changed', [one, one, another]);
    await apart.tell(em, 'class.stopped', []);
    await apart.tell(em, 'class.stopped', [another]);
  });
  const failed = transactions.run(async (em) => {
    await apart.tell(em, 'class.stopped', [undone]);
    throw new Error('it is rolled back');
  });
  await expect(failed).rejects.toThrow('it is rolled back');
  expect(await rows(source, 'select topic, ids from outbox')).toEqual([]);
  // Whoever follows looks for itself at what is there: of what was rolled back there is nothing.
  expect(take()).toEqual([
    { topic: 'evidence.changed', ids: [one, another] },
    { topic: 'class.stopped', ids: [another] },
    { topic: 'class.stopped', ids: [undone] },
  ]);
  expect(take()).toEqual([]);
  // What others tell goes its way meanwhile.
  await tell('evidence.changed', [undone]);
  await waitFor('the other to be followed', () => sizes.length > 0);
  expect(sizes).toEqual([1]);
  expect(woken).toEqual(['evidence.changed']);
  expect(apart.keepHere()()).toEqual([]);
});
