import type { EntityManager } from 'typeorm';
import type { IdentityState } from '#contracts';
import { preparedRows, rows } from '#core';
import type { ResidentState } from '../people.words.js';

export interface FactsRow {
  id: string;
  name: string;
  birth_date: string;
  region_code: string | null;
  work_region_code: string | null;
  household_region_code: string | null;
  identity_state: IdentityState;
  state: ResidentState;
  has_phone: boolean;
  account_ids: string[];
  own_account_ids: string[];
}

/**
 * What other libs decide by, for many residents at once: the admission desk asks for up to 512 in one go. A resident
 * without a phone of their own is reached through the account that registered them.
 */
export function readFacts(em: EntityManager, ids: readonly string[]): Promise<FactsRow[]> {
  return preparedRows<FactsRow>(
    em,
    `select r.id, r.name, r.birth_date, r.region_code, r.work_region_code, r.household_region_code,
            r.identity_state, r.state,
            r.phone_hash is not null or exists (
              select 1 from account_residents ar join accounts a on a.id = ar.account_id and a.state = 'active'
               where ar.resident_id = r.id and ar.until is null
            ) as has_phone,
            acting.account_ids, acting.own_account_ids
       from residents r
      cross join lateral (
        select coalesce(array_agg(ar.account_id), '{}') as account_ids,
               coalesce(array_agg(ar.account_id) filter (where ar.relation = 'self'), '{}') as own_account_ids
          from account_residents ar where ar.resident_id = r.id and ar.until is null
      ) acting
      where r.id = any($1::uuid[]) order by r.id`,
    [ids],
  );
}

/** Names alone, for the desk that takes check-ins. */
export const readNames = (em: EntityManager, ids: readonly string[]): Promise<{ id: string; name: string }[]> =>
  preparedRows(em, `select id, name from residents where id = any($1::uuid[])`, [ids]);

export type ApplicantRow = Omit<FactsRow, 'has_phone' | 'account_ids' | 'own_account_ids'> &
  Record<'account_ids' | 'own_account_ids', string | null>;

/** {@link readFacts} without the phones, for a desk that asks with every batch; ids of accounts as words of one text. */
export function readApplicants(em: EntityManager, ids: readonly string[]): Promise<ApplicantRow[]> {
  return preparedRows<ApplicantRow>(
    em,
    `select r.id, r.name, r.birth_date, r.region_code, r.work_region_code, r.household_region_code,
            r.identity_state, r.state, acting.account_ids, acting.own_account_ids
       from unnest($1::uuid[]) as asked (id)
       join residents r on r.id = asked.id
      cross join lateral (
        select string_agg(ar.account_id::text, ' ') as account_ids,
               string_agg(ar.account_id::text, ' ') filter (where ar.relation = 'self') as own_account_ids
          from account_residents ar where ar.resident_id = r.id and ar.until is null
      ) acting`,
    [ids],
  );
}

/**
 * Makes every other writer of these residents wait, in id order as all do. `no key`: rows that merely refer to a
 * resident (an enrollment, a mark) may still be written meanwhile.
 */
export async function lockResidents(em: EntityManager, ids: readonly string[]): Promise<void> {
  await rows(em, `select 1 from residents where id = any($1::uuid[]) order by id for no key update`, [ids]);
}

/**
 * The sealed numbers under which residents are reached: the own one, else that of the account that acts for them; who
 * has neither is absent.
 */
export function readPhones(em: EntityManager, residentIds: readonly string[]) {
  return rows<{ id: string; phone: Buffer }>(
    em,
    `select id, phone from (
       select r.id, coalesce(r.phone_sealed, (
                select a.phone_sealed from account_residents ar
                  join accounts a on a.id = ar.account_id and a.state = 'active'
                 where ar.resident_id = r.id and ar.until is null
                 order by ar.since, ar.account_id limit 1
              )) as phone
         from residents r where r.id = any($1::uuid[]) and r.state = 'active'
     ) reached where phone is not null`,
    [residentIds],
  );
}

export interface FoundRow {
  id: string;
  name: string;
  birth_date: string;
  sex: 'male' | 'female' | null;
  region_code: string | null;
  phone_sealed: Buffer | null;
  identity_state: IdentityState;
  version: number;
  rank: number;
}

/** The columns of a {@link FoundRow} but its rank, of residents as r. */
export const FOUND = `r.id, r.name, r.birth_date, r.sex, r.region_code, r.phone_sealed, r.identity_state, r.version`;

/**
 * Residents whose name holds these characters, those whose name begins with them first. The trigram index serves
 * three characters and more; two are looked for in the whole table.
 */
export function findByName(
  em: EntityManager,
  name: string,
  after: readonly string[] | null,
  limit: number,
): Promise<FoundRow[]> {
  const pattern = name.replace(/[\\%_]/g, '\\$&');
  return rows<FoundRow>(
    em,
    `select * from (
       select ${FOUND}, (r.name not like $1)::int as rank from residents r where r.state = 'active' and r.name like $2
     ) r
      where $3::int is null or (rank, name, id) > ($3::int, $4::text, $5::uuid)
      order by rank, name, id limit $6`,
    [`${pattern}%`, `%${pattern}%`, after?.[0] ?? null, after?.[1] ?? null, after?.[2] ?? null, limit],
  );
}

/** Residents by something that names them exactly; the index of each serves. */
export function findExactly(
  em: EntityManager,
  by: { code: string } | { phoneHash: Buffer } | { documentHashes: Buffer[] },
  after: readonly string[] | null,
  limit: number,
): Promise<FoundRow[]> {
  const [condition, value] =
    'code' in by
      ? [
          `r.id in (select coalesce(o.merged_into, o.id) from personal_codes c join residents o on o.id = c.resident_id
                     where c.code = $1 and c.state = 'active')`,
          by.code,
        ]
      : 'phoneHash' in by
        ? // Whoever is reached under the number: it is their own, or that of the account that acts for them.
          [
            `(r.phone_hash = $1 or r.id in (
               select ar.resident_id from account_residents ar
                 join accounts a on a.id = ar.account_id and a.state = 'active'
                where a.phone_hash = $1 and ar.until is null))`,
            by.phoneHash,
          ]
        : [`r.document_hash = any($1::bytea[])`, by.documentHashes];
  return rows<FoundRow>(
    em,
    `select ${FOUND}, 0 as rank from residents r
      where r.state = 'active' and ${condition} and ($2::text is null or (r.name, r.id) > ($2::text, $3::uuid))
      order by r.name, r.id limit $4`,
    [value, after?.[1] ?? null, after?.[2] ?? null, limit],
  );
}
