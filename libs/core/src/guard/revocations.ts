import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { Clock } from '../clock.js';
import { Listener } from '../database/listener.js';
import { AccessPolicy } from './access-policy.js';
import { TOKEN_SECONDS } from './tokens.js';

/** Channel of NOTIFY on which a revoked sign-in's id is told. */
export const SIGN_IN_REVOKED = 'sign_in_revoked';
const POLL_MS = 1_000;
/** A sign-in revoked just before a poll may be committed just after it. */
const OVERLAP_MS = 10_000;

/**
 * Sign-ins that were revoked within the life of a token, so that a stolen or signed-out token is refused at once: told
 * by NOTIFY, and asked for every second in case a notification was lost.
 */
@Injectable()
export class Revocations implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Revocations.name);
  private readonly revoked = new Map<string, number>();
  private timer: NodeJS.Timeout | undefined;
  private since: Date;
  private asking: Promise<void> = Promise.resolve();

  constructor(
    private readonly policy: AccessPolicy,
    private readonly clock: Clock,
    listener: Listener,
  ) {
    this.since = new Date(0);
    listener.on(SIGN_IN_REVOKED, (signInId) => this.revoked.set(signInId, this.clock.now().getTime()));
  }

  has(signInId: string): boolean {
    return this.revoked.has(signInId);
  }

  async onApplicationBootstrap(): Promise<void> {
    this.since = new Date(this.clock.now().getTime() - TOKEN_SECONDS * 1000);
    await this.ask();
    this.timer = setInterval(() => {
      this.asking = this.ask().catch((error: unknown) =>
        this.log.warn(`could not ask for revoked sign-ins: ${String(error)}`),
      );
    }, POLL_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.asking;
  }

  private async ask(): Promise<void> {
    const now = this.clock.now().getTime();
    for (const signInId of await this.policy.revokedSince(this.since)) this.revoked.set(signInId, now);
    this.since = new Date(now - OVERLAP_MS);
    for (const [signInId, at] of this.revoked) if (at < now - TOKEN_SECONDS * 1000) this.revoked.delete(signInId);
  }
}
