import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit, type Caller, Clock, newId, row, rows, Transactions } from '#core';
import type { DeclarationView } from './preparation.dto.js';
import { PeopleErrors } from '../people.errors.js';
import { onResident, recorderOf } from '../residents/records.js';
import { lockResidents } from '../residents/residents.queries.js';
import { ResidentsService } from '../residents/residents.service.js';
import { DECLARATION_AGE } from './safety.rules.js';

/** 安全声明: yes or no, once a term, from those who are 70 or older when it begins. Never why. */
@Injectable()
export class DeclarationsService {
  constructor(
    private readonly transactions: Transactions,
    private readonly residents: ResidentsService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * By the resident or one of the family. The same answer again changes nothing, another one supersedes it.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.TERM_UNKNOWN, PEOPLE.DECLARATION_NOT_NEEDED
   */
  async declare(caller: Caller, residentId: string, termId: string, answer: boolean): Promise<DeclarationView> {
    return this.transactions.run(async (em) => {
      await lockResidents(em, [residentId]);
      await this.residents.requireActsFor(em, caller, residentId);
      return this.write(em, caller, residentId, termId, answer);
    });
  }

  /** @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.TERM_UNKNOWN, PEOPLE.DECLARATION_NOT_NEEDED */
  async declareAtCounter(
    caller: Caller,
    residentId: string,
    termId: string,
    answer: boolean,
  ): Promise<DeclarationView> {
    caller.require('residents.register');
    return this.transactions.run(async (em) => {
      await lockResidents(em, [residentId]);
      await this.residents.require(em, residentId);
      return this.write(em, caller, residentId, termId, answer);
    });
  }

  /** For a resident who is locked. */
  private async write(
    em: EntityManager,
    caller: Caller,
    residentId: string,
    termId: string,
    answer: boolean,
  ): Promise<DeclarationView> {
    const now = this.clock.now();
    const present = (await this.residents.supportOf(em, [residentId], termId)).get(residentId);
    if (!present) throw PeopleErrors.TERM_UNKNOWN();
    if (present.declaration === 'not_needed') throw PeopleErrors.DECLARATION_NOT_NEEDED({ age: DECLARATION_AGE });
    if (present.declaration !== (answer ? 'fit' : 'not_fit')) {
      await rows(
        em,
        `update safety_declarations set superseded_at = $3
          where resident_id = $1 and term_id = $2 and superseded_at is null`,
        [residentId, termId, now],
      );
      const { account, staff } = recorderOf(caller);
      await rows(
        em,
        `insert into safety_declarations (id, resident_id, term_id, answer, given_at, given_by_account, given_by_staff)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [newId(), residentId, termId, answer, now, account, staff],
      );
      // That it was given, not what: whoever may know the answer sees it with the resident.
      await this.audit.write(em, caller, [onResident('safety_declaration.given', residentId, { termId })]);
    }
    const given = await row<{ given_at: Date }>(
      em,
      `select given_at from safety_declarations where resident_id = $1 and term_id = $2 and superseded_at is null`,
      [residentId, termId],
    );
    return { residentId, termId, state: answer ? 'fit' : 'not_fit', givenAt: given!.given_at.toISOString() };
  }
}
