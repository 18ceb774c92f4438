import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Grant, Permission } from '#contracts';
import { Clock } from '../clock.js';
import { Settings } from '../configuration/settings.js';
import { CoreErrors } from '../errors/core.errors.js';
import { DECLARED_ACCESS, EVERYONE } from './access.decorators.js';
import { AccessPolicy, type TokenSubject } from './access-policy.js';
import { Caller } from './caller.js';
import { setTokenCookie, tokenOf } from './cookies.js';
import { languageOf } from './language.js';
import { Revocations } from './revocations.js';
import { SIGN_IN_DAYS, Tokens } from './tokens.js';

/**
 * The one door: finds out who calls, renews a token that ran out, and refuses a caller who lacks the permission that
 * the route declares. Where the permission is held (which organisation, whose account) is the service's question.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  /** What each route declares; it stands when the program has started. */
  private readonly declared = new WeakMap<object, Permission | typeof EVERYONE>();

  constructor(
    private readonly reflector: Reflector,
    private readonly policy: AccessPolicy,
    private readonly revocations: Revocations,
    private readonly tokens: Tokens,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  canActivate(context: ExecutionContext): true | Promise<true> {
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest & { caller?: Caller }>();
    const reply = http.getResponse<FastifyReply>();
    const access = this.accessOf(context);
    const caller = this.identify(request, reply);
    // Most callers are known at once, and the hard minute is no time to wait for nothing.
    return caller instanceof Promise
      ? caller.then((known) => this.admit(known, access, request, reply))
      : this.admit(caller, access, request, reply);
  }

  private admit(
    caller: Caller,
    access: Permission | typeof EVERYONE,
    request: FastifyRequest & { caller?: Caller },
    reply: FastifyReply,
  ): true {
    request.caller = caller;
    if (access === EVERYONE) return true;
    if (caller.actor.kind === 'visitor') throw CoreErrors.SIGN_IN_REQUIRED();
    caller.require(access);
    // What only some may see stays in no browser's store, where the next to sit at a shared computer would find it.
    void reply.header('Cache-Control', 'no-store');
    return true;
  }

  private accessOf(context: ExecutionContext): Permission | typeof EVERYONE {
    const [handler, controller] = [context.getHandler(), context.getClass()];
    let access = this.declared.get(handler);
    if (access === undefined) {
      access = this.reflector.getAllAndOverride<Permission | typeof EVERYONE | undefined>(DECLARED_ACCESS, [
        handler,
        controller,
      ]);
      if (access === undefined) throw CoreErrors.FORBIDDEN();
      this.declared.set(handler, access);
    }
    return access;
  }

  private identify(request: FastifyRequest, reply: FastifyReply): Caller | Promise<Caller> {
    const language = languageOf(request.headers['accept-language']);
    const visitor = () => new Caller({ kind: 'visitor', id: null }, [], language, request.id);
    const token = tokenOf(request, this.settings);
    const read = token === null ? null : this.tokens.read(token);
    // No token, one that is not ours, or one that was taken back: a visitor, who may still see what is open to all.
    if (!read || this.revocations.has(read.subject.signInId)) return visitor();
    const { subject, expired } = read;
    const known = (grants: readonly Grant[]) =>
      new Caller({ kind: subject.kind, id: subject.id, signInId: subject.signInId }, grants, language, request.id);
    const now = this.clock.now();
    if (expired) return this.renewed(subject, now, reply).then((grants) => (grants ? known(grants) : visitor()));
    const grants = this.policy.grantsOf(subject, now);
    return grants instanceof Promise ? grants.then(known) : known(grants);
  }

  /** Grants of one whose token ran out, with a new token if the sign-in still holds; null if it does not. */
  private async renewed(subject: TokenSubject, now: Date, reply: FastifyReply): Promise<readonly Grant[] | null> {
    if (!(await this.policy.isSignedIn(subject.signInId, now))) return null;
    this.renew(reply, subject);
    return this.policy.grantsOf(subject, now);
  }

  /** A browser gets the new token as its cookie, a machine reads it from the header. */
  private renew(reply: FastifyReply, subject: TokenSubject): void {
    const token = this.tokens.issue(subject);
    setTokenCookie(reply, this.settings, token, SIGN_IN_DAYS[subject.kind]);
    void reply.header('Renewed-Token', token);
  }
}
