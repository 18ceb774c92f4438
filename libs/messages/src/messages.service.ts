import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Caller, Clock, cutPage, newId, Outbox, type Page, PageQuery, readCursor, rows } from '#core';
import { ResidentsService } from '#people';
import type { MessagesQuery, MessageState, MessageView, MyMessageView } from './messages.dto.js';
import { render } from './messages.rules.js';
import type { TemplateName, VariablesOf } from './messages.templates.js';

/** What is to be told to a resident. */
export type MessageRequest = {
  [Name in TemplateName]: { residentId: string; template: Name; variables: VariablesOf<Name> };
}[TemplateName];

/** Messages to residents: asked for here, delivered by the worker. */
@Injectable()
export class MessagesService {
  constructor(
    private readonly source: DataSource,
    private readonly residents: ResidentsService,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Asks for messages; they go out once this transaction commits. An empty list asks for none. */
  async request(em: EntityManager, requests: readonly MessageRequest[]): Promise<void> {
    if (requests.length === 0) return;
    const ids = requests.map(() => newId());
    await rows(
      em,
      `insert into messages (id, resident_id, template, variables, created_at)
       select *, $5::timestamptz from unnest($1::uuid[], $2::uuid[], $3::text[], $4::jsonb[])`,
      [
        ids,
        requests.map(({ residentId }) => residentId),
        requests.map(({ template }) => template),
        requests.map(({ variables }) => JSON.stringify(variables)),
        this.clock.now(),
      ],
    );
    await this.outbox.tell(em, 'message.requested', ids);
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
