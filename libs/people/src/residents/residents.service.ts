import { Injectable } from '@nestjs/common';
import { type EntityManager } from 'typeorm';
import {
  type DeclarationState,
  type DocumentKind,
  dayOf,
  type GroupSource,
  type IdentityState,
  type Need,
  type ProxyStanding,
  type ResidentGroup,
} from '#contracts';
import { type Caller, Clock, invalid, newId, preparedRows, row, rows } from '#core';
import { PlacesService } from '#places';
import { readCompanions, readGroups, readStandings, readSupport } from '../consents/consents.queries.js';
import { ResidentEntity } from '../people.entities.js';
import { PeopleErrors } from '../people.errors.js';
import { PersonalCodes } from './personal-codes.js';
import type { Relation, ResidentState, Sex } from '../people.words.js';
import { lockResidents, readApplicants, readFacts, readNames, readPhones } from './residents.queries.js';
import { differencesFrom, isPossibleBirthDate, type ReadDocument, readDocument, tidyName } from './residents.rules.js';
import { declarationState } from '../preparation/safety.rules.js';
import { maskPhone } from '../sign-in/sign-in.rules.js';
import { Vault } from '../vault.js';

/** What other libs decide by. */
export interface ResidentFacts {
  id: string;
  name: string;
  /** YYYY-MM-DD. */
  birthDate: string;
  /** The village of residence. */
  regionCode: string | null;
  /** Where they work; null: nowhere, or not said. */
  workRegionCode: string | null;
  /** 户籍; null: outside the district, or not said. */
  householdRegionCode: string | null;
  identityState: IdentityState;
  state: ResidentState;
  /** Whether a message can reach them. */
  hasPhone: boolean;
  /** Accounts that act for them. */
  accountIds: string[];
  /** Of these, the accounts that are the resident's own. */
  ownAccountIds: string[];
}

/** What the admission desk decides by. */
export type ApplicantFacts = Omit<ResidentFacts, 'hasPhone'>;

/** A group (重点群体) to which a resident belongs. */
export interface HeldGroup {
  kind: ResidentGroup;
  source: GroupSource;
}

/** An account and a resident for whom it wants to act. */
export interface ProxyPair {
  accountId: string;
  residentId: string;
}

/** What a teacher should know of a resident beforehand. */
export interface ResidentSupport {
  needs: Need[];
  /** Whether there is somebody to call in an emergency. */
  hasContact: boolean;
  /** Whom to call; null unless it was asked for and is there. */
  contact: { name: string; phone: string } | null;
  /** Whether they declared to be fit for this term's classes. */
  declaration: DeclarationState;
}

/** For whom an account acts. */
export interface ResidentOfAccount {
  id: string;
  relation: Relation;
}

/** What is declared of a resident who is to be registered. */
export interface Declared {
  name: string;
  birthDate: string;
  sex?: Sex;
  regionCode: string;
  documentKind?: DocumentKind;
  documentNumber?: string;
}

/** 居民: what the other libs ask about them. Acting on them is in FamilyService (residents) and CounterService (staff). */
@Injectable()
export class ResidentsService {
  constructor(
    private readonly places: PlacesService,
    private readonly codes: PersonalCodes,
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** Facts of these residents in id order; an unknown id is absent. */
  async factsOf(em: EntityManager, ids: readonly string[]): Promise<ResidentFacts[]> {
    return (await readFacts(em, [...new Set(ids)])).map((found) => ({
      id: found.id,
      name: found.name,
      birthDate: found.birth_date,
      regionCode: found.region_code,
      workRegionCode: found.work_region_code,
      householdRegionCode: found.household_region_code,
      identityState: found.identity_state,
      state: found.state,
      hasPhone: found.has_phone,
      accountIds: found.account_ids,
      ownAccountIds: found.own_account_ids,
    }));
  }

  /** Names of these residents by id; an unknown id is absent. */
  async namesOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
    return new Map((await readNames(em, [...new Set(ids)])).map(({ id, name }) => [id, name]));
  }

  /** {@link factsOf} for those who apply, in any order: whether a message can reach them decides about no seat. */
  async applicantsOf(em: EntityManager, ids: readonly string[]): Promise<ApplicantFacts[]> {
    return (await readApplicants(em, [...new Set(ids)])).map((found) => ({
      id: found.id,
      name: found.name,
      birthDate: found.birth_date,
      regionCode: found.region_code,
      workRegionCode: found.work_region_code,
      householdRegionCode: found.household_region_code,
      identityState: found.identity_state,
      state: found.state,
      accountIds: found.account_ids?.split(' ') ?? [],
      ownAccountIds: found.own_account_ids?.split(' ') ?? [],
    }));
  }

