import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import { type AuditAction, readMobilePhone } from '#contracts';
import {
  Audit,
  type AuditEntry,
  type Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  type OnceKey,
  Outbox,
  type Page,
  readCursor,
  requireVersion,
  row,
  Transactions,
} from '#core';
import { ResidentEntity } from '../people.entities.js';
import { PeopleErrors } from '../people.errors.js';
import { PersonalCodes } from './personal-codes.js';
import type {
  FoundResidentView,
  PersonalCodeView,
  RegisterResidentRequest,
  ResidentsSearchRequest,
  ResidentView,
  VerifyIdentityRequest,
} from './residents.dto.js';
import { findByName, findExactly, type FoundRow, lockResidents } from './residents.queries.js';
import { decideVerification, readDocument, readSearch, type ResidentSearch, tidyName } from './residents.rules.js';
import { ResidentsService } from './residents.service.js';
import { maskPhone } from '../sign-in/sign-in.rules.js';
import { Vault } from '../vault.js';

/**
 * What staff and village agents do for residents at the counter (窗口). Residents belong to no organisation, so the
 * permission held in any organisation serves; every look is audited.
 */
@Injectable()
export class CounterService {
  constructor(
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly residents: ResidentsService,
    private readonly codes: PersonalCodes,
    private readonly vault: Vault,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** Looks for residents by what stands in `q`. Writes who looked, how, and whom they were shown. */
  async search(caller: Caller, query: ResidentsSearchRequest): Promise<Page<FoundResidentView>> {
    caller.require('residents.read');
    const search = readSearch(query.q);
    const after = readCursor(query.cursor, ['number', 'text', 'uuid']);
    return this.transactions.run(async (em) => {
      const page = cutPage(
        await this.find(em, search, after, query.limit + 1),
        query.limit,
        (found) => [found.rank, found.name, found.id],
        (found) => found,
      );
      await this.audit.write(em, caller, [
        {
          action: 'residents.searched',
          targetKind: 'staff',
          targetId: caller.staffId,
          details: { by: search.by, shown: page.items.length },
        },
        ...page.items.map(({ id }): AuditEntry => ({
          action: 'resident.listed',
          targetKind: 'resident',
          targetId: id,
          details: { by: search.by },
        })),
      ]);
      return { ...page, items: await Promise.all(page.items.map((found) => this.foundView(found))) };
    });
  }

  /** @throws PEOPLE.RESIDENT_UNKNOWN */
  async get(caller: Caller, id: string): Promise<ResidentView> {
    caller.require('residents.read');
    return this.transactions.run(async (em) => {
      const resident = await this.require(em, id);
      await this.record(em, caller, 'resident.viewed', id);
      return this.viewOf(resident);
    });
  }

  /**
   * Registers someone who came to the counter, with or without a phone.
   *
   * @throws PEOPLE.PHONE_WRONG, PEOPLE.DOCUMENT_TAKEN, and what {@link ResidentsService.register} throws
   */
  async register(caller: Caller, request: RegisterResidentRequest, once: OnceKey): Promise<ResidentView> {
    caller.require('residents.register');
    const phone = request.phone === undefined ? null : readMobilePhone(request.phone);
    if (request.phone !== undefined && phone === null) throw PeopleErrors.PHONE_WRONG();
    return this.once.run(once, async (em) => {
      const resident = await this.residents.register(em, request, phone === null ? null : this.vault.phone(phone));
      if (resident.documentHash && (await isVerifiedDocument(em, resident))) throw PeopleErrors.DOCUMENT_TAKEN();
      await this.record(em, caller, 'resident.registered', resident.id, { counter: true });
      return this.viewOf(resident);
    });
  }

  /**
   * Staff saw the document (counting rule 8): the identity becomes verified, and what was counted apart counts.
   * Verifying again with the same document answers the present state.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.DOCUMENT_WRONG, PEOPLE.CARD_DIFFERS naming each field,
   *   PEOPLE.VERIFIED_OTHERWISE, PEOPLE.DOCUMENT_TAKEN, CORE.STALE
   */
  async verifyIdentity(
    caller: Caller,
    id: string,
    version: number,
    request: VerifyIdentityRequest,
  ): Promise<ResidentView> {
    caller.require('residents.verify');
    const document = readDocument(request.documentKind, request.documentNumber);
    if (!document) throw PeopleErrors.DOCUMENT_WRONG();
    return this.transactions.run(async (em) => {
      await lockResidents(em, [id]);
      const resident = await this.residents.require(em, id);
      const sealed = this.vault.document(document.kind, document.number);
      const verification = decideVerification(
        {
          name: resident.name,
          birthDate: resident.birthDate,
          sex: resident.sex,
          verified: resident.identityState === 'verified',
          sameDocument: resident.documentKind === document.kind && sealed.hash.equals(resident.documentHash!),
        },
        {
          document,
          name: tidyName(request.name),
          birthDate: request.birthDate ?? null,
          correctName: request.correctName ?? false,
        },
      );
      if (verification.kind === 'already') return this.viewOf(resident);
      if (verification.kind === 'other-document') throw PeopleErrors.VERIFIED_OTHERWISE();
      requireVersion(resident.version, version);
      if (verification.kind === 'differs') throw PeopleErrors.CARD_DIFFERS({}, { fields: verification.fields });
      const { name, birthDate, sex, corrected } = verification;
      const changes = {
        name,
        birthDate,
        sex,
        documentKind: document.kind,
        documentSealed: sealed.sealed,
        documentHash: sealed.hash,
        identityState: 'verified' as const,
        identityVerifiedAt: this.clock.now(),
        identityVerifiedBy: caller.staffId,
        version: version + 1,
      };
      await em.update(ResidentEntity, { id }, changes);
      await this.record(em, caller, 'resident.identity_verified', id, { documentKind: document.kind, corrected });
      await this.outbox.tell(em, 'evidence.changed', [id]);
      return this.viewOf({ ...resident, ...changes });
    });
  }

  /** Issues a new card; the code of the one before is good no more. @throws PEOPLE.RESIDENT_UNKNOWN */
  async issueCard(caller: Caller, id: string, once: OnceKey): Promise<PersonalCodeView> {
    caller.require('residents.register');
    return this.once.run(once, async (em) => {
      await lockResidents(em, [id]);
      await this.residents.require(em, id);
      const code = await this.codes.replace(em, id);
      await this.record(em, caller, 'personal_code.replaced', id);
      return { code };
    });
  }

  private async find(
    em: EntityManager,
    search: ResidentSearch,
    after: readonly string[] | null,
    limit: number,
  ): Promise<FoundRow[]> {
    switch (search.by) {
      case 'name':
        return findByName(em, search.name, after, limit);
      case 'personal-code':
        return findExactly(em, { code: search.code }, after, limit);
      case 'phone':
        return findExactly(em, { phoneHash: this.vault.phoneHash(search.phone) }, after, limit);
      case 'document': {
        const hashes = search.documents.map(({ kind, number }) => this.vault.documentHash(kind, number));
        return findExactly(em, { documentHashes: hashes }, after, limit);
      }
    }
  }

  private async require(em: EntityManager, id: string): Promise<ResidentEntity> {
    const resident = await em.findOneBy(ResidentEntity, { id });
    if (!resident) throw PeopleErrors.RESIDENT_UNKNOWN();
    return resident;
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

  /** A resident as the list at the counter shows them. */
  async foundView(found: FoundRow): Promise<FoundResidentView> {
    return {
      id: found.id,
      name: found.name,
      birthDate: found.birth_date,
      sex: found.sex,
      regionCode: found.region_code,
      regionName: await this.residents.regionName(found.region_code),
      phone: found.phone_sealed && maskPhone(this.vault.openPhone(found.phone_sealed)),
      identityState: found.identity_state,
      version: found.version,
    };
  }

  private async viewOf(resident: ResidentEntity): Promise<ResidentView> {
    return {
      id: resident.id,
      name: resident.name,
      birthDate: resident.birthDate,
      sex: resident.sex,
      regionCode: resident.regionCode,
      regionName: await this.residents.regionName(resident.regionCode),
      phone: resident.phoneSealed && maskPhone(this.vault.openPhone(resident.phoneSealed)),
      documentKind: resident.documentKind,
      identityState: resident.identityState,
      identityVerifiedAt: resident.identityVerifiedAt?.toISOString() ?? null,
      state: resident.state,
      mergedInto: resident.mergedInto,
      version: resident.version,
    };
  }
}

/** Whether another resident was verified with this document: then that record is the one to use. */
async function isVerifiedDocument(em: EntityManager, resident: ResidentEntity): Promise<boolean> {
  const found = await row(
    em,
    `select 1 from residents
      where document_kind = $1 and document_hash = $2 and identity_state = 'verified' and state = 'active' and id <> $3`,
    [resident.documentKind, resident.documentHash, resident.id],
  );
  return found !== undefined;
}
