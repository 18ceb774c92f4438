import { type Grant, holds, ORGANISATION_ROLES } from '#contracts';
import type { StaffRole } from '../people.words.js';

/** A role somebody holds or is to be given, and where. */
export interface RoleAt {
  role: StaffRole;
  organisationId: string | null;
}

/** Roles that the head of a school gives in the own school. */
const UNDER_A_PRINCIPAL: readonly StaffRole[] = ['registrar', 'teacher', 'village_agent'];

export type RolePlace = 'fits' | 'needs-organisation' | 'district-wide';

/** Whether a role and the place for which it is to be given belong together. */
export function rolePlace({ role, organisationId }: RoleAt): RolePlace {
  const inOrganisation = (ORGANISATION_ROLES as readonly string[]).includes(role);
  if (inOrganisation && organisationId === null) return 'needs-organisation';
  return !inOrganisation && organisationId !== null ? 'district-wide' : 'fits';
}

const isAdministrator = (grants: readonly Grant[]) => grants.some((grant) => grant.role === 'administrator');

/** The administrator gives any role anywhere; a principal those of the own school's registrars, teachers and agents. */
export function mayGive(grants: readonly Grant[], { role, organisationId }: RoleAt): boolean {
  if (isAdministrator(grants)) return true;
  return organisationId !== null && UNDER_A_PRINCIPAL.includes(role) && holds(grants, 'staff.edit', organisationId);
}

/**
 * Whether the caller may change a staff member, the password included: the administrator anyone; a principal only
 * someone all of whose roles are the principal's to give, so that nobody gains a stranger's rights by a new password.
 */
export function mayManage(grants: readonly Grant[], roles: readonly RoleAt[]): boolean {
  return isAdministrator(grants) || (roles.length > 0 && roles.every((role) => mayGive(grants, role)));
}
