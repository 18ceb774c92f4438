import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  Logger,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { DataSource } from 'typeorm';
import { Listener } from '#core';
import { DemoErrors } from './demo.errors.js';
import { DEMO_CHANGED, readProgress } from './demo.queries.js';

const POLL_MS = 1_000;
const READING: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * How far the demo is while it is being loaded beside the api: known before the first request, told by NOTIFY, and asked
 * for every second in case a notification was lost.
 */
@Injectable()
export class DemoProgress implements OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger(DemoProgress.name);
  private timer: NodeJS.Timeout | undefined;
  private asking: Promise<void> = Promise.resolve();
  private percent: number | null = null;

  constructor(
    private readonly source: DataSource,
    listener: Listener,
  ) {
    listener.on(DEMO_CHANGED, () => this.askSoon());
  }

  /** Percent of a loading that is under way; null where there is none. */
  get now(): number | null {
    return this.percent;
  }

  async onModuleInit(): Promise<void> {
    await this.ask();
    this.timer = setInterval(() => this.askSoon(), POLL_MS);
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.timer);
    await this.asking;
  }

  private askSoon(): void {
    this.asking = this.asking
      .then(() => this.ask())
      .catch((error: unknown) => this.log.warn(`could not ask for the demo's progress: ${String(error)}`));
  }

  private async ask(): Promise<void> {
    this.percent = (await readProgress(this.source)) ?? null;
  }
}

/**
 * While the demo is being loaded everybody may look, and nobody may write: the loader lives through a past in which
 * nobody else was there, and a loading that is cut off is emptied and begun anew.
 */
@Injectable()
export class DemoGuard implements CanActivate {
  constructor(private readonly progress: DemoProgress) {}

  canActivate(context: ExecutionContext): boolean {
    if (this.progress.now === null) return true;
    const { method } = context.switchToHttp().getRequest<FastifyRequest>();
    if (READING.has(method)) return true;
    throw DemoErrors.BEING_LOADED();
  }
}
