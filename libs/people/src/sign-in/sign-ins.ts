import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Clock, newId, row, rows, SIGN_IN_DAYS, SIGN_IN_REVOKED, type TokenSubject } from '#core';

const DAY_MS = 86_400_000;

/** The rows behind sign-in tokens. */
@Injectable()
export class SignIns {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Opens a sign-in, good for the days that core grants its kind. */
  async open(em: EntityManager, kind: TokenSubject['kind'], id: string): Promise<TokenSubject> {
    const now = this.clock.now();
    const signInId = newId();
    await rows(
      em,
      `insert into sign_ins (id, account_id, staff_id, created_at, expires_at) values ($1, $2, $3, $4, $5)`,
      [
        signInId,
        kind === 'account' ? id : null,
        kind === 'staff' ? id : null,
        now,
        new Date(now.getTime() + SIGN_IN_DAYS[kind] * DAY_MS),
      ],
    );
    return { signInId, kind, id };
  }

  /** Whether it neither was revoked nor has run out. */
  async holds(signInId: string, at: Date): Promise<boolean> {
    const found = await row(
      this.source,
      `select 1 from sign_ins where id = $1 and revoked_at is null and expires_at > $2`,
      [signInId, at],
    );
    return found !== undefined;
  }

  /** Ends one sign-in; one that has ended already is left as it is. */
  async revoke(em: EntityManager, signInId: string): Promise<void> {
    await this.revokeWhere(em, 'id', signInId);
  }

  /** Ends all sign-ins of a staff member. */
  async revokeAllOf(em: EntityManager, staffId: string): Promise<void> {
    await this.revokeWhere(em, 'staff_id', staffId);
  }

  async revokedSince(moment: Date): Promise<string[]> {
    const found = await rows<{ id: string }>(this.source, `select id from sign_ins where revoked_at >= $1`, [moment]);
    return found.map(({ id }) => id);
  }

  /** Every api process hears the notification when this transaction commits, and asks each second besides. */
  private async revokeWhere(em: EntityManager, column: 'id' | 'staff_id', value: string): Promise<void> {
    await rows(
      em,
      `with revoked as (
         update sign_ins set revoked_at = $2 where ${column} = $1 and revoked_at is null and expires_at > $2 returning id
       )
       select pg_notify('${SIGN_IN_REVOKED}', id::text) from revoked`,
      [value, this.clock.now()],
    );
  }
}
