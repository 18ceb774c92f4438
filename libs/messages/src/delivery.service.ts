import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, row, Transactions } from '#core';
import { ResidentsService, SignInService } from '#people';
import { CallTasksService, type NewCallTask } from './call-tasks.service.js';
import { afterFailure, render, renderSignInCode } from './messages.rules.js';
import type { MessageState } from './messages.dto.js';
import type { TemplateName } from './messages.templates.js';
import { SmsChannel, SmsNotSent } from './sms-channel.js';
import { callInstead } from './telling.rules.js';

/** SMS on their way at once. */
const ABREAST = 8;

/** Delivers what was asked for. Safe to repeat: what was sent is not sent again, and keeps its id if it has to be. */
@Injectable()
export class DeliveryService {
  private readonly log = new Logger(DeliveryService.name);

  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly calls: CallTasksService,
    private readonly residents: ResidentsService,
    private readonly signIn: SignInService,
    private readonly channel: SmsChannel,
    private readonly clock: Clock,
  ) {}

  /**
   * Sends sign-in codes that still work.
   *
   * @returns ids of those that were not taken and are to be tried again
   */
  deliverCodes(ids: readonly string[]): Promise<string[]> {
    return this.abreast(ids, async (id) => {
      const found = await this.signIn.codeForDelivery(id);
      if (!found) return true;
      const { phone, code, language } = found;
      return (await this.attempt(id, phone, renderSignInCode(code, language))) === null;
    });
  }

  /**
   * Sends messages that are queued still, each to whom it is for, and puts down what became of it.
   *
   * @returns ids of those that were not taken and are to be tried again
   */
  deliverMessages(ids: readonly string[]): Promise<string[]> {
    return this.abreast(ids, (id) => this.deliverMessage(id));
  }

  private async deliverMessage(id: string): Promise<boolean> {
    const message = await row<{
      resident_id: string;
      template: TemplateName;
      variables: Record<string, unknown>;
      attempts: number;
    }>(
      this.source,
      `select resident_id, template, variables, attempts from messages where id = $1 and state = 'queued'`,
      [id],
    );
    if (!message) return true;
    const phone = await this.residents.phoneOf(this.source.manager, message.resident_id);
    if (phone === null) {
      await this.putDown(id, 'undeliverable', 'no-phone');
      return true;
    }
    // A resident has told us no language, so SMS are in Chinese; the message page shows both.
    const problem = await this.attempt(id, phone, render(message.template, message.variables, 'zh'));
    const state = problem === null ? 'sent' : afterFailure(message.attempts + 1);
    await this.putDown(id, state, problem, 1);
    return state !== 'queued';
  }

  /** The problem, or null where the SMS was taken. */
  private async attempt(id: string, phone: string, text: string): Promise<string | null> {
    try {
      await this.channel.send({ id, phone, text });
      return null;
    } catch (error) {
      if (error instanceof SmsNotSent) return error.problem;
      throw error;
    }
  }

  /** Puts down what became of it; what must not be missed and will not arrive is told by a call. */
  private async putDown(id: string, state: MessageState, problem: string | null, attempts = 0): Promise<void> {
    await this.transactions.run(async (em) => {
      const now = this.clock.now();
      const message = await row<MessageToCall>(
        em,
        `update messages set state = $2, problem = $3, attempts = attempts + $4, channel = $5, sent_at = $6
          where id = $1 and state = 'queued'
          returning resident_id, template, variables, organisation_id, subject_id, occasion, deadline, settled_at`,
        [id, state, problem, attempts, attempts > 0 ? this.channel.name : null, state === 'sent' ? now : null],
      );
      if (message && state === 'undeliverable') await this.calls.open(em, callFor(message, now));
    });
  }

  /**
   * Does the work for each id, several at once; gives the ids for which it is to be done again. One that fails stops
   * no other; why is logged by the error's name, as its message may tell whom it was for.
   */
  private async abreast(ids: readonly string[], work: (id: string) => Promise<boolean>): Promise<string[]> {
    const waiting = [...ids];
    const failed: string[] = [];
    const lane = async () => {
      for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
        try {
          if (!(await work(id))) failed.push(id);
        } catch (error) {
          this.log.error(`delivery of ${id} failed: ${error instanceof Error ? error.name : 'unknown'}`);
          failed.push(id);
        }
      }
    };
    await Promise.all(Array.from({ length: ABREAST }, lane));
    return failed;
  }
}

interface MessageToCall {
  resident_id: string;
  template: TemplateName;
  variables: Record<string, unknown>;
  organisation_id: string | null;
  subject_id: string | null;
  occasion: string | null;
  deadline: Date | null;
  settled_at: Date | null;
}

/** The call that takes the place of a message that will not arrive, if it needs one. */
function callFor(message: MessageToCall, now: Date): NewCallTask[] {
  const { template, variables, organisation_id, subject_id, occasion, deadline } = message;
  if (organisation_id === null || subject_id === null || message.settled_at !== null) return [];
  const dueAt = callInstead(template, variables, now, deadline);
  if (dueAt === null) return [];
  return [
    {
      residentId: message.resident_id,
      organisationId: organisation_id,
      subjectId: subject_id,
      template,
      variables,
      occasion: occasion ?? '',
      dueAt,
      deadline,
    } as NewCallTask,
  ];
}
