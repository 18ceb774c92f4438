import { type Role, ROLES } from '#contracts';

export const SEXES = ['male', 'female'] as const;
export type Sex = (typeof SEXES)[number];

/** 在册, 已合并 into another record of the same person, 已去标识 (deleted under PIPL). */
export const RESIDENT_STATES = ['active', 'merged', 'pseudonymised'] as const;
export type ResidentState = (typeof RESIDENT_STATES)[number];

/** For whom an account acts: its holder, or one of the family. */
export const RELATIONS = ['self', 'family'] as const;
export type Relation = (typeof RELATIONS)[number];

export const STAFF_STATES = ['active', 'left'] as const;
export type StaffState = (typeof STAFF_STATES)[number];

/** Roles that are given to staff; `resident` comes with an account. */
export type StaffRole = Exclude<Role, 'resident'>;
export const STAFF_ROLES = ROLES.filter((role): role is StaffRole => role !== 'resident');

/** Why two records are likely of one person. */
export const LIKENESSES = ['same_document', 'same_name_and_birth_date', 'same_name_and_phone'] as const;
export type Likeness = (typeof LIKENESSES)[number];
