import { Injectable } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import type { FastifyRequest } from 'fastify';
import { Strategy } from 'passport-local';
import type { Caller } from '#core';
import { LONGEST_PASSWORD } from './passwords.js';
import { SignInService } from './sign-in.service.js';

/** Believes a staff member who knows the password. */
@Injectable()
export class PasswordStrategy extends PassportStrategy(Strategy, 'password') {
  constructor(private readonly signIn: SignInService) {
    super({ passReqToCallback: true });
  }

  /** The body was not validated yet: what is no username and password is nobody's, and validation says why. */
  async validate(
    request: FastifyRequest & { caller: Caller },
    username: unknown,
    password: unknown,
  ): Promise<{ staffId: string } | null> {
    if (typeof username !== 'string' || typeof password !== 'string') return null;
    if (username.length > LONGEST_PASSWORD || password.length > LONGEST_PASSWORD) return null;
    if (/\p{Cc}/u.test(username)) return null;
    return { staffId: await this.signIn.checkStaffPassword(request.caller, username, password) };
  }
}

/** What the guard leaves on the request. */
export type PasswordRequest = FastifyRequest & { user: { staffId: string } };

/** Lets through whom {@link PasswordStrategy} believes, and a malformed request to the validation that names its faults. */
@Injectable()
export class PasswordGuard extends AuthGuard('password') {
  override handleRequest<T>(error: Error | null, user: T | false): T {
    if (error) throw error;
    return (user || null) as T;
  }
}
