import { createHash } from 'node:crypto';
import type { Role } from '#contracts';
import { Caller, newId, type OnceKey } from '#core';

/** The key of a write that the demo makes once. */
export function once(thing: string): OnceKey {
  return { subject: 'demo', key: thing, fingerprint: createHash('sha256').update(thing).digest() };
}

/** A member of staff at work, in one organisation or (null) the whole district. */
export function staffCaller(staffId: string, role: Role, organisationId: string | null): Caller {
  return new Caller({ kind: 'staff', id: staffId, signInId: newId() }, [{ role, organisationId }], 'zh', 'demo');
}

/** The holder of a resident account. */
export function accountCaller(accountId: string): Caller {
  const grants = [{ role: 'resident' as const, organisationId: null }];
  return new Caller({ kind: 'account', id: accountId, signInId: newId() }, grants, 'zh', 'demo');
}

/** Somebody who has not signed in. */
export const visitor = () => new Caller({ kind: 'visitor', id: null }, [], 'zh', 'demo');
