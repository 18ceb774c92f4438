import type { Caller } from '#core';
import type { DemoPerson } from './demo-residents.js';
import type { StaffedSchool } from './demo-institutions.service.js';
import type { PlannedClass } from './demo-plan.js';

/** A resident as the platform knows them. */
export interface KnownPerson {
  id: string;
  /** Who acts for them; without an account, the counter does. */
  account: Caller | null;
  /** Of those who have one. */
  code: string | null;
}

/** A session as the platform knows it. */
export interface KnownSession {
  id: string;
  number: number;
  startsAt: Date;
  endsAt: Date;
}

/** What has become of a class so far. */
export interface Course {
  plan: PlannedClass;
  school: StaffedSchool;
  teacher: Caller;
  id: string;
  version: number;
  /** Those held and to be held. */
  sessions: KnownSession[];
  /** Live enrollments. */
  enrollments: Map<DemoPerson, { id: string; state: string }>;
}

/** What has become of all so far, whoever let it happen; filled as it does. */
export interface DemoState {
  known: Map<DemoPerson, KnownPerson>;
  /** By phone. */
  accounts: Map<string, Promise<Caller>>;
  courses: Map<PlannedClass, Course>;
}

export const nothingYet = (): DemoState => ({ known: new Map(), accounts: new Map(), courses: new Map() });

/** What an event is about: somebody, */
export const person = ({ index }: Pick<DemoPerson, 'index'>) => `person ${index}`;
/** those who answer the same phone, */
export const phone = (number: string) => `phone ${number}`;
/** or a class. */
export const course = ({ index }: Pick<PlannedClass, 'index'>) => `class ${index}`;
