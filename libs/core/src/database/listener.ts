import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import pg from 'pg';
import { Settings } from '../configuration/settings.js';

const RECONNECT_AFTER_MS = 500;

/**
 * One connection of this process that hears PostgreSQL's NOTIFY.
 *
 * A notification is a hint to look sooner, never the only way to learn something: while the connection is away
 * notifications are lost, so each follower also polls.
 */
@Injectable()
export class Listener implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger(Listener.name);
  private readonly followers = new Map<string, ((payload: string) => void)[]>();
  private client: pg.Client | undefined;
  private timer: NodeJS.Timeout | undefined;
  private closing = false;

  constructor(private readonly settings: Settings) {}

  /** Calls the follower on each notification of the channel (a plain identifier). */
  on(channel: string, follower: (payload: string) => void): void {
    const followers = this.followers.get(channel) ?? [];
    this.followers.set(channel, [...followers, follower]);
    if (followers.length === 0 && this.client)
      void this.client.query(`listen ${channel}`).catch(() => this.reconnect());
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closing = true;
    clearTimeout(this.timer);
    await this.client?.end().catch(() => undefined);
  }

  private async connect(): Promise<void> {
    const client = new pg.Client({
      connectionString: this.settings.DATABASE_URL,
      application_name: 'huixue listener',
      connectionTimeoutMillis: 5_000,
      keepAlive: true,
    });
    client.on('notification', ({ channel, payload }) => {
      for (const follower of this.followers.get(channel) ?? []) follower(payload ?? '');
    });
    client.on('error', () => this.reconnect());
    client.on('end', () => this.reconnect());
    try {
      await client.connect();
      for (const channel of this.followers.keys()) await client.query(`listen ${channel}`);
      this.client = client;
    } catch (error) {
      this.log.warn(`not listening for notifications: ${String(error)}`);
      client.removeAllListeners();
      client.on('error', () => undefined);
      void client.end().catch(() => undefined);
      this.reconnect();
    }
  }

  private reconnect(): void {
    if (this.closing || this.timer) return;
    this.client?.removeAllListeners();
    this.client?.on('error', () => undefined);
    void this.client?.end().catch(() => undefined);
    this.client = undefined;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      void this.connect();
    }, RECONNECT_AFTER_MS);
  }
}
