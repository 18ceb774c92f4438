import type { EntityManager } from 'typeorm';
import { row, rows } from '#core';
import type { Likeness } from '../people.words.js';

/**
 * Locks records that are to be merged, in id order, more strongly than other writers do: whoever is writing a row that
 * refers to one of them (an enrollment of the desk) is waited for, so that what follows the merge finds all of them.
 */
export async function lockToMerge(em: EntityManager, ids: readonly string[]): Promise<void> {
  await rows(em, `select 1 from residents where id = any($1::uuid[]) order by id for update`, [ids]);
}

/** Why two records are likely of one person, as they are looked for while somebody is registered; none: nothing says so. */
export async function likenessOf(em: EntityManager, id: string, otherId: string): Promise<Likeness[]> {
  const found = await row<{ document: boolean; birth: boolean; phone: boolean }>(
    em,
    `select coalesce(a.document_kind = b.document_kind and a.document_hash = b.document_hash, false) as document,
            a.name = b.name and a.birth_date = b.birth_date as birth,
            a.name = b.name and (
              coalesce(a.phone_hash = b.phone_hash, false)
              or exists (
                select 1 from account_residents x join account_residents y on y.account_id = x.account_id
                 where x.resident_id = a.id and x.until is null and y.resident_id = b.id and y.until is null)
            ) as phone
       from residents a, residents b where a.id = $1 and b.id = $2`,
    [id, otherId],
  );
  const reasons: [boolean | undefined, Likeness][] = [
    [found?.document, 'same_document'],
    [found?.birth, 'same_name_and_birth_date'],
    [found?.phone, 'same_name_and_phone'],
  ];
  return reasons.flatMap(([is, reason]) => (is ? [reason] : []));
}

/** What the surviving record lacks and the other knows goes over; the other then points to it. */
export async function mergeRecord(em: EntityManager, survivor: string, duplicate: string, at: Date): Promise<void> {
  await rows(
    em,
    `update residents s
        set sex = coalesce(s.sex, d.sex), region_code = coalesce(s.region_code, d.region_code),
            work_region_code = coalesce(s.work_region_code, d.work_region_code),
            household_region_code = coalesce(s.household_region_code, d.household_region_code),
            phone_sealed = case when s.phone_hash is null then d.phone_sealed else s.phone_sealed end,
            phone_hash = coalesce(s.phone_hash, d.phone_hash),
            contact_name_sealed = case when s.contact_phone_sealed is null then d.contact_name_sealed else s.contact_name_sealed end,
            contact_phone_sealed = coalesce(s.contact_phone_sealed, d.contact_phone_sealed),
            needs = array(select distinct need from unnest(s.needs || d.needs) as n (need) order by need),
            version = s.version + 1
       from residents d where s.id = $1 and d.id = $2`,
    [survivor, duplicate],
  );
  await rows(
    em,
    `update residents set state = 'merged', merged_into = $1, merged_at = $3, version = version + 1 where id = $2`,
    [survivor, duplicate, at],
  );
  // Whatever was merged into the other one before points to where it is now, so that nobody follows a chain.
  await rows(em, `update residents set merged_into = $1 where merged_into = $2`, [survivor, duplicate]);
}

/**
 * Accounts that act for the duplicate act for the survivor, its holder as holder. One that acted for both is its holder
 * if it was so for either.
 */
export async function mergeAccounts(em: EntityManager, survivor: string, duplicate: string, at: Date): Promise<void> {
  const acting = await rows<{ account_id: string; relation: string }>(
    em,
    `select account_id, relation from account_residents where resident_id = $1 and until is null order by account_id`,
    [duplicate],
  );
  await rows(em, `update account_residents set until = $2 where resident_id = $1 and until is null`, [duplicate, at]);
  await rows(
    em,
    `insert into account_residents (account_id, resident_id, relation, since)
     select account_id, $1, relation, $4 from unnest($2::uuid[], $3::text[]) as a (account_id, relation)
     on conflict (account_id, resident_id) do update
        set relation = case when account_residents.until is null and account_residents.relation = 'self' then 'self'
                            else excluded.relation end,
            since = case when account_residents.until is null then account_residents.since else excluded.since end,
            until = null`,
    [survivor, acting.map(({ account_id }) => account_id), acting.map(({ relation }) => relation), at],
  );
}

/** Consents, declarations, groups and companions of the duplicate, where the survivor has none that says otherwise. */
export async function mergeDeclared(em: EntityManager, survivor: string, duplicate: string, at: Date): Promise<void> {
  const both = [survivor, duplicate];
  await rows(
    em,
    `update proxy_consents c set resident_id = $1
      where c.resident_id = $2 and c.revoked_at is null and not exists (
        select 1 from proxy_consents o
         where o.resident_id = $1 and o.account_id = c.account_id and o.revoked_at is null)`,
    both,
  );
  await rows(
    em,
    `update proxy_invitations set expires_at = $2 where resident_id = $1 and used_at is null and expires_at > $2`,
    [duplicate, at],
  );
  await rows(
    em,
    `update safety_declarations d set resident_id = $1
      where d.resident_id = $2 and d.superseded_at is null and not exists (
        select 1 from safety_declarations o
         where o.resident_id = $1 and o.term_id = d.term_id and o.superseded_at is null)`,
    both,
  );
  await rows(
    em,
    `update resident_groups g set resident_id = $1
      where g.resident_id = $2 and not exists (
        select 1 from resident_groups o
         where o.resident_id = $1 and o.kind = g.kind and daterange(o.since, o.until) && daterange(g.since, g.until))`,
    both,
  );
  await rows(
    em,
    `update companion_members m set left_at = $3
      where m.resident_id = $2 and m.left_at is null and exists (
        select 1 from companion_members o where o.group_id = m.group_id and o.resident_id = $1 and o.left_at is null)`,
    [...both, at],
  );
  await rows(em, `update companion_members set resident_id = $1 where resident_id = $2 and left_at is null`, both);
}
