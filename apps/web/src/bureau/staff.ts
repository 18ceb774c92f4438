import { ORGANISATION_ROLES, type Role } from '#contracts';
import type { Schema } from '../shared/api';
import { nameOf } from '../shared/names';

export type StaffRole = Exclude<Role, 'resident'>;
type HeldRole = Schema<'StaffRoleView'>;

/** Roles of staff, in the order in which they are offered. */
export const STAFF_ROLES: readonly StaffRole[] = [
  'department_officer',
  'bureau_officer',
  'administrator',
  'principal',
  'registrar',
  'teacher',
  'village_agent',
];

/** Roles that may be given by whom; the platform has the last word. */
export const GIVABLE: Record<'administrator' | 'principal', readonly StaffRole[]> = {
  administrator: STAFF_ROLES,
  principal: ['registrar', 'teacher', 'village_agent'],
};

/** Whether a role is whole: one that is held at an organisation names it. */
export const isWhole = (role: StaffRole | '', organisationId: string): role is StaffRole =>
  role !== '' && (!(ORGANISATION_ROLES as readonly string[]).includes(role) || organisationId !== '');

/** Where a role is held, for whoever reads it; null in the whole district. */
export const placeOf = ({ organisationName, organisationNameEn }: HeldRole): string | null =>
  organisationName === null ? null : nameOf({ name: organisationName, nameEn: organisationNameEn });