  /** The groups to which these residents belong on a day (YYYY-MM-DD), by resident; who belongs to none is absent. */
  async groupsOf(em: EntityManager, ids: readonly string[], day: string): Promise<Map<string, HeldGroup[]>> {
    const groups = new Map<string, HeldGroup[]>();
    for (const { resident_id, kind, source } of await readGroups(em, ids, day)) {
      groups.set(resident_id, [...(groups.get(resident_id) ?? []), { kind, source }]);
    }
    return groups;
  }

  /**
   * In what right each account acts for each resident, in the order of the pairs. `to_be_signed` never bars anyone from
   * applying: the resident signs at the first session.
   */
  async consentsOf(em: EntityManager, pairs: readonly ProxyPair[]): Promise<ProxyStanding[]> {
    const found = await readStandings(
      em,
      pairs.map(({ accountId }) => accountId),
      pairs.map(({ residentId }) => residentId),
    );
    return found.map(({ standing }) => standing);
  }

  /**
   * What teachers should know of these residents in a term, by resident; unknown residents are absent, and all are in an
   * unknown term. With `contacts`, opens whom to call: for staff who may see it, and whose look the caller audits.
   */
  async supportOf(
    em: EntityManager,
    ids: readonly string[],
    termId: string,
    { contacts = false }: { contacts?: boolean } = {},
  ): Promise<Map<string, ResidentSupport>> {
    const found = await readSupport(em, ids, termId);
    return new Map(
      found.map((row) => [
        row.id,
        {
          needs: row.needs,
          hasContact: row.contact_phone_sealed !== null,
          contact:
            contacts && row.contact_name_sealed && row.contact_phone_sealed
              ? {
                  name: this.vault.openContactName(row.contact_name_sealed),
                  phone: this.vault.openPhone(row.contact_phone_sealed),
                }
              : null,
          declaration: declarationState(row.birth_date, row.term_starts_on, row.answer),
        },
      ]),
    );
  }

  /**
   * Who shares a live group (结伴) with each of these residents, and so agreed to be applied for together; whoever has
   * no companions is absent.
   */
  async companionsOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, Set<string>>> {
    const companions = new Map<string, Set<string>>();
    for (const { resident_id, companion_id } of await readCompanions(em, ids)) {
      companions.set(resident_id, (companions.get(resident_id) ?? new Set()).add(companion_id));
    }
    return companions;
  }

  /** Locks these residents until the transaction ends: before classes and periods, in id order. */
  async lock(em: EntityManager, ids: readonly string[]): Promise<void> {
    await lockResidents(em, ids);
  }

  /**
   * Lets a resident account act for itself and its family only. Anyone else's resident is as good as unknown.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN
   */
  async requireActsFor(em: EntityManager, caller: Caller, residentId: string): Promise<void> {
    const found =
      caller.actor.kind === 'account' &&
      (await row(
        em,
        `select 1 from account_residents ar join residents r on r.id = ar.resident_id and r.state = 'active'
          where ar.account_id = $1 and ar.resident_id = $2 and ar.until is null`,
        [caller.actor.id, residentId],
      ));
    if (!found) throw PeopleErrors.RESIDENT_UNKNOWN();
  }

  /** A resident whose record is in use. @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.RESIDENT_MERGED */
  async require(em: EntityManager, id: string): Promise<ResidentEntity> {
    const resident = await em.findOneBy(ResidentEntity, { id });
    if (resident?.mergedInto) throw PeopleErrors.RESIDENT_MERGED({}, { mergedInto: resident.mergedInto });
    if (resident?.state !== 'active') throw PeopleErrors.RESIDENT_UNKNOWN();
    return resident;
  }

  /** Of these residents those whose record was merged into another, with that one. */
  async survivorsOf(em: EntityManager, ids: readonly string[]): Promise<Map<string, string>> {
    const found = await preparedRows<{ id: string; merged_into: string }>(
      em,
      `select id, merged_into from residents where id = any($1::uuid[]) and merged_into is not null`,
      [ids],
    );
    return new Map(found.map(({ id, merged_into }) => [id, merged_into]));
  }

  /** For whom the account acts, its holder first. */
  async residentsOf(em: EntityManager, accountId: string): Promise<ResidentOfAccount[]> {
    return rows<ResidentOfAccount>(
      em,
      `select r.id, ar.relation from account_residents ar join residents r on r.id = ar.resident_id
        where ar.account_id = $1 and ar.until is null and r.state = 'active'
        order by ar.relation desc, ar.since, r.id`,
      [accountId],
    );
  }

