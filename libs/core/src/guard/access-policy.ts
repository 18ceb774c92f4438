import type { Grant } from '#contracts';

/** What a sign-in token says: whose it is and which sign-in it belongs to. */
export interface TokenSubject {
  signInId: string;
  kind: 'staff' | 'account';
  /** Of the staff member or the account. */
  id: string;
}

/**
 * What the guard must know of people; lib people answers it.
 */
export abstract class AccessPolicy {
  /** What this person may do at present; at once where nobody has to be asked. */
  abstract grantsOf(subject: TokenSubject, at: Date): readonly Grant[] | Promise<readonly Grant[]>;
  /** Whether the sign-in still holds: neither signed out nor past its last day. */
  abstract isSignedIn(signInId: string, at: Date): Promise<boolean>;
  /** Sign-ins revoked since that moment. */
  abstract revokedSince(moment: Date): Promise<string[]>;
}
