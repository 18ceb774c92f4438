import type { AuditAction } from '#contracts';
import { type AuditEntry, type Caller, CoreErrors } from '#core';

/** What the audit log says of something that was done for a resident. */
export const onResident = (
  action: AuditAction,
  residentId: string,
  details: Record<string, unknown> = {},
): AuditEntry => ({
  action,
  targetKind: 'resident',
  targetId: residentId,
  onBehalfOf: residentId,
  details,
});

/** Who gives or records something, as the two columns of a row: an account or staff. */
export function recorderOf({ actor }: Caller): { account: string | null; staff: string | null } {
  if (actor.kind === 'account') return { account: actor.id, staff: null };
  if (actor.kind === 'staff') return { account: null, staff: actor.id };
  throw CoreErrors.FORBIDDEN();
}
