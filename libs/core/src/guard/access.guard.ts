import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Strategy } from 'passport-jwt';
import type { Permission } from '#contracts';
import { Clock } from '../clock.js';
import { Settings } from '../configuration/settings.js';
import { CoreErrors } from '../errors/core.errors.js';
import { DECLARED_ACCESS, EVERYONE } from './access.decorators.js';
import { AccessPolicy, type TokenSubject } from './access-policy.js';
import { type Actor, Caller } from './caller.js';
import { setTokenCookie, tokenOf } from './cookies.js';
import { languageOf } from './language.js';
import { Revocations } from './revocations.js';
import { SIGN_IN_DAYS, Tokens } from './tokens.js';

/** Believes a token whose signature is ours; whether it still holds is the guard's question. */
@Injectable()
export class TokenStrategy extends PassportStrategy(Strategy, 'token') {
  constructor(
    settings: Settings,
    private readonly tokens: Tokens,
  ) {
    super({
      jwtFromRequest: (request: FastifyRequest) => tokenOf(request, settings),
      // Handed on as it is to jsonwebtoken, which takes a key object; only the type does not say so.
      secretOrKey: tokens.key as unknown as Buffer,
      algorithms: ['HS256'],
      // The library asks the machine's clock; `Tokens.read` asks ours.
      ignoreExpiration: true,
    });
  }

  validate(claims: Parameters<Tokens['read']>[0]): ReturnType<Tokens['read']> {
    return this.tokens.read(claims);
  }
}

class TokenGuard extends AuthGuard('token') {
  /** No token, or one that is not ours: a visitor, who may still see what is open to everyone. */
  override handleRequest<T>(_error: unknown, user: T | false): T | null {
    return user || null;
  }
}

/**
 * The one door: finds out who calls, renews a token that ran out, and refuses a caller who lacks the permission that
 * the route declares. Where the permission is held (which organisation, whose account) is the service's question.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly tokenGuard = new TokenGuard();

  constructor(
    private readonly reflector: Reflector,
    private readonly policy: AccessPolicy,
    private readonly revocations: Revocations,
    private readonly tokens: Tokens,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declared = this.reflector.getAllAndOverride<Permission | typeof EVERYONE | undefined>(DECLARED_ACCESS, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (declared === undefined) throw CoreErrors.FORBIDDEN();
    const request = context
      .switchToHttp()
      .getRequest<FastifyRequest & { user?: ReturnType<Tokens['read']>; caller?: Caller }>();
    const caller = await this.identify(context, request);
    request.caller = caller;
    if (declared === EVERYONE) return true;
    if (caller.actor.kind === 'visitor') throw CoreErrors.SIGN_IN_REQUIRED();
    caller.require(declared);
    // What only some may see stays in no browser's store, where the next to sit at a shared computer would find it.
    void context.switchToHttp().getResponse<FastifyReply>().header('Cache-Control', 'no-store');
    return true;
  }

  private async identify(
    context: ExecutionContext,
    request: FastifyRequest & { user?: ReturnType<Tokens['read']> },
  ): Promise<Caller> {
    const language = languageOf(request.headers['accept-language']);
    const visitor = new Caller({ kind: 'visitor', id: null }, [], language, request.id);
    if (tokenOf(request, this.settings) === null) return visitor;
    await this.tokenGuard.canActivate(context);
    if (!request.user) return visitor;
    const { subject, expired } = request.user;
    const now = this.clock.now();
    if (this.revocations.has(subject.signInId)) return visitor;
    if (expired) {
      if (!(await this.policy.isSignedIn(subject.signInId, now))) return visitor;
      this.renew(context.switchToHttp().getResponse<FastifyReply>(), subject);
    }
    const actor: Actor = { kind: subject.kind, id: subject.id, signInId: subject.signInId };
    return new Caller(actor, await this.policy.grantsOf(subject, now), language, request.id);
  }

  /** A browser gets the new token as its cookie, a machine reads it from the header. */
  private renew(reply: FastifyReply, subject: TokenSubject): void {
    const token = this.tokens.issue(subject);
    setTokenCookie(reply, this.settings, token, SIGN_IN_DAYS[subject.kind]);
    void reply.header('Renewed-Token', token);
  }
}
