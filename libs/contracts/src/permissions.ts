export const ROLES = [
  'administrator',
  'bureau_officer',
  'principal',
  'registrar',
  'teacher',
  'village_agent',
  'department_officer',
  'resident',
] as const;
/**
 * What a person may be: platform administrator, officer of the education bureau (教育局), head of a school (校长),
 * registrar of a school (教务), teacher, village agent (村级联络员), officer of another department (部门填报员), resident.
 */
export type Role = (typeof ROLES)[number];

/** Roles that are given by organisation; the others hold for the whole district. */
export const ORGANISATION_ROLES = [
  'principal',
  'registrar',
  'teacher',
  'village_agent',
  'department_officer',
] as const satisfies readonly Role[];

/**
 * Every permission with the roles that hold it. A role given for an organisation holds its permissions there only;
 * `resident` holds them for the residents of the own account.
 */
export const PERMISSION_ROLES = {
  'organisations.read': [
    'administrator',
    'bureau_officer',
    'principal',
    'registrar',
    'teacher',
    'village_agent',
    'department_officer',
  ],
  'organisations.edit': ['administrator', 'bureau_officer'],
  'teaching-points.edit': ['administrator', 'bureau_officer'],
  'venues.edit': ['administrator', 'bureau_officer', 'principal', 'registrar'],
  'populations.edit': ['bureau_officer'],
  'travel-times.edit': ['bureau_officer'],
  'staff.read': ['administrator', 'bureau_officer', 'principal', 'registrar'],
  'staff.edit': ['administrator', 'principal'],
  'audit.read': ['administrator', 'bureau_officer'],
  'residents.read': ['principal', 'registrar', 'village_agent'],
  'residents.register': ['principal', 'registrar', 'village_agent'],
  'residents.verify': ['principal', 'registrar', 'village_agent'],
  'residents.merge': ['principal', 'registrar'],
  'me.read': [
    'administrator',
    'bureau_officer',
    'principal',
    'registrar',
    'teacher',
    'village_agent',
    'department_officer',
    'resident',
  ],
  'me.residents': ['resident'],
  'messages.read': ['administrator'],
  'calls.work': ['principal', 'registrar', 'village_agent'],
  'terms.edit': ['bureau_officer'],
  'courses.edit': ['bureau_officer'],
  'programme-caps.edit': ['bureau_officer'],
  'classes.read': ['bureau_officer', 'principal', 'registrar', 'teacher'],
  'classes.edit': ['principal', 'registrar'],
  'classes.approve': ['bureau_officer'],
  'classes.publish': ['principal', 'registrar'],
  'classes.finish': ['principal', 'registrar'],
  'classes.stop': ['principal', 'registrar'],
  'classes.merge': ['bureau_officer'],
  'mergers.propose': ['bureau_officer', 'principal', 'registrar'],
  'mergers.answer': ['principal', 'registrar'],
  'sessions.cancel': ['principal', 'registrar'],
  'enrollments.apply': ['resident'],
  'enrollments.own': ['resident'],
  'enrollments.counter': ['principal', 'registrar', 'village_agent'],
  'enrollments.decide': ['principal', 'registrar'],
  'enrollments.read': ['bureau_officer', 'principal', 'registrar', 'teacher'],
  'lotteries.run': ['bureau_officer', 'principal', 'registrar'],
  'attendance.read': ['principal', 'registrar', 'teacher'],
  'attendance.mark': ['principal', 'registrar', 'teacher'],
  'attendance.own': ['resident'],
  'late-sheets.sign': ['principal'],
  'ledger.read': ['bureau_officer', 'principal', 'registrar'],
  'participation.read': ['bureau_officer', 'principal', 'registrar', 'teacher', 'resident'],
  'periods.read': ['bureau_officer'],
  'periods.submit': ['bureau_officer'],
  'periods.review': ['bureau_officer'],
  'periods.sign': ['bureau_officer'],
  'adjustments.ask': ['bureau_officer'],
  'adjustments.decide': ['bureau_officer'],
  'counting-settings.edit': ['bureau_officer'],
  'opening-figures.draft': ['bureau_officer'],
  'opening-figures.review': ['bureau_officer'],
  'opening-figures.sign': ['bureau_officer'],
  'sealed-totals.edit': ['bureau_officer'],
  'imports.manage': ['bureau_officer'],
  'rules.read': ['administrator', 'bureau_officer', 'principal', 'registrar', 'teacher', 'village_agent'],
  'rules.edit': ['bureau_officer'],
  'rules.publish': ['bureau_officer'],
  'targets.read': ['bureau_officer', 'principal', 'registrar', 'department_officer'],
  'regular-elderly.read': ['bureau_officer'],
  'coverage-lists.sign': ['bureau_officer'],
  'assignments.edit': ['bureau_officer'],
  'registers.edit': ['bureau_officer'],
  'figures.report': ['bureau_officer', 'department_officer'],
  'figures.review': ['bureau_officer'],
} as const satisfies Record<string, readonly Role[]>;

/** What a route demands; `<noun>.<verb>`. */
export type Permission = keyof typeof PERMISSION_ROLES;

/** A role held by someone, for one organisation or (null) for the whole district. */
export interface Grant {
  role: Role;
  organisationId: string | null;
}

/**
 * Whether these grants carry a permission.
 *
 * @param organisationId where it is to be used; undefined asks whether it is held anywhere.
 */
export function holds(grants: readonly Grant[], permission: Permission, organisationId?: string): boolean {
  const roles: readonly Role[] = PERMISSION_ROLES[permission];
  return grants.some(
    (grant) =>
      roles.includes(grant.role) &&
      (organisationId === undefined || grant.organisationId === null || grant.organisationId === organisationId),
  );
}
