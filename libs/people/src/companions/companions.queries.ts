import type { EntityManager } from 'typeorm';
import { row, rows } from '#core';

export interface CompanionRow {
  group_id: string;
  code: string;
  created_at: Date;
  resident_id: string;
  name: string;
  joined_at: Date;
}

/** The live groups in which any of these residents is, with all their members. */
export function readGroupsOf(em: EntityManager, residentIds: readonly string[]): Promise<CompanionRow[]> {
  return rows<CompanionRow>(
    em,
    `select g.id as group_id, g.code, g.created_at, m.resident_id, r.name, m.joined_at
       from companion_groups g
       join companion_members m on m.group_id = g.id and m.left_at is null
       join residents r on r.id = m.resident_id
      where g.dissolved_at is null and g.id in (
        select group_id from companion_members where resident_id = any($1::uuid[]) and left_at is null
      )
      order by g.created_at, g.id, m.joined_at, m.resident_id`,
    [residentIds],
  );
}

/** Makes everybody else who joins or leaves wait. Undefined where it is dissolved or does not exist. */
export function lockGroup(
  em: EntityManager,
  by: { id: string } | { code: string },
): Promise<{ id: string } | undefined> {
  return row<{ id: string }>(
    em,
    `select id from companion_groups where ${'id' in by ? 'id' : 'code'} = $1 and dissolved_at is null for no key update`,
    ['id' in by ? by.id : by.code],
  );
}

export async function readMembers(em: EntityManager, groupId: string): Promise<string[]> {
  const found = await rows<{ resident_id: string }>(
    em,
    `select resident_id from companion_members where group_id = $1 and left_at is null`,
    [groupId],
  );
  return found.map(({ resident_id }) => resident_id);
}

/** In how many live groups each of these residents is; they are locked, so the count stands. */
export async function countGroups(em: EntityManager, residentIds: readonly string[]): Promise<Map<string, number>> {
  const found = await rows<{ resident_id: string; groups: number }>(
    em,
    `select resident_id, count(*)::int as groups from companion_members
      where resident_id = any($1::uuid[]) and left_at is null group by resident_id`,
    [residentIds],
  );
  return new Map(found.map(({ resident_id, groups }) => [resident_id, groups]));
}
