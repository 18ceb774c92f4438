/** Residents who apply together, at most (结伴报名). */
export const MOST_COMPANIONS = 4;

/** Groups in which one resident is at the same time: one with the family, some with friends. */
export const MOST_COMPANION_GROUPS = 5;

export type Joining = { kind: 'joins'; who: string[] } | { kind: 'full' } | { kind: 'too-many-groups' };

/**
 * Whether residents may join a group; those who are in it already are left as they are.
 *
 * @param members who is in the group
 * @param groups in how many live groups each of those who want to join is
 */
export function decideJoining(
  members: readonly string[],
  wanting: readonly string[],
  groups: ReadonlyMap<string, number>,
): Joining {
  const who = wanting.filter((id) => !members.includes(id));
  if (members.length + who.length > MOST_COMPANIONS) return { kind: 'full' };
  if (who.some((id) => (groups.get(id) ?? 0) >= MOST_COMPANION_GROUPS)) return { kind: 'too-many-groups' };
  return { kind: 'joins', who };
}
