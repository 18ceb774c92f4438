import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type ConsentWay, makeCode, readCode, readMobilePhone } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  IdempotentWrites,
  invalid,
  newId,
  type OnceKey,
  row,
  rows,
  Transactions,
} from '#core';
import { Accounts } from '../sign-in/accounts.js';
import { readUnsigned } from '../consents/consents.queries.js';
import { AccountGuesses } from '../merging/guesses.js';
import { PeopleErrors } from '../people.errors.js';
import type { ProxyInvitationView, ProxyView, RecordConsentRequest } from './proxies.dto.js';
import { type ProxyRow, readProxiesOfAccount, readProxiesOfResident } from './proxies.queries.js';
import { onResident, recorderOf } from '../residents/records.js';
import { lockResidents } from '../residents/residents.queries.js';
import { type ProxyPair, ResidentsService } from '../residents/residents.service.js';
import { maskPhone } from '../sign-in/sign-in.rules.js';
import { Vault } from '../vault.js';

const INVITATION_MS = 24 * 3_600_000;

/**
 * 代报名: who of the family acts for a resident, and whether the resident agreed. A consent is never asked for before
 * somebody may apply: what is missing is signed at the first session.
 */
@Injectable()
export class ProxiesService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly residents: ResidentsService,
    private readonly accounts: Accounts,
    private readonly guesses: AccountGuesses,
    private readonly vault: Vault,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** For whom the caller's account acts, then who acts for its holder. */
  async mine(caller: Caller): Promise<ProxyView[]> {
    return (await readProxiesOfAccount(this.source.manager, caller.accountId)).map((found) => this.viewOf(found));
  }

  /**
   * A code that the holder of the account tells one of the family, who then may act for the holder. A new one takes the
   * place of the one before.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.ONLY_ONESELF
   */
  async invite(caller: Caller, residentId: string, once: OnceKey): Promise<ProxyInvitationView> {
    return this.once.run(once, async (em) => {
      await lockResidents(em, [residentId]);
      await this.requireSelf(em, caller, residentId);
      const now = this.clock.now();
      await rows(
        em,
        `update proxy_invitations set expires_at = $2 where resident_id = $1 and used_at is null and expires_at > $2`,
        [residentId, now],
      );
      const code = makeCode('proxy', randomInt);
      const expiresAt = new Date(now.getTime() + INVITATION_MS);
      await rows(
        em,
        `insert into proxy_invitations (id, code, resident_id, account_id, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6)`,
        [newId(), code, residentId, caller.accountId, now, expiresAt],
      );
      await this.audit.write(em, caller, [onResident('proxy.invited', residentId)]);
      return { code, expiresAt: expiresAt.toISOString() };
    });
  }

  /**
   * The caller's account acts for the resident who told the code, with their consent.
   *
   * @throws PEOPLE.PROXY_CODE_WRONG, PEOPLE.TOO_MANY_GUESSES, PEOPLE.PROXY_IS_ONESELF, PEOPLE.TOO_MANY_RESIDENTS,
   *   PEOPLE.TOO_MANY_PROXIES
   */
  async accept(caller: Caller, typedCode: string, once: OnceKey): Promise<ProxyView> {
    const { accountId } = caller;
    const code = readCode('proxy', typedCode);
    if (code === null) throw PeopleErrors.PROXY_CODE_WRONG();
    await this.guesses.count(accountId, 'proxy_code');
    return this.once.run(once, async (em) => {
      const now = this.clock.now();
      const found = await row<{ resident_id: string }>(
        em,
        `select resident_id from proxy_invitations where code = $1`,
        [code],
      );
      if (!found) throw PeopleErrors.PROXY_CODE_WRONG();
      const residentId = found.resident_id;
      await lockResidents(em, [residentId]);
      const invitation = await row<{ account_id: string; created_at: Date }>(
        em,
        `update proxy_invitations i set used_at = $2, used_by_account = $3
           from residents r
          where i.code = $1 and i.used_at is null and i.expires_at > $2 and r.id = i.resident_id and r.state = 'active'
        returning i.account_id, i.created_at`,
        [code, now, accountId],
      );
      if (!invitation) throw PeopleErrors.PROXY_CODE_WRONG();
      if (invitation.account_id === accountId) throw PeopleErrors.PROXY_IS_ONESELF();
      const pair = { accountId, residentId };
      if (await this.accounts.join(em, accountId, residentId))
        await this.audit.write(em, caller, [onResident('proxy.joined', residentId)]);
      await this.give(em, caller, [pair], 'beforehand', { account: invitation.account_id, at: invitation.created_at });
      return this.one(em, pair);
    });
  }

  /**
   * The holder of the account agrees that another account, which acts for them already, enrolls them.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.ONLY_ONESELF, PEOPLE.PROXY_UNKNOWN
   */
  async consent(caller: Caller, residentId: string, accountId: string, once: OnceKey): Promise<ProxyView> {
    return this.once.run(once, async (em) => {
      await lockResidents(em, [residentId]);
      await this.requireSelf(em, caller, residentId);
      const pair = { accountId, residentId };
      await this.one(em, pair);
      await this.give(em, caller, [pair], 'beforehand');
      return this.one(em, pair);
    });
  }

  /**
   * The holder of the account agrees no longer. What was applied for stays; doing it again changes nothing.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.ONLY_ONESELF, PEOPLE.CONSENT_UNKNOWN
   */
  async revoke(caller: Caller, residentId: string, consentId: string): Promise<ProxyView> {
    return this.transactions.run(async (em) => {
      await lockResidents(em, [residentId]);
      await this.requireSelf(em, caller, residentId);
      return this.end(em, caller, residentId, consentId);
    });
  }

  /** Who acts for a resident, as the counter sees it; audited. @throws PEOPLE.RESIDENT_UNKNOWN */
  async of(caller: Caller, residentId: string): Promise<ProxyView[]> {
    caller.require('residents.read');
    return this.transactions.run(async (em) => {
      await this.residents.require(em, residentId);
      await this.audit.write(em, caller, [onResident('resident.proxies_viewed', residentId)]);
      return (await readProxiesOfResident(em, residentId)).map((found) => this.viewOf(found));
    });
  }

  /**
   * A resident whose card was seen agrees at the counter. A family member who is named by the phone acts for the
   * resident from now on: so a parent whom the counter registered comes into the family of a daughter.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.IDENTITY_FIRST, PEOPLE.PROXY_UNKNOWN, PEOPLE.PHONE_WRONG,
   *   PEOPLE.PROXY_IS_ONESELF, PEOPLE.TOO_MANY_RESIDENTS, PEOPLE.TOO_MANY_PROXIES, CORE.INVALID
   */
  async consentAtCounter(
    caller: Caller,
    residentId: string,
    request: RecordConsentRequest,
    once: OnceKey,
  ): Promise<ProxyView> {
    caller.require('residents.register');
    if ((request.accountId === undefined) === (request.phone === undefined)) {
      throw invalid([
        {
          path: 'phone',
          message: { zh: '请填手机号或选择账号，二者取一', en: 'give either the phone or the account' },
        },
      ]);
    }
    const phone = request.phone === undefined ? undefined : readMobilePhone(request.phone);
    if (phone === null) throw PeopleErrors.PHONE_WRONG();
    return this.once.run(once, async (em) => {
      await lockResidents(em, [residentId]);
      const resident = await this.residents.require(em, residentId);
      if (resident.identityState !== 'verified') throw PeopleErrors.IDENTITY_FIRST();
      const accountId = phone === undefined ? request.accountId! : await this.accounts.ofPhone(em, phone);
      const pair = { accountId, residentId };
      if ((await this.residents.consentsOf(em, [pair]))[0] === 'own') throw PeopleErrors.PROXY_IS_ONESELF();
      if (phone !== undefined && (await this.accounts.join(em, accountId, residentId))) {
        await this.audit.write(em, caller, [onResident('proxy.joined', residentId)]);
      }
      await this.one(em, pair);
      await this.give(em, caller, [pair], 'at_counter');
      return this.one(em, pair);
    });
  }

  /** @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.CONSENT_UNKNOWN */
  async revokeAtCounter(caller: Caller, residentId: string, consentId: string): Promise<ProxyView> {
    caller.require('residents.register');
    return this.transactions.run(async (em) => {
      await lockResidents(em, [residentId]);
      await this.residents.require(em, residentId);
      return this.end(em, caller, residentId, consentId);
    });
  }

  /** Those of the pairs in which the account acts for the resident, who has not agreed to it. */
  async toBeSigned(em: EntityManager, pairs: readonly ProxyPair[]): Promise<ProxyPair[]> {
    if (pairs.length === 0) return [];
    const found = await readUnsigned(
      em,
      pairs.map(({ accountId }) => accountId),
      pairs.map(({ residentId }) => residentId),
    );
    return found.map(({ account_id, resident_id }) => ({ accountId: account_id, residentId: resident_id }));
  }

  /**
   * Residents signed at the first session that these accounts were right to enroll them. Who may record it is the
   * caller's affair: whoever keeps the roster. Consents that stand stay as they are.
   */
  async signed(em: EntityManager, caller: Caller, pairs: readonly ProxyPair[]): Promise<void> {
    await this.give(em, caller, pairs, 'at_first_session');
  }

  /** Records consents where none stands, for accounts that act for the resident. */
  private async give(
    em: EntityManager,
    caller: Caller,
    pairs: readonly ProxyPair[],
    how: ConsentWay,
    own?: { account: string; at: Date },
  ): Promise<void> {
    const { account, staff } = recorderOf(caller);
    const given = await rows<{ resident_id: string }>(
      em,
      `insert into proxy_consents (id, account_id, resident_id, how, given_at, recorded_by_account, recorded_by_staff)
       select p.id, p.account_id, p.resident_id, $4, $5, $6, $7
         from unnest($1::uuid[], $2::uuid[], $3::uuid[]) as p (id, account_id, resident_id)
         join account_residents ar
           on ar.account_id = p.account_id and ar.resident_id = p.resident_id and ar.until is null and ar.relation = 'family'
       on conflict (resident_id, account_id) where revoked_at is null do nothing
       returning resident_id`,
      [
        pairs.map(() => newId()),
        pairs.map(({ accountId }) => accountId),
        pairs.map(({ residentId }) => residentId),
        how,
        own?.at ?? this.clock.now(),
        own?.account ?? account,
        own ? null : staff,
      ],
    );
    await this.audit.write(
      em,
      caller,
      given.map(({ resident_id }) => onResident('proxy_consent.given', resident_id, { how })),
    );
  }

  private async end(em: EntityManager, caller: Caller, residentId: string, consentId: string): Promise<ProxyView> {
    const consent = await row<{ account_id: string; revoked_at: Date | null }>(
      em,
      `select account_id, revoked_at from proxy_consents where id = $1 and resident_id = $2`,
      [consentId, residentId],
    );
    if (!consent) throw PeopleErrors.CONSENT_UNKNOWN();
    if (consent.revoked_at === null) {
      const { account, staff } = recorderOf(caller);
      await rows(
        em,
        `update proxy_consents set revoked_at = $2, revoked_by_account = $3, revoked_by_staff = $4 where id = $1`,
        [consentId, this.clock.now(), account, staff],
      );
      await this.audit.write(em, caller, [onResident('proxy_consent.revoked', residentId)]);
    }
    return this.one(em, { accountId: consent.account_id, residentId });
  }

  /** @throws PEOPLE.PROXY_UNKNOWN */
  private async one(em: EntityManager, { accountId, residentId }: ProxyPair): Promise<ProxyView> {
    const [found] = await readProxiesOfResident(em, residentId, accountId);
    if (!found) throw PeopleErrors.PROXY_UNKNOWN();
    return this.viewOf(found);
  }

  /** Only the account that a resident holds speaks for them. */
  private async requireSelf(em: EntityManager, caller: Caller, residentId: string): Promise<void> {
    await this.residents.requireActsFor(em, caller, residentId);
    const [standing] = await this.residents.consentsOf(em, [{ accountId: caller.accountId, residentId }]);
    if (standing !== 'own') throw PeopleErrors.ONLY_ONESELF();
  }

  private viewOf(found: ProxyRow): ProxyView {
    return {
      residentId: found.resident_id,
      residentName: found.resident_name,
      accountId: found.account_id,
      holderName: found.holder_name,
      phone: maskPhone(this.vault.openPhone(found.phone_sealed)),
      standing: found.standing,
      consentId: found.consent_id,
      how: found.how,
      givenAt: found.given_at?.toISOString() ?? null,
    };
  }
}
