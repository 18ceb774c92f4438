import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { AuditAction } from '#contracts';
import { Audit, type Caller, Clock, IdempotentWrites, type OnceKey, row, Transactions } from '#core';
import { AccountResidentEntity, ResidentEntity } from '../people.entities.js';
import { PeopleErrors } from '../people.errors.js';
import type { Relation } from '../people.words.js';
import { PersonalCodes } from '../residents/personal-codes.js';
import type { OwnResidentView, PersonalCodeView, RegisterOwnResidentRequest } from '../residents/residents.dto.js';
import { MOST_RESIDENTS } from '../residents/residents.rules.js';
import { ResidentsService } from '../residents/residents.service.js';

/** What the holder of a resident account does for itself and its family. */
@Injectable()
export class FamilyService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly residents: ResidentsService,
    private readonly codes: PersonalCodes,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Everyone for whom the account acts, its holder first; at most {@link MOST_RESIDENTS}. */
  async list(accountId: string): Promise<OwnResidentView[]> {
    const held = await this.residents.residentsOf(this.source.manager, accountId);
    const found = await this.source.manager.findBy(ResidentEntity, { id: In(held.map(({ id }) => id)) });
    const byId = new Map(found.map((resident) => [resident.id, resident]));
    return Promise.all(held.map(({ id, relation }) => this.viewOf(byId.get(id)!, relation)));
  }

  /**
   * Registers a resident of the account, identity declared. The holder's own phone is the account's.
   *
   * @throws PEOPLE.TOO_MANY_RESIDENTS, PEOPLE.SELF_EXISTS, and what {@link ResidentsService.register} throws
   */
  async register(caller: Caller, request: RegisterOwnResidentRequest, once: OnceKey): Promise<OwnResidentView> {
    const accountId = caller.accountId;
    return this.once.run(once, async (em) => {
      // The account's row makes two registrations of the same moment count each other.
      const account = await row<{ phone_sealed: Buffer; phone_hash: Buffer }>(
        em,
        `select phone_sealed, phone_hash from accounts where id = $1 for no key update`,
        [accountId],
      );
      const held = await this.residents.residentsOf(em, accountId);
      if (held.length >= MOST_RESIDENTS) throw PeopleErrors.TOO_MANY_RESIDENTS({ most: MOST_RESIDENTS });
      const self = request.relation === 'self';
      if (self && held.some(({ relation }) => relation === 'self')) throw PeopleErrors.SELF_EXISTS();
      const phone = self && account ? { sealed: account.phone_sealed, hash: account.phone_hash } : null;
      const resident = await this.residents.register(em, request, phone);
      await em.insert(AccountResidentEntity, {
        accountId,
        residentId: resident.id,
        relation: request.relation,
        since: this.clock.now(),
        until: null,
      });
      await this.record(em, caller, 'resident.registered', resident.id, { relation: request.relation });
      return this.viewOf(resident, request.relation);
    });
  }

  /**
   * The code of the resident's card, made at the first asking; asking again answers the same.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN
   */
  async personalCode(caller: Caller, residentId: string): Promise<PersonalCodeView> {
    return this.transactions.run(async (em) => {
      await this.residents.requireActsFor(em, caller, residentId);
      const { code, made } = await this.codes.ofResident(em, residentId);
      if (made) await this.record(em, caller, 'personal_code.issued', residentId);
      return { code };
    });
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    residentId: string,
    details: Record<string, unknown> = {},
  ): Promise<void> {
    await this.audit.write(em, caller, [
      { action, targetKind: 'resident', targetId: residentId, onBehalfOf: residentId, details },
    ]);
  }

  private async viewOf(resident: ResidentEntity, relation: Relation): Promise<OwnResidentView> {
    return {
      id: resident.id,
      name: resident.name,
      birthDate: resident.birthDate,
      sex: resident.sex,
      regionCode: resident.regionCode,
      regionName: await this.residents.regionName(resident.regionCode),
      relation,
      documentKind: resident.documentKind,
      identityState: resident.identityState,
      version: resident.version,
    };
  }
}
