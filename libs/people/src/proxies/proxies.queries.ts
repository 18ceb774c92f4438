import type { EntityManager } from 'typeorm';
import type { ConsentWay, ProxyStanding } from '#contracts';
import { rows } from '#core';

/** An account of the family and a resident for whom it acts, with the consent that stands. */
export interface ProxyRow {
  account_id: string;
  resident_id: string;
  resident_name: string;
  holder_name: string | null;
  phone_sealed: Buffer;
  standing: ProxyStanding;
  consent_id: string | null;
  how: ConsentWay | null;
  given_at: Date | null;
}

const PROXIES = `
  select ar.account_id, ar.resident_id, r.name as resident_name, holder.name as holder_name, a.phone_sealed,
         case when c.id is not null then 'consented' else 'to_be_signed' end as standing,
         c.id as consent_id, c.how, c.given_at
    from account_residents ar
    join accounts a on a.id = ar.account_id and a.state = 'active'
    join residents r on r.id = ar.resident_id and r.state = 'active'
    left join account_residents own on own.account_id = ar.account_id and own.relation = 'self' and own.until is null
    left join residents holder on holder.id = own.resident_id
    left join proxy_consents c
      on c.account_id = ar.account_id and c.resident_id = ar.resident_id and c.revoked_at is null
   where ar.until is null and ar.relation = 'family'`;

/** Those for whom the account acts, and those who act for its holder. */
export function readProxiesOfAccount(em: EntityManager, accountId: string): Promise<ProxyRow[]> {
  return rows<ProxyRow>(
    em,
    `${PROXIES} and (ar.account_id = $1 or ar.resident_id = (
       select resident_id from account_residents where account_id = $1 and relation = 'self' and until is null))
      order by (ar.account_id = $1) desc, ar.since, ar.resident_id, ar.account_id`,
    [accountId],
  );
}

/** Those who act for a resident; with `accountId`, that one alone. */
export function readProxiesOfResident(
  em: EntityManager,
  residentId: string,
  accountId: string | null = null,
): Promise<ProxyRow[]> {
  return rows<ProxyRow>(
    em,
    `${PROXIES} and ar.resident_id = $1 and ($2::uuid is null or ar.account_id = $2) order by ar.since, ar.account_id`,
    [residentId, accountId],
  );
}
