import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Clock, newId, row, rows } from '#core';
import { PeopleErrors } from '../people.errors.js';
import { MOST_PROXIES, MOST_RESIDENTS } from '../residents/residents.rules.js';
import { Vault } from '../vault.js';

/** Accounts, and for whom they act. */
@Injectable()
export class Accounts {
  constructor(
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** The account of a phone (11 digits), made if it has none. */
  async ofPhone(em: EntityManager, phone: string): Promise<string> {
    const { sealed, hash } = this.vault.phone(phone);
    await rows(
      em,
      `insert into accounts (id, phone_sealed, phone_hash, created_at) values ($1, $2, $3, $4)
       on conflict (phone_hash) where state = 'active' do nothing`,
      [newId(), sealed, hash, this.clock.now()],
    );
    const account = await row<{ id: string }>(
      em,
      `select id from accounts where phone_hash = $1 and state = 'active'`,
      [hash],
    );
    return account!.id;
  }

  /**
   * Lets an account act for a resident of the family. The caller has locked the resident.
   *
   * @returns whether it did not before
   * @throws PEOPLE.TOO_MANY_RESIDENTS, PEOPLE.TOO_MANY_PROXIES
   */
  async join(em: EntityManager, accountId: string, residentId: string): Promise<boolean> {
    // The account's row makes two joinings of the same moment count each other.
    await rows(em, `select 1 from accounts where id = $1 for no key update`, [accountId]);
    const acts = await row<{ already: boolean; residents: number; proxies: number }>(
      em,
      `select coalesce(bool_or(account_id = $1 and resident_id = $2), false) as already,
              count(*) filter (where account_id = $1)::int as residents,
              count(*) filter (where resident_id = $2 and relation = 'family')::int as proxies
         from account_residents where (account_id = $1 or resident_id = $2) and until is null`,
      [accountId, residentId],
    );
    if (acts!.already) return false;
    if (acts!.residents >= MOST_RESIDENTS) throw PeopleErrors.TOO_MANY_RESIDENTS({ most: MOST_RESIDENTS });
    if (acts!.proxies >= MOST_PROXIES) throw PeopleErrors.TOO_MANY_PROXIES({ most: MOST_PROXIES });
    await rows(
      em,
      `insert into account_residents (account_id, resident_id, relation, since) values ($1, $2, 'family', $3)
       on conflict (account_id, resident_id) do update set relation = 'family', since = excluded.since, until = null`,
      [accountId, residentId, this.clock.now()],
    );
    return true;
  }
}