  /** The resident who holds each account, by account; who has not said yet who they are is absent. */
  async holdersOf(
    em: EntityManager,
    accountIds: readonly string[],
  ): Promise<Map<string, { residentId: string; name: string }>> {
    const found = await rows<{ account_id: string; resident_id: string; name: string }>(
      em,
      `select ar.account_id, r.id as resident_id, r.name
         from account_residents ar join residents r on r.id = ar.resident_id
        where ar.account_id = any($1::uuid[]) and ar.relation = 'self' and ar.until is null`,
      [[...new Set(accountIds)]],
    );
    return new Map(found.map(({ account_id, resident_id, name }) => [account_id, { residentId: resident_id, name }]));
  }

  /** The resident behind each personal code, as typed or scanned; wrong and replaced codes are absent. */
  byPersonalCodes(em: EntityManager, codes: readonly string[]): Promise<Map<string, string>> {
    return this.codes.residentsBehind(em, codes);
  }

  /** The number under which the resident is reached, or null. Never log it. */
  async phoneOf(em: EntityManager, residentId: string): Promise<string | null> {
    const [found] = await readPhones(em, [residentId]);
    return found ? this.vault.openPhone(found.phone) : null;
  }

  /** The numbers of {@link phoneOf} with their middle hidden, for lists; who has none is absent. */
  async maskedPhonesOf(em: EntityManager, residentIds: readonly string[]): Promise<Map<string, string>> {
    const found = await readPhones(em, residentIds);
    return new Map(found.map(({ id, phone }) => [id, maskPhone(this.vault.openPhone(phone))]));
  }

  /**
   * Puts a new resident into the register, identity declared.
   *
   * @throws PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL, PEOPLE.BIRTH_DATE_IMPOSSIBLE, PEOPLE.DOCUMENT_WRONG,
   *   PEOPLE.CARD_DIFFERS, CORE.INVALID
   */
  async register(
    em: EntityManager,
    declared: Declared,
    phone: { sealed: Buffer; hash: Buffer } | null,
  ): Promise<ResidentEntity> {
    await this.places.requireRegion(declared.regionCode, ['village']);
    const now = this.clock.now();
    if (!isPossibleBirthDate(declared.birthDate, dayOf(now))) throw PeopleErrors.BIRTH_DATE_IMPOSSIBLE();
    const document = declaredDocument(declared);
    const sealed = document && this.vault.document(document.kind, document.number);
    const resident = em.create(ResidentEntity, {
      id: newId(),
      name: tidyName(declared.name),
      birthDate: declared.birthDate,
      sex: document?.sex ?? declared.sex ?? null,
      regionCode: declared.regionCode,
      workRegionCode: null,
      householdRegionCode: null,
      phoneSealed: phone?.sealed ?? null,
      phoneHash: phone?.hash ?? null,
      documentKind: document?.kind ?? null,
      documentSealed: sealed?.sealed ?? null,
      documentHash: sealed?.hash ?? null,
      identityState: 'declared',
      identityVerifiedAt: null,
      identityVerifiedBy: null,
      contactNameSealed: null,
      contactPhoneSealed: null,
      needs: [],
      state: 'active',
      mergedInto: null,
      mergedAt: null,
      version: 1,
      createdAt: now,
    });
    await em.insert(ResidentEntity, resident);
    return resident;
  }

  /** The short name of the region, for views. */
  async regionName(code: string | null): Promise<string | null> {
    return code === null ? null : ((await this.places.region(code))?.shortName ?? null);
  }
}

/** The document that was declared, if any. */
function declaredDocument(declared: Declared): ReadDocument | null {
  const { documentKind, documentNumber, birthDate, sex } = declared;
  if (documentKind === undefined && documentNumber === undefined) return null;
  if (documentKind === undefined || documentNumber === undefined) {
    const path = documentKind === undefined ? 'documentKind' : 'documentNumber';
    throw invalid([
      { path, message: { zh: '证件类别与证件号码须同时填写', en: 'kind and number of the document go together' } },
    ]);
  }
  const document = readDocument(documentKind, documentNumber);
  if (!document) throw PeopleErrors.DOCUMENT_WRONG();
  const fields = differencesFrom(document, { birthDate, sex: sex ?? null });
  if (fields.length > 0) throw PeopleErrors.CARD_DIFFERS({}, { fields });
  return document;
}
