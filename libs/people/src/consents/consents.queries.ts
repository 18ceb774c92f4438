import type { EntityManager } from 'typeorm';
import type { GroupSource, Need, ProxyStanding, ResidentGroup } from '#contracts';
import { preparedRows } from '#core';

/*
 * What residents agreed to and declared beforehand. The admission desk asks for a whole batch at once, so each is one
 * statement, prepared, and served by an index.
 */

/** The groups to which residents belong on a day. */
export function readGroups(
  em: EntityManager,
  ids: readonly string[],
  day: string,
): Promise<{ resident_id: string; kind: ResidentGroup; source: GroupSource }[]> {
  return preparedRows(
    em,
    `select resident_id, kind, source from resident_groups
      where resident_id = any($1::uuid[]) and since <= $2 and (until is null or until > $2)
      order by resident_id, kind`,
    [ids, day],
  );
}

/** In what right each account acts for each resident, in the order of the pairs. */
export function readStandings(
  em: EntityManager,
  accountIds: readonly string[],
  residentIds: readonly string[],
): Promise<{ standing: ProxyStanding }[]> {
  return preparedRows(
    em,
    `select case when ar.relation = 'self' then 'own' when c.id is not null then 'consented' else 'to_be_signed' end as standing
       from unnest($1::uuid[], $2::uuid[]) with ordinality as pair (account_id, resident_id, index)
       left join account_residents ar
         on ar.account_id = pair.account_id and ar.resident_id = pair.resident_id and ar.until is null
       left join proxy_consents c
         on c.account_id = ar.account_id and c.resident_id = ar.resident_id and c.revoked_at is null
      order by pair.index`,
    [accountIds, residentIds],
  );
}

/** Those of the pairs where the account acts as family and the resident has not agreed to it: one row each. */
export function readUnsigned(
  em: EntityManager,
  accountIds: readonly string[],
  residentIds: readonly string[],
): Promise<{ account_id: string; resident_id: string }[]> {
  return preparedRows(
    em,
    `select ar.account_id, ar.resident_id
       from unnest($1::uuid[], $2::uuid[]) as pair (account_id, resident_id)
       join account_residents ar
         on ar.account_id = pair.account_id and ar.resident_id = pair.resident_id and ar.until is null
        and ar.relation = 'family'
      where not exists (
        select 1 from proxy_consents c
         where c.account_id = ar.account_id and c.resident_id = ar.resident_id and c.revoked_at is null)`,
    [accountIds, residentIds],
  );
}

export interface SupportRow {
  id: string;
  birth_date: string;
  needs: Need[];
  contact_name_sealed: Buffer | null;
  contact_phone_sealed: Buffer | null;
  term_starts_on: string;
  answer: boolean | null;
}

/** Needs, emergency contact and this term's declaration. The ages are those of the term's first day. */
export function readSupport(em: EntityManager, ids: readonly string[], termId: string): Promise<SupportRow[]> {
  return preparedRows<SupportRow>(
    em,
    `select r.id, r.birth_date, r.needs, r.contact_name_sealed, r.contact_phone_sealed,
            t.starts_on as term_starts_on, d.answer
       from residents r
       join terms t on t.id = $2
       left join safety_declarations d on d.resident_id = r.id and d.term_id = t.id and d.superseded_at is null
      where r.id = any($1::uuid[]) order by r.id`,
    [ids, termId],
  );
}

/** Who shares a live group with whom. */
export function readCompanions(
  em: EntityManager,
  ids: readonly string[],
): Promise<{ resident_id: string; companion_id: string }[]> {
  return preparedRows(
    em,
    `select distinct own.resident_id, other.resident_id as companion_id
       from companion_members own
       join companion_members other
         on other.group_id = own.group_id and other.left_at is null and other.resident_id <> own.resident_id
       join residents r on r.id = other.resident_id and r.state = 'active'
      where own.resident_id = any($1::uuid[]) and own.left_at is null`,
    [ids],
  );
}
