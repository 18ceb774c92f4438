import type { Schema } from '../../shared/api';

/** Somebody of the account, and how enrolling them would end. */
export interface Choice {
  resident: Schema<'OwnResidentView'>;
  answer: Schema<'EligibilityView'>;
}

/** What was enrolled, and who came along. */
export interface Enrolled {
  enrollment: Schema<'EnrollmentView'>;
  /** Names of all of the unit, the one who asked first. */
  names: string[];
  /** Whose consent is still to be signed; null where it was given, or is not needed. */
  signer: string | null;
}

/** Family and companions of the account; null where they could not be found out now. */
export interface Others {
  groups: Schema<'CompanionGroupView'>[];
  proxies: Schema<'ProxyView'>[];
}
