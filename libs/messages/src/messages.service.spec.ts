import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import type { Job } from 'bullmq';
import { DataSource, type EntityManager } from 'typeorm';
import type { Topic } from '#contracts';
import { Caller, Clock, CoreModule, newId, readSettings, row, rows, Sealing, Transactions } from '#core';
import { PeopleModule, SignInService } from '#people';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import { CallTasksService } from './call-tasks.service.js';
import { DeliveryService } from './delivery.service.js';
import { MessagesModule } from './messages.module.js';
import { MessagesProcessor } from './messages.processor.js';
import { MessagesService, type TellRequest } from './messages.service.js';
import { SmsChannel, WebhookSmsChannel } from './sms-channel.js';

class SetClock extends Clock {
  at = new Date('2026-03-05T08:00:00+08:00');

  override now(): Date {
    return this.at;
  }
}

const KEY = 'f0e1d2c3b4a5968778695a4b3c2d1e0f00112233445566778899aabbccddeeff';
const clock = new SetClock();
const visitor = new Caller({ kind: 'visitor', id: null }, [], 'en', 'spec');
const administrator = new Caller(
  { kind: 'staff', id: newId(), signInId: newId() },
  [{ role: 'administrator', organisationId: null }],
  'zh',
  'spec',
);

/** The district's SMS gateway, as far as we see it. */
class Gateway {
  readonly taken: { headers: IncomingHttpHeaders; body: string; sms: { id: string; phone: string; text: string } }[] =
    [];
  /** How it answers for a phone; 200 unless said otherwise, and never where it is null. */
  readonly answers = new Map<string, number | null>();
  private readonly server: Server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const sms = JSON.parse(body) as { id: string; phone: string; text: string };
      const status = this.answers.get(sms.phone) ?? (this.answers.has(sms.phone) ? null : 200);
      if (status === null) return;
      if (status === 200) this.taken.push({ headers: request.headers, body, sms });
      response.writeHead(status, { location: '/elsewhere' }).end('{"ok":true}');
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/sms`;
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }

  textsTo(phone: string): string[] {
    return this.taken.filter(({ sms }) => sms.phone === phone).map(({ sms }) => sms.text);
  }
}

let database: TestDatabase;
let nest: TestingModule;
let em: EntityManager;
let messages: MessagesService;
let calls: CallTasksService;
let processor: MessagesProcessor;
let gateway: Gateway;
let organisationId: string;
let url: string;

beforeAll(async () => {
  gateway = new Gateway();
  url = await gateway.open();
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), PeopleModule, MessagesModule],
    providers: [
      DeliveryService,
      MessagesProcessor,
      {
        provide: SmsChannel,
        useFactory: () => new WebhookSmsChannel({ SMS_WEBHOOK_URL: url, SMS_WEBHOOK_KEY: KEY }, clock, 300),
      },
    ],
  })
    .overrideProvider(Clock)
    .useValue(clock)
    .compile();
  await nest.init();
  em = nest.get(DataSource).manager;
  messages = nest.get(MessagesService);
  calls = nest.get(CallTasksService);
  processor = nest.get(MessagesProcessor);
  organisationId = newId();
  await rows(
    em,
    `insert into organisations (id, kind, name, region_code, created_at)
     values ($1, 'community_school', '洞头社区学校', '330305001000', $2)`,
    [organisationId, clock.now()],
  );
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
  gateway?.close();
});

beforeEach(() => {
  clock.at = new Date(clock.at.getTime() + 86_400_000);
});

let phones = 0;
const newPhone = () => `137${String(++phones).padStart(8, '0')}`;

async function resident(phone: string | null): Promise<string> {
  const id = newId();
  const sealing = nest.get(Sealing);
  await rows(
    em,
    `insert into residents (id, name, birth_date, phone_sealed, phone_hash, created_at)
     values ($1, '王秀英', '1949-12-31', $2, $3, $4)`,
    [id, phone && sealing.seal('phone', phone), phone && sealing.hash('phone', phone), clock.now()],
  );
  return id;
}

const loseThePhone = (residentId: string) =>
  rows(em, `update residents set phone_sealed = null, phone_hash = null where id = $1`, [residentId]);

/** Asks for a message to each and gives their ids in that order. */
async function tell(...residentIds: string[]): Promise<string[]> {
  await nest.get(Transactions).run((within) =>
    messages.tell(
      within,
      residentIds.map((residentId) => ({
        residentId,
        template: 'offered',
        variables: { className: '太极拳', until: new Date('2026-03-06T12:00:00Z') },
        organisationId,
        subjectId: newId(),
      })),
    ),
  );
  const [told] = await rows<{ ids: string[] }>(
    em,
    `select ids from outbox where topic = 'message.requested' order by id desc limit 1`,
  );
  return told!.ids;
}

/** A job as BullMQ hands it over, and again as often as it fails. */
function job(name: Topic, ids: string[]) {
  const made = {
    name,
    data: { ids },
    updateData: (data: { ids: string[] }) => Promise.resolve(void (made.data = data)),
  };
  return { made, run: () => processor.process(made as unknown as Job<{ ids: string[] }, void, Topic>) };
}

const stateOf = (id: string) =>
  row(em, `select state, channel, attempts, problem, sent_at is not null as sent from messages where id = $1`, [id]);

describe('messages to residents', () => {
  it('reach the gateway signed, with time in the district', async () => {
    const phone = newPhone();
    const [id] = await tell(await resident(phone));
    await job('message.requested', [id!]).run();
    const { headers, body, sms } = gateway.taken.at(-1)!;
    expect(sms).toEqual({ id, phone, text: expect.stringContaining('3月6日（周五）20:00') });
    const timestamp = String(headers['x-huixue-timestamp']);
    expect(Number(timestamp)).toBe(clock.now().getTime() / 1000);
    expect(headers['x-huixue-signature']).toBe(
      createHmac('sha256', Buffer.from(KEY, 'hex')).update(`${timestamp}.${body}`).digest('hex'),
    );
    expect(await stateOf(id!)).toEqual({ state: 'sent', channel: 'webhook', attempts: 1, problem: null, sent: true });
  });

  it('are not sent again because another one failed', async () => {
    const [good, bad] = [newPhone(), newPhone()];
    gateway.answers.set(bad, 503);
    const ids = await tell(await resident(good), await resident(bad));
    const delivery = job('message.requested', ids);
    await expect(delivery.run()).rejects.toThrow('1 of 2');
    expect(delivery.made.data.ids).toEqual([ids[1]]);
    expect(await stateOf(ids[1]!)).toMatchObject({ state: 'queued', attempts: 1, problem: 'gateway-503' });
    gateway.answers.delete(bad);
    await delivery.run();
    // The outbox may hand the same ids over once more.
    await job('message.requested', ids).run();
    expect([gateway.textsTo(good).length, gateway.textsTo(bad).length]).toEqual([1, 1]);
    expect(await stateOf(ids[1]!)).toMatchObject({ state: 'sent', attempts: 2, problem: null });
  });

  it.each<[string, number | null, string]>([
    ['does not answer', null, 'gateway-timeout'],
    ['sends elsewhere', 307, 'gateway-307'],
    ['refuses', 400, 'gateway-400'],
  ])('are given up after eight attempts at a gateway that %s', async (_, answer, problem) => {
    const phone = newPhone();
    gateway.answers.set(phone, answer);
    const [id] = await tell(await resident(phone));
    const delivery = job('message.requested', [id!]);
    for (let attempt = 1; attempt < 8; attempt++) await expect(delivery.run()).rejects.toThrow('1 of 1');
    await delivery.run();
    expect(await stateOf(id!)).toMatchObject({ state: 'undeliverable', attempts: 8, problem });
    expect(gateway.textsTo(phone)).toEqual([]);
  });

  it('to someone who has no phone any more are put down as such', async () => {
    const someone = await resident(newPhone());
    const [id] = await tell(someone);
    await loseThePhone(someone);
    await job('message.requested', [id!]).run();
    expect(await stateOf(id!)).toMatchObject({ state: 'undeliverable', problem: 'no-phone', attempts: 0 });
    const page = await messages.list(administrator, { limit: 10, state: 'undeliverable' });
    expect(page.items[0]).toMatchObject({ id, problem: 'no-phone' });
    expect(JSON.stringify(page)).not.toContain('太极拳');
  });

  it('are read by whoever acts for the resident, in the language asked for, and by nobody else', async () => {
    const phone = newPhone();
    await nest.get(SignInService).requestCode(visitor, phone);
    const { code } = (await codeTo())!;
    const { me } = await nest.get(SignInService).signInBySms(visitor, phone, code);
    const residentId = await resident(null);
    await rows(
      em,
      `insert into account_residents (account_id, resident_id, relation, since) values ($1, $2, 'family', $3)`,
      [me.id, residentId, clock.now()],
    );
    await tell(residentId, residentId, residentId);
    const reader = new Caller({ kind: 'account', id: me.id, signInId: newId() }, [], 'en', 'spec');
    const first = await messages.ofResident(reader, residentId, { limit: 2 });
    const rest = await messages.ofResident(reader, residentId, { limit: 2, cursor: first.next! });
    expect([first.items.length, rest.items.length, rest.next]).toEqual([2, 1, null]);
    expect(first.items[0]?.text).toContain('Fri 6 Mar at 20:00');
    const stranger = new Caller({ kind: 'account', id: newId(), signInId: newId() }, [], 'en', 'spec');
    await expect(messages.ofResident(stranger, residentId, { limit: 2 })).rejects.toMatchObject({
      code: 'PEOPLE.RESIDENT_UNKNOWN',
    });
  });
});

/** The code that was asked for last. */
async function codeTo() {
  return nest.get(SignInService).codeForDelivery((await lastCodeIds())[0]!);
}

async function lastCodeIds(): Promise<string[]> {
  const [told] = await rows<{ ids: string[] }>(
    em,
    `select ids from outbox where topic = 'sign-in-code.requested' order by id desc limit 1`,
  );
  return told!.ids;
}

describe('telling', () => {
  const offer = (residentId: string, subjectId = newId()) => {
    const deadline = new Date(clock.at.getTime() + 10 * 3_600_000);
    const variables = { className: '太极拳', until: deadline.toISOString() };
    return { residentId, template: 'offered' as const, variables, organisationId, subjectId, deadline };
  };
  const tellAll = (...requests: TellRequest[]) =>
    nest.get(Transactions).run((within) => messages.tell(within, requests));
  const tasksOf = (residentId: string) =>
    rows<{ reason: string; due_at: Date; state: string; closed_because: string | null; variables: object }>(
      em,
      `select reason, due_at, state, closed_because, variables from call_tasks where resident_id = $1 order by id`,
      [residentId],
    );
  const messageOf = async (residentId: string) =>
    (await row<{ id: string; state: string; problem: string | null }>(
      em,
      `select id, state, problem from messages where resident_id = $1 order by id desc limit 1`,
      [residentId],
    ))!;
  const young = async () => {
    const id = await resident(newPhone());
    await rows(em, `update residents set birth_date = '2000-01-01' where id = $1`, [id]);
    return id;
  };

  it('takes the way that reaches each, all at once', async () => {
    const [old, student, noPhone] = [await resident(newPhone()), await young(), await resident(null)];
    await tellAll(offer(old), offer(student), offer(noPhone));
    expect(await tasksOf(old)).toMatchObject([
      { reason: 'offer', due_at: new Date(clock.at.getTime() + 5.5 * 3_600_000) },
    ]);
    expect(await tasksOf(student)).toEqual([]);
    // 08:00 is a quiet hour.
    expect(await tasksOf(noPhone)).toMatchObject([{ due_at: new Date(clock.at.getTime() + 3_600_000) }]);
    expect(await messageOf(old)).toMatchObject({ state: 'queued', problem: null });
    expect(await messageOf(student)).toMatchObject({ state: 'queued', problem: null });
    expect(await messageOf(noPhone)).toMatchObject({ state: 'undeliverable', problem: 'no-phone' });
    const [last] = await rows<{ ids: string[] }>(
      em,
      `select ids from outbox where topic = 'message.requested' order by id desc limit 1`,
    );
    expect(last!.ids.sort()).toEqual([(await messageOf(old)).id, (await messageOf(student)).id].sort());
  });

  it('asks for one call however often the same is told, the earliest due', async () => {
    const someone = await resident(newPhone());
    const request = offer(someone);
    await tellAll(request, request);
    await tellAll(request);
    expect(await tasksOf(someone)).toHaveLength(1);
  });

  it('calls, sooner than it would have, where the SMS is refused for good', async () => {
    const [old, student] = [await resident(newPhone()), await young()];
    await tellAll(offer(old), offer(student));
    clock.at = new Date(clock.at.getTime() + 2 * 3_600_000);
    for (const someone of [old, student]) {
      await loseThePhone(someone);
      await job('message.requested', [(await messageOf(someone)).id]).run();
      expect(await tasksOf(someone)).toMatchObject([{ reason: 'offer', due_at: clock.at, state: 'open' }]);
    }
  });

  it('calls nobody instead of an SMS about what is settled, or does not matter enough', async () => {
    const [accepted, lost] = [await young(), await young()];
    const request = offer(accepted);
    const drawn = { className: '太极拳', classCode: 'B-ABCDEF' };
    const rest = { organisationId, subjectId: newId() };
    await tellAll(request, { residentId: lost, template: 'lottery-not-drawn', variables: drawn, ...rest });
    await nest.get(Transactions).run((within) => calls.closeFor(within, [request.subjectId], 'accepted', ['offer']));
    for (const someone of [accepted, lost]) {
      await loseThePhone(someone);
      await job('message.requested', [(await messageOf(someone)).id]).run();
      expect(await messageOf(someone)).toMatchObject({ state: 'undeliverable', problem: 'no-phone' });
      expect(await tasksOf(someone)).toEqual([]);
    }
  });

  it('closes calls of the reasons that are settled, and no others', async () => {
    const someone = await resident(null);
    const request = offer(someone);
    const moved = { className: '太极拳', toClassName: '太极拳二班', firstSessionAt: clock.at };
    await tellAll(request, { ...request, template: 'transferred', variables: moved, deadline: null });
    await nest.get(Transactions).run((within) => calls.closeFor(within, [request.subjectId], 'declined', ['offer']));
    expect(await tasksOf(someone)).toMatchObject([
      { reason: 'offer', state: 'closed', closed_because: 'declined' },
      { reason: 'transferred', state: 'open', closed_because: null },
    ]);
    // The same told again, it stays closed; another time is another call.
    await tellAll(request);
    clock.at = new Date(clock.at.getTime() + 1000);
    await tellAll({ ...request, template: 'transferred', variables: moved, deadline: null });
    expect((await tasksOf(someone)).map(({ reason, state }) => `${reason} ${state}`)).toEqual([
      'offer closed',
      'transferred open',
      'transferred open',
    ]);
  });
});

describe('sign-in codes', () => {
  it('come in the language they were asked in, and only to the phone whose turn failed again', async () => {
    const phone = newPhone();
    gateway.answers.set(phone, 500);
    await nest.get(SignInService).requestCode(visitor, phone);
    const { code } = (await codeTo())!;
    const delivery = job('sign-in-code.requested', await lastCodeIds());
    await expect(delivery.run()).rejects.toThrow('1 of 1');
    gateway.answers.delete(phone);
    await delivery.run();
    expect(gateway.textsTo(phone)).toEqual([expect.stringContaining(`Your sign-in code is ${code}`)]);
  });

  it('that no longer work are not sent', async () => {
    const phone = newPhone();
    await nest.get(SignInService).requestCode(visitor, phone);
    const ids = await lastCodeIds();
    clock.at = new Date(clock.at.getTime() + 5 * 60_000);
    await job('sign-in-code.requested', ids).run();
    expect(gateway.textsTo(phone)).toEqual([]);
  });
});
