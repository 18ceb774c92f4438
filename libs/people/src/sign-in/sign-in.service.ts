import { randomInt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type Language, readMobilePhone } from '#contracts';
import {
  Audit,
  Caller,
  Clock,
  CoreErrors,
  newId,
  Outbox,
  row,
  rows,
  TOKEN_SECONDS,
  Tokens,
  type TokenSubject,
  Transactions,
} from '#core';
import { Accounts } from './accounts.js';
import { MeService } from '../me.service.js';
import { Passwords } from './passwords.js';
import { PeopleErrors, retryAfter } from '../people.errors.js';
import type { ChangePasswordRequest, SignedInView } from './sign-in.dto.js';
import {
  CODE_LIFE_MS,
  CODE_MEMORY_MS,
  MOST_WRONG_CODES,
  normalUsername,
  secondsUntilNextCode,
  tryPassword,
} from './sign-in.rules.js';
import { SignIns } from './sign-ins.js';
import { StaffService } from '../staff/staff.service.js';
import { Vault } from '../vault.js';

/** A code on its way to a phone. */
export interface CodeForDelivery {
  phone: string;
  code: string;
  language: Language;
}

/** Signing in and out: staff by password, residents by a code sent to their phone. */
@Injectable()
export class SignInService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly signIns: SignIns,
    private readonly tokens: Tokens,
    private readonly staff: StaffService,
    private readonly passwords: Passwords,
    private readonly accounts: Accounts,
    private readonly meService: MeService,
    private readonly vault: Vault,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Finds the staff member whose username and password these are. Who does not exist takes as long as a wrong password.
   *
   * @returns the staff member's id
   * @throws PEOPLE.PASSWORD_WRONG, PEOPLE.LOCKED
   */
  async checkStaffPassword(caller: Caller, username: string, password: string): Promise<string> {
    const staffId = await this.staffWithPassword(caller, username, password);
    if (staffId === null) throw PeopleErrors.PASSWORD_WRONG();
    return staffId;
  }

  /**
   * Changes the caller's own password. Every sign-in of theirs ends, and a new one is opened for this device. A wrong
   * old password counts like one at signing in.
   *
   * @throws PEOPLE.OLD_PASSWORD_WRONG, PEOPLE.LOCKED, PEOPLE.PASSWORD_WEAK
   */
  async changeOwnPassword(caller: Caller, request: ChangePasswordRequest): Promise<SignedInView> {
    const { staffId } = caller;
    const username = await this.staff.usernameOf(staffId);
    if ((await this.staffWithPassword(caller, username, request.oldPassword)) === null)
      throw PeopleErrors.OLD_PASSWORD_WRONG();
    await this.staff.changeOwnPassword(caller, request.newPassword);
    return this.signInStaff(caller, staffId);
  }

  /** Signs in a staff member whose password was checked. */
  async signInStaff(caller: Caller, staffId: string): Promise<SignedInView> {
    const subject = await this.transactions.run(async (em) => {
      const opened = await this.signIns.open(em, 'staff', staffId);
      await this.recordSignIn(em, caller, opened);
      return opened;
    });
    return this.signedIn(subject);
  }

  /**
   * Sends a code to a phone, whoever's it is: what is answered does not tell whether it has an account.
   *
   * @throws PEOPLE.PHONE_WRONG, PEOPLE.CODE_TOO_SOON with Retry-After
   */
  async requestCode(caller: Caller, typedPhone: string): Promise<void> {
    const phone = readMobilePhone(typedPhone);
    if (phone === null) throw PeopleErrors.PHONE_WRONG();
    const { sealed, hash } = this.vault.phone(phone);
    const now = this.clock.now();
    await this.transactions.run(async (em) => {
      await lockPhone(em, hash);
      const sent = await rows<{ created_at: Date }>(
        em,
        `select created_at from sign_in_codes where phone_hash = $1 and created_at > $2`,
        [hash, new Date(now.getTime() - CODE_MEMORY_MS)],
      );
      const seconds = secondsUntilNextCode(
        sent.map(({ created_at }) => created_at),
        now,
      );
      if (seconds > 0) throw retryAfter(PeopleErrors.CODE_TOO_SOON({ seconds }), seconds);
      // Whoever asks clears away a hundred that nobody needs any more; ids of version 7 are in order of time.
      await rows(
        em,
        `delete from sign_in_codes where id in (
           select id from sign_in_codes where created_at < $1 order by id limit 100 for update skip locked
         )`,
        [new Date(now.getTime() - 2 * CODE_MEMORY_MS)],
      );
      const id = newId();
      const code = String(randomInt(1_000_000)).padStart(6, '0');
      await rows(
        em,
        `insert into sign_in_codes (id, phone_sealed, phone_hash, code_sealed, language, created_at, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)`,
        [id, sealed, hash, this.vault.signInCode(code), caller.language, now, new Date(now.getTime() + CODE_LIFE_MS)],
      );
      await this.audit.write(em, caller, [
        { action: 'sign_in_code.requested', targetKind: 'sign_in_code', targetId: id },
      ]);
      await this.outbox.tell(em, 'sign-in-code.requested', [id]);
    });
  }

  /**
   * Signs in by a code that was sent to the phone; the first time, this makes the phone's account. Of several codes
   * that still work each will do, as messages overtake one another.
   *
   * @throws PEOPLE.PHONE_WRONG, PEOPLE.CODE_WRONG
   */
  async signInBySms(caller: Caller, typedPhone: string, typedCode: string): Promise<SignedInView> {
    const phone = readMobilePhone(typedPhone);
    if (phone === null) throw PeopleErrors.PHONE_WRONG();
    const code = typedCode.normalize('NFKC').replace(/\s/g, '');
    const subject = await this.transactions.run(async (em) => {
      if (!(await this.useCode(em, this.vault.phoneHash(phone), code))) return null;
      const opened = await this.signIns.open(em, 'account', await this.accounts.ofPhone(em, phone));
      await this.recordSignIn(em, caller, opened);
      return opened;
    });
    // The wrong guess is counted, so it is told after the commit.
    if (!subject) throw PeopleErrors.CODE_WRONG();
    return this.signedIn(subject);
  }

  /** A new token for a sign-in that holds. @throws CORE.SIGN_IN_REQUIRED */
  async renew(caller: Caller): Promise<SignedInView> {
    const { actor } = caller;
    if (actor.kind !== 'staff' && actor.kind !== 'account') throw CoreErrors.SIGN_IN_REQUIRED();
    if (!(await this.signIns.holds(actor.signInId, this.clock.now()))) throw CoreErrors.SIGN_IN_REQUIRED();
    return this.signedIn({ kind: actor.kind, id: actor.id, signInId: actor.signInId });
  }

  /** Ends the caller's sign-in everywhere at once. Whoever is not signed in is left as they are. */
  async signOut(caller: Caller): Promise<void> {
    const { actor } = caller;
    if (actor.kind !== 'staff' && actor.kind !== 'account') return;
    await this.transactions.run(async (em) => {
      await this.signIns.revoke(em, actor.signInId);
      await this.audit.write(em, caller, [
        { action: `${actor.kind}.signed_out`, targetKind: actor.kind, targetId: actor.id },
      ]);
    });
  }

  /** What the messages of `sign-in-code.requested` need; null for a code that was used or no longer works. */
  async codeForDelivery(id: string): Promise<CodeForDelivery | null> {
    const found = await row<{ phone_sealed: Buffer; code_sealed: Buffer; language: Language }>(
      this.source,
      `select phone_sealed, code_sealed, language from sign_in_codes
        where id = $1 and used_at is null and expires_at > $2`,
      [id, this.clock.now()],
    );
    return found
      ? {
          phone: this.vault.openPhone(found.phone_sealed),
          code: this.vault.openSignInCode(found.code_sealed),
          language: found.language,
        }
      : null;
  }

  /**
   * The newest code that was sent to a phone and still works, else null. Only the demo may ask this, where the people
   * are made up and so are their phones.
   *
   * @throws PEOPLE.PHONE_WRONG
   */
  async newestCode(typedPhone: string): Promise<string | null> {
    const phone = readMobilePhone(typedPhone);
    if (phone === null) throw PeopleErrors.PHONE_WRONG();
    const found = await row<{ code_sealed: Buffer }>(
      this.source,
      `select code_sealed from sign_in_codes
        where phone_hash = $1 and used_at is null and expires_at > $2 and attempts < $3 order by id desc limit 1`,
      [this.vault.phoneHash(phone), this.clock.now(), MOST_WRONG_CODES],
    );
    return found ? this.vault.openSignInCode(found.code_sealed) : null;
  }

  /** What a client gets of a sign-in that was opened. */
  async signedIn(subject: TokenSubject): Promise<SignedInView> {
    const issued = Math.floor(this.clock.now().getTime() / 1000);
    return {
      token: this.tokens.issue(subject),
      expiresAt: new Date((issued + TOKEN_SECONDS) * 1000).toISOString(),
      me: await this.meService.viewOf(subject),
    };
  }

  private async staffWithPassword(caller: Caller, username: string, password: string): Promise<string | null> {
    const counted = await this.transactions.run((em) => this.countTry(em, normalUsername(username)));
    const right = await this.passwords.isRight(password, counted?.passwordHash);
    if (!counted) return null;
    const { staffId, passwordHash } = counted;
    const dearer = right && this.passwords.isCheap(passwordHash) ? await this.passwords.hash(password) : passwordHash;
    await this.transactions.run(async (em) => {
      if (right) {
        // One that somebody changes meanwhile stays as they have it.
        await rows(
          em,
          `update staff set failed_attempts = 0, locked_until = null,
                  password_hash = case password_hash when $2 then $3 else password_hash end
            where id = $1`,
          [staffId, passwordHash, dearer],
        );
        return;
      }
      await this.audit.write(em, caller, [
        {
          action: 'staff.password_refused',
          targetKind: 'staff',
          targetId: staffId,
          details: { locked: counted.locks },
        },
      ]);
    });
    return right ? staffId : null;
  }

  /** Counts the attempt before the password is looked at. @throws PEOPLE.LOCKED */
  private async countTry(em: EntityManager, username: string) {
    const now = this.clock.now();
    const staff = await row<{ id: string; password_hash: string; failed_attempts: number; locked_until: Date | null }>(
      em,
      `select id, password_hash, failed_attempts, locked_until from staff
        where username = $1 and state = 'active' for no key update`,
      [username],
    );
    if (!staff) return undefined;
    const attempt = tryPassword({ failedAttempts: staff.failed_attempts, lockedUntil: staff.locked_until }, now);
    if (attempt.kind === 'locked') {
      const seconds = Math.ceil((attempt.until.getTime() - now.getTime()) / 1000);
      throw retryAfter(PeopleErrors.LOCKED({ minutes: Math.ceil(seconds / 60) }), seconds);
    }
    await rows(em, `update staff set failed_attempts = $2, locked_until = $3 where id = $1`, [
      staff.id,
      attempt.failedAttempts,
      attempt.lockedUntil,
    ]);
    return { staffId: staff.id, passwordHash: staff.password_hash, locks: attempt.lockedUntil !== null };
  }

  /** Uses up the codes of the phone if this is one of them, else counts a wrong guess against each. */
  private async useCode(em: EntityManager, phoneHash: Buffer, guess: string): Promise<boolean> {
    const now = this.clock.now();
    await lockPhone(em, phoneHash);
    const working = await rows<{ id: string; code_sealed: Buffer }>(
      em,
      `select id, code_sealed from sign_in_codes
        where phone_hash = $1 and used_at is null and expires_at > $2 and attempts < $3`,
      [phoneHash, now, MOST_WRONG_CODES],
    );
    const matches = working.map(({ code_sealed }) => isSame(this.vault.openSignInCode(code_sealed), guess));
    const right = matches.includes(true);
    await rows(em, `update sign_in_codes set used_at = $2, attempts = attempts + $3 where id = any($1::uuid[])`, [
      working.map(({ id }) => id),
      right ? now : null,
      right ? 0 : 1,
    ]);
    return right;
  }

  /** The deed is the person's own, who was a visitor when the request came. */
  private async recordSignIn(em: EntityManager, caller: Caller, subject: TokenSubject): Promise<void> {
    const person = new Caller(
      { kind: subject.kind, id: subject.id, signInId: subject.signInId },
      [],
      caller.language,
      caller.traceId,
    );
    await this.audit.write(em, person, [
      { action: `${subject.kind}.signed_in`, targetKind: subject.kind, targetId: subject.id },
    ]);
  }
}

/** Makes requests that concern one phone wait for each other, so that none slips past a limit. */
async function lockPhone(em: EntityManager, phoneHash: Buffer): Promise<void> {
  await rows(em, `select pg_advisory_xact_lock($1::bigint)`, [phoneHash.readBigInt64BE(0).toString()]);
}

/** Whether two texts are the same, in a time that does not tell where they differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
