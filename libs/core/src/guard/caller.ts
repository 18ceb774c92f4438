import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { type Grant, holds, type Language, type Permission } from '#contracts';
import { CoreErrors } from '../errors/core.errors.js';

/** Who does something: staff, the holder of a resident account, the platform itself, or nobody we know. */
export type Actor =
  | { kind: 'staff'; id: string; signInId: string }
  | { kind: 'account'; id: string; signInId: string }
  | { kind: 'system'; id: null; name: string }
  | { kind: 'visitor'; id: null };

/** The caller of a use case: who, what they may do, in which language they are answered, under which trace. */
export class Caller {
  constructor(
    readonly actor: Actor,
    readonly grants: readonly Grant[],
    readonly language: Language,
    readonly traceId: string,
  ) {}

  /** The platform acting by itself, in a job or on the command line. */
  static system(name: string): Caller {
    return new Caller({ kind: 'system', id: null, name }, [], 'zh', name);
  }

  /** Whether the permission is held; for an organisation, or anywhere where none is given. */
  can(permission: Permission, organisationId?: string): boolean {
    return this.actor.kind === 'system' || holds(this.grants, permission, organisationId);
  }

  /** @throws CORE.FORBIDDEN unless the permission is held there. */
  require(permission: Permission, organisationId?: string): void {
    if (!this.can(permission, organisationId)) throw CoreErrors.FORBIDDEN();
  }

  /** Organisations in which the permission is held, each once; null where it holds in all. */
  organisationsWith(permission: Permission): string[] | null {
    if (this.actor.kind === 'system') return null;
    const held = this.grants.filter((grant) => holds([grant], permission));
    return held.some((grant) => grant.organisationId === null)
      ? null
      : [...new Set(held.map((grant) => grant.organisationId!))];
  }

  /** The staff member's id. @throws CORE.FORBIDDEN for anyone else. */
  get staffId(): string {
    if (this.actor.kind !== 'staff') throw CoreErrors.FORBIDDEN();
    return this.actor.id;
  }

  /** The resident account's id. @throws CORE.FORBIDDEN for anyone else. */
  get accountId(): string {
    if (this.actor.kind !== 'account') throw CoreErrors.FORBIDDEN();
    return this.actor.id;
  }
}

/** The caller of this request. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  return context.switchToHttp().getRequest<{ caller: Caller }>().caller;
});
