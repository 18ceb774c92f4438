import type { EntityManager } from 'typeorm';
import { row, rows } from '#core';
import type { StaffRole } from '../people.words.js';

export interface RoleRow {
  id: string;
  staff_id: string;
  role: StaffRole;
  organisation_id: string | null;
  since: Date;
}

/** Present roles of many staff members at once. */
export function presentRoles(em: EntityManager, staffIds: readonly string[]): Promise<RoleRow[]> {
  return rows<RoleRow>(
    em,
    `select id, staff_id, role, organisation_id, since from staff_roles
      where staff_id = any($1::uuid[]) and until is null order by since, id`,
    [staffIds],
  );
}

/**
 * Makes everyone who adds or takes away an administrator wait for each other: a lock on rows would not see the
 * administrator who is only being added, or the two who take away each other.
 */
export async function lockAdministrators(em: EntityManager): Promise<void> {
  await rows(em, `select pg_advisory_xact_lock(hashtext('huixue administrators'))`);
}

/** Whether an administrator works here, other than the one left out. */
export async function hasAdministrator(em: EntityManager, exceptStaffId: string | null): Promise<boolean> {
  const found = await row(
    em,
    `select 1 from staff_roles r join staff s on s.id = r.staff_id and s.state = 'active'
      where r.role = 'administrator' and r.until is null and s.id is distinct from $1 limit 1`,
    [exceptStaffId],
  );
  return found !== undefined;
}

/**
 * A page of staff by username, of whom a present role fits all the conditions at once (organisation and role of the
 * same role row). `within`: the organisations the caller may see, null for all.
 */
export function listStaff(
  em: EntityManager,
  filter: { within: string[] | null; organisationId?: string; role?: StaffRole; after: string | null; limit: number },
): Promise<{ id: string; username: string }[]> {
  return rows(
    em,
    `select s.id, s.username from staff s
      where ($1::text is null or s.username > $1)
        and (($2::uuid[] is null and $3::uuid is null and $4::text is null) or exists (
          select 1 from staff_roles r
           where r.staff_id = s.id and r.until is null
             and ($2::uuid[] is null or r.organisation_id = any($2))
             and ($3::uuid is null or r.organisation_id = $3)
             and ($4::text is null or r.role = $4)))
      order by s.username limit $5`,
    [filter.after, filter.within, filter.organisationId ?? null, filter.role ?? null, filter.limit],
  );
}
