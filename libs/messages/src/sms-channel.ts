import { createHmac } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { type Clock, type Settings } from '#core';

/** An SMS on its way. */
export interface Sms {
  /** Of the message or sign-in code; a gateway that gets the same id again drops it. */
  id: string;
  phone: string;
  text: string;
}

/** How an SMS leaves the house. */
export abstract class SmsChannel {
  /** As it is put down with each message. */
  abstract readonly name: string;

  /** Hands the SMS over. @throws SmsNotSent */
  abstract send(sms: Sms): Promise<void>;
}

/** Thrown when an SMS was not taken; `problem` is a word without personal data. */
export class SmsNotSent extends Error {
  constructor(readonly problem: string) {
    super(`an SMS was not sent: ${problem}`);
    this.name = 'SmsNotSent';
  }
}

/** Shows each SMS in the log, for those who try the platform out. Settings refuse it in production. */
export class LogSmsChannel extends SmsChannel {
  override readonly name = 'log';
  private readonly log = new Logger('Sms');

  override send({ phone, text }: Sms): Promise<void> {
    this.log.log({ channel: 'sms', phone, text });
    return Promise.resolve();
  }
}

/** A gateway that has not answered by then is taken to have failed. */
const TIMEOUT_MS = 10_000;

/**
 * Posts each SMS to the district's gateway as JSON `{ id, phone, text }`, signed: `X-Huixue-Signature` is the
 * HMAC-SHA256, in hex, of `<X-Huixue-Timestamp>.<body>` with the bytes of SMS_WEBHOOK_KEY; the timestamp is in seconds
 * since 1970. Any 2xx means the gateway took it; anything else is tried again with the same id.
 */
export class WebhookSmsChannel extends SmsChannel {
  override readonly name = 'webhook';
  private readonly url: string;
  private readonly key: Buffer;

  constructor(
    settings: Pick<Settings, 'SMS_WEBHOOK_URL' | 'SMS_WEBHOOK_KEY'>,
    private readonly clock: Clock,
    private readonly timeoutMs = TIMEOUT_MS,
  ) {
    super();
    this.url = settings.SMS_WEBHOOK_URL!;
    this.key = Buffer.from(settings.SMS_WEBHOOK_KEY!, 'hex');
  }

  override async send({ id, phone, text }: Sms): Promise<void> {
    const body = JSON.stringify({ id, phone, text });
    const timestamp = Math.floor(this.clock.now().getTime() / 1000).toString();
    const status = await this.post(body, {
      'Content-Type': 'application/json; charset=utf-8',
      'X-Huixue-Timestamp': timestamp,
      'X-Huixue-Signature': createHmac('sha256', this.key).update(`${timestamp}.${body}`).digest('hex'),
    });
    if (status < 200 || status > 299) throw new SmsNotSent(`gateway-${status}`);
  }

  private async post(body: string, headers: Record<string, string>): Promise<number> {
    try {
      const response = await fetch(this.url, {
        method: 'POST',
        body,
        headers,
        // A phone number goes to the address that was set, and to no other.
        redirect: 'manual',
        signal: AbortSignal.timeout(this.timeoutMs),
      });
      await response.body?.cancel();
      return response.status;
    } catch (error) {
      throw new SmsNotSent((error as Error).name === 'TimeoutError' ? 'gateway-timeout' : 'gateway-away');
    }
  }
}
