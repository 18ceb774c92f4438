import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller, Clock, cutPage, newId, Outbox, type Page, PageQuery, readCursor, rows } from '#core';
import { ResidentsService } from '#people';
import { CallTasksService, type NewCallTask } from './call-tasks.service.js';
import type { MessagesQuery, MessageState, MessageView, MyMessageView } from './messages.dto.js';
import { render } from './messages.rules.js';
import type { TemplateName, VariablesOf } from './messages.templates.js';
import { howToTell, isCallable, type Telling } from './telling.rules.js';

/** What is to be told to a resident, by SMS or otherwise. */
export type TellRequest = {
  [Name in TemplateName]: { residentId: string; template: Name; variables: VariablesOf<Name> };
}[TemplateName] & {
  /** Whose staff calls where an SMS is not enough. */
  organisationId: string;
  /** The enrollment it is about. */
  subjectId: string;
  /** Until when it helps to know; left out: always. */
  deadline?: Date | null;
  /**
   * Tells one time from another at which the same is told about the same enrollment, so that a job may tell it again;
   * left out: the deadline does, or else this moment.
   */
  occasion?: string;
};

/** What is told, and how. */
interface Told {
  request: TellRequest;
  occasion: string;
  deadline: Date | null;
  how: Telling;
}

/** Messages to residents: asked for here, delivered by the worker. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly source: DataSource,
    private readonly residents: ResidentsService,
    private readonly calls: CallTasksService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Tells residents what happened behind their backs, each so that it arrives: by SMS, by a call, or by both. Goes out
   * once this transaction commits, and is read in "my messages" in any case. An empty list tells nobody.
   */
  async tell(em: EntityManager, requests: readonly TellRequest[]): Promise<void> {
    if (requests.length === 0) return;
    const now = this.clock.now();
    const residents = new Map(
      (
        await this.residents.factsOf(
          em,
          requests.map(({ residentId }) => residentId),
        )
      ).map((one) => [one.id, one]),
    );
    const told = requests.map((request): Told => {
      const listener = residents.get(request.residentId) ?? { hasPhone: false, birthDate: NOBODYS_BIRTH };
      const { deadline = null } = request;
      const occasion = request.occasion ?? (deadline ?? now).toISOString();
      return { request, occasion, deadline, how: howToTell(request.template, listener, now, deadline) };
    });
    await this.insert(em, told, now);
    await this.calls.open(em, told.flatMap(callOf));
  }

  private async insert(em: EntityManager, told: readonly Told[], at: Date): Promise<void> {
    const ids = told.map(() => newId());
    await rows(
      em,
      `insert into messages (id, resident_id, template, variables, state, problem, organisation_id, subject_kind,
                             subject_id, occasion, deadline, created_at)
       select id, resident_id, template, variables, state, problem, organisation_id, 'enrollment', subject_id, occasion,
              deadline, $11::timestamptz
         from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[], $5::text[], $6::text[], $7::uuid[], $8::uuid[],
                     $9::text[], $10::timestamptz[])
              as m (id, resident_id, template, variables, state, problem, organisation_id, subject_id, occasion, deadline)`,
      [
        ids,
        told.map(({ request }) => request.residentId),
        told.map(({ request }) => request.template),
        told.map(({ request }) => JSON.stringify(request.variables)),
        told.map(({ how }) => (how.sms ? 'queued' : 'undeliverable')),
        told.map(({ how }) => (how.sms ? null : 'no-phone')),
        told.map(({ request }) => request.organisationId),
        told.map(({ request }) => request.subjectId),
        told.map(({ occasion }) => occasion),
        told.map(({ deadline }) => deadline),
        at,
      ],
    );
    await this.outbox.tell(
      em,
      'message.requested',
      ids.filter((_, index) => told[index]!.how.sms),
    );
  }

  /** What became of messages, newest first, without their texts. */
  async list(caller: Caller, query: MessagesQuery): Promise<Page<MessageView>> {
    caller.require('messages.read');
    const found = await rows<{
      id: string;
      resident_id: string;
      template: TemplateName;
      state: MessageState;
      channel: string | null;
      attempts: number;
      problem: string | null;
      created_at: Date;
      sent_at: Date | null;
    }>(
      this.source,
      `select id, resident_id, template, state, channel, attempts, problem, created_at, sent_at from messages
        where ($1::uuid is null or id < $1) and ($2::text is null or state = $2) order by id desc limit $3`,
      [before(query), query.state ?? null, query.limit + 1],
    );
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      (message) => ({
        id: message.id,
        residentId: message.resident_id,
        template: message.template,
        state: message.state,
        channel: message.channel,
        attempts: message.attempts,
        problem: message.problem,
        createdAt: message.created_at.toISOString(),
        sentAt: message.sent_at?.toISOString() ?? null,
      }),
    );
  }

  /**
   * A resident's messages in the caller's language, newest first, whether or not an SMS reached them.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN unless the caller acts for the resident
   */
  async ofResident(caller: Caller, residentId: string, query: PageQuery): Promise<Page<MyMessageView>> {
    await this.residents.requireActsFor(this.source.manager, caller, residentId);
    const found = await rows<{
      id: string;
      template: TemplateName;
      variables: Record<string, unknown>;
      created_at: Date;
    }>(
      this.source,
      `select id, template, variables, created_at from messages
        where resident_id = $1 and ($2::uuid is null or id < $2) order by id desc limit $3`,
      [residentId, before(query), query.limit + 1],
    );
    return cutPage(
      found,
      query.limit,
      ({ id }) => [id],
      ({ id, template, variables, created_at }) => ({
        id,
        template,
        text: render(template, variables, caller.language),
        createdAt: created_at.toISOString(),
      }),
    );
  }
}

const before = (query: PageQuery): string | null => readCursor(query.cursor, ['uuid'])?.[0] ?? null;

/** Somebody who is not in the register any more is told nothing; the foreign key refuses the message. */
const NOBODYS_BIRTH = '9999-12-31';

function callOf({ request, occasion, deadline, how }: Told): NewCallTask[] {
  const { residentId, organisationId, subjectId, template, variables } = request;
  if (how.callBy === null || !isCallable(template)) return [];
  // Template and variables belong together in the request, and stay together here.
  return [
    {
      residentId,
      organisationId,
      subjectId,
      template,
      variables,
      occasion,
      deadline,
      dueAt: how.callBy,
    } as NewCallTask,
  ];
}
