import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Grant } from '#contracts';
import { type AccessPolicy, preparedRows, type TokenSubject } from '#core';
import { SignIns } from './sign-in/sign-ins.js';

/** For how long grants are believed, and of how many staff members. */
const REMEMBER_MS = 1_000;
const REMEMBER_MOST = 10_000;

/** Someone whose grants are asked for. */
interface Asking {
  staffId: string;
  at: Date;
  resolve: (grants: Grant[]) => void;
  reject: (error: unknown) => void;
}

const RESIDENT_GRANTS: Grant[] = [{ role: 'resident', organisationId: null }];

/** Answers the guard: what someone may do at present, and whether the sign-in still holds. */
@Injectable()
export class PeopleAccessPolicy implements AccessPolicy {
  /** In the order of last use, so that the first is the one to forget. */
  private readonly remembered = new Map<string, { until: number; grants: Grant[] }>();
  private asking: Asking[] = [];
  private reading = false;
  /** Since the present reading began. */
  private readonly forgotten = new Set<string>();

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
    return new Promise((resolve, reject) => {
      this.asking.push({ staffId: subject.id, at, resolve, reject });
      if (!this.reading) void this.readAll();
    });
  }

  /** Reads this staff member's grants anew at the next request of this process. */
  forget(staffId: string): void {
    this.remembered.delete(staffId);
    // What is being read may be of before.
    this.forgotten.add(staffId);
  }

  isSignedIn(signInId: string, at: Date): Promise<boolean> {
    return this.signIns.holds(signInId, at);
  }

  revokedSince(moment: Date): Promise<string[]> {
    return this.signIns.revokedSince(moment);
  }

  /**
   * Answers all who ask. Those who come while grants are read are read together next: when a thousand sessions begin, a
   * thousand teachers ask within a second, and one by one they would keep every connection from those who mark.
   */
  private async readAll(): Promise<void> {
    this.reading = true;
    while (this.asking.length > 0) {
      const together = this.asking;
      this.asking = [];
      this.forgotten.clear();
      try {
        const until = performance.now() + REMEMBER_MS;
        const grants = await this.readGrants(together);
        for (const { staffId, resolve } of together) {
          const found = grants.get(staffId) ?? [];
          if (!this.forgotten.has(staffId)) this.remember(staffId, { until, grants: found });
          resolve(found);
        }
      } catch (error) {
        for (const { reject } of together) reject(error);
      }
    }
    this.reading = false;
  }

  private async readGrants(asking: readonly Asking[]): Promise<Map<string, Grant[]>> {
    const moments = new Map(asking.map(({ staffId, at }) => [staffId, at]));
    const found = await preparedRows<Grant & { staffId: string }>(
      this.source,
      `select r.staff_id as "staffId", r.role, r.organisation_id as "organisationId"
         from unnest($1::uuid[], $2::timestamptz[]) as asked (staff_id, at)
         join staff s on s.id = asked.staff_id and s.state = 'active'
         join lateral (
           select * from staff_roles own
            where own.staff_id = asked.staff_id and (own.until is null or own.until > asked.at) offset 0) r on true`,
      [[...moments.keys()], [...moments.values()]],
    );
    const grants = new Map<string, Grant[]>();
    for (const { staffId, role, organisationId } of found) {
      const own = grants.get(staffId);
      if (own) own.push({ role, organisationId });
      else grants.set(staffId, [{ role, organisationId }]);
    }
    return grants;
  }

  private remember(staffId: string, known: { until: number; grants: Grant[] }): void {
    this.remembered.set(staffId, known);
    if (this.remembered.size > REMEMBER_MOST) this.remembered.delete(this.remembered.keys().next().value!);
  }
}
