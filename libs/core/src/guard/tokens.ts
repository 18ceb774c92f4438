import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { JwtService } from '@nestjs/jwt';
import { Clock } from '../clock.js';
import { Settings } from '../configuration/settings.js';
import type { TokenSubject } from './access-policy.js';

/** Seconds for which a token is believed without asking the database. */
export const TOKEN_SECONDS = 15 * 60;
/** Days a sign-in lasts at most before the person signs in again. */
export const SIGN_IN_DAYS = { staff: 1, account: 90 } as const;

interface Claims {
  sub: string;
  kind: TokenSubject['kind'];
  sid: string;
  iat: number;
  exp: number;
}

interface Said {
  subject: TokenSubject;
  /** Milliseconds. */
  expiresAt: number;
}

/** Tokens that are remembered, and as many of those before; one takes about half a kilobyte. */
const BELIEVED_TOKENS = 5_000;

/** What every token of ours begins with: its head, which names the one algorithm there is. */
const HEAD = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.`;

/**
 * Sign-in tokens: HS256, 15 minutes, naming a row of `sign_ins`. One that has run out is renewed while that row holds.
 */
@Injectable()
export class Tokens {
  /** Made once: from raw bytes the library would try to read a public key first, which takes longer than all the rest. */
  private readonly key: KeyObject;
  private readonly jwt: JwtService;
  /** What tokens say that were found to be ours: who opens a page sends the same one with each request. */
  private believed = new Map<string, Said>();
  /** Those before, so that not all are forgotten at once. */
  private believedEarlier = new Map<string, Said>();

  constructor(
    settings: Settings,
    private readonly clock: Clock,
  ) {
    this.key = createSecretKey(settings.TOKEN_KEY, 'hex');
    this.jwt = new JwtService({ secret: this.key, signOptions: { algorithm: 'HS256' } });
  }

  /** A token for this sign-in, good for {@link TOKEN_SECONDS} from now. */
  issue(subject: TokenSubject): string {
    const now = Math.floor(this.clock.now().getTime() / 1000);
    const claims: Claims = {
      sub: subject.id,
      kind: subject.kind,
      sid: subject.signInId,
      iat: now,
      exp: now + TOKEN_SECONDS,
    };
    return this.jwt.sign(claims);
  }

  /**
   * What a token says, and whether it has run out; null for one that is not ours, be it by its algorithm or its
   * signature. Whether the sign-in still holds is the guard's question.
   *
   * This is done for every request, and a library that reads tokens of every kind takes five times as long as one
   * signature.
   */
  read(token: string): { subject: TokenSubject; expired: boolean } | null {
    const known = this.believed.get(token) ?? this.believedEarlier.get(token);
    const said = known ?? this.verified(token);
    if (!said) return null;
    if (!known) this.remember(token, said);
    return { subject: said.subject, expired: said.expiresAt <= this.clock.now().getTime() };
  }

  private remember(token: string, said: Said): void {
    if (this.believed.size >= BELIEVED_TOKENS) {
      this.believedEarlier = this.believed;
      this.believed = new Map();
    }
    this.believed.set(token, said);
  }

  private verified(token: string): Said | null {
    const end = token.lastIndexOf('.');
    if (!token.startsWith(HEAD) || end < HEAD.length) return null;
    const signature = createHmac('sha256', this.key).update(token.slice(0, end)).digest();
    const given = Buffer.from(token.slice(end + 1), 'base64url');
    if (given.length !== signature.length || !timingSafeEqual(given, signature)) return null;
    const claims = JSON.parse(Buffer.from(token.slice(HEAD.length, end), 'base64url').toString()) as Claims;
    return { subject: { id: claims.sub, kind: claims.kind, signInId: claims.sid }, expiresAt: claims.exp * 1000 };
  }
}
