import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Grant } from '#contracts';
import { type AccessPolicy, rows, type TokenSubject } from '#core';
import { SignIns } from './sign-ins.js';

/** For how long grants are believed, and of how many staff members. */
const REMEMBER_MS = 1_000;
const REMEMBER_MOST = 10_000;

const RESIDENT_GRANTS: Grant[] = [{ role: 'resident', organisationId: null }];

/** Answers the guard: what someone may do at present, and whether the sign-in still holds. */
@Injectable()
export class PeopleAccessPolicy implements AccessPolicy {
  /** In the order of last use, so that the first is the one to forget. */
  private readonly remembered = new Map<string, { until: number; grants: Grant[] }>();

  constructor(
    private readonly source: DataSource,
    private readonly signIns: SignIns,
  ) {}

  /** The holder of a resident account acts as a resident; staff as their present roles say, of a second ago at most. */
  grantsOf(subject: TokenSubject, at: Date): readonly Grant[] | Promise<readonly Grant[]> {
    if (subject.kind === 'account') return RESIDENT_GRANTS;
    // The age of a memory is the process's own affair: the business clock may be moved in tests.
    const present = performance.now();
    const known = this.remembered.get(subject.id);
    this.remembered.delete(subject.id);
    if (known && known.until > present) {
      this.remembered.set(subject.id, known);
      return known.grants;
    }
    return this.readGrants(subject.id, at, present + REMEMBER_MS);
  }

  /** Reads this staff member's grants anew at the next request of this process. */
  forget(staffId: string): void {
    this.remembered.delete(staffId);
  }

  isSignedIn(signInId: string, at: Date): Promise<boolean> {
    return this.signIns.holds(signInId, at);
  }

  revokedSince(moment: Date): Promise<string[]> {
    return this.signIns.revokedSince(moment);
  }

  private async readGrants(staffId: string, at: Date, until: number): Promise<readonly Grant[]> {
    const grants = await rows<Grant>(
      this.source,
      `select r.role, r.organisation_id as "organisationId"
         from staff_roles r join staff s on s.id = r.staff_id and s.state = 'active'
        where r.staff_id = $1 and (r.until is null or r.until > $2)`,
      [staffId, at],
    );
    this.remembered.set(staffId, { until, grants });
    if (this.remembered.size > REMEMBER_MOST) this.remembered.delete(this.remembered.keys().next().value!);
    return grants;
  }
}
