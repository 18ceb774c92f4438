import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';

/** What came back: status, headers, body. */
export interface Answer<Body = any> {
  status: number;
  headers: Headers;
  body: Body;
}

interface Sending {
  body?: unknown;
  /** Bytes in place of a body, and their media type. */
  file?: Buffer;
  type?: string;
  /** For If-Match. */
  version?: number;
  /** For Idempotency-Key; a new one each time where not given. */
  key?: string;
}

/** Someone at a browser or a machine, talking to the api over HTTP. */
export class Person {
  token: string | null = null;
  private credentials: { username: string; password: string } | null = null;
  language: 'zh' | 'en' = 'zh';

  constructor(readonly address: string) {}

  /** Sends any request, whatever comes back; staff whose sign-in is over sign in again, as on any new day. */
  async send(method: string, path: string, sending: Sending = {}): Promise<Answer> {
    const answer = await this.sendOnce(method, path, sending);
    if (answer.status !== 401 || !this.credentials) return answer;
    const { body } = await this.sendOnce('POST', '/sign-in/password', { body: this.credentials });
    this.token = (body as { token: string }).token;
    return this.sendOnce(method, path, sending);
  }

  private async sendOnce(method: string, path: string, { body, file, type, version, key }: Sending): Promise<Answer> {
    const response = await fetch(`${this.address}/api/v1${path}`, {
      method,
      headers: {
        'Accept-Language': this.language,
        ...(this.token && { Authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'Content-Type': 'application/json' }),
        ...(file && { 'Content-Type': type ?? 'application/octet-stream' }),
        ...(version !== undefined && { 'If-Match': `"${version}"` }),
        ...(method === 'POST' && { 'Idempotency-Key': key ?? randomUUID() }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(file && { body: new Uint8Array(file) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') && text !== '';
    return { status: response.status, headers: response.headers, body: json ? JSON.parse(text) : text };
  }

  async get<Body = any>(path: string): Promise<Body> {
    return (await this.succeed('GET', path)).body as Body;
  }

  async post<Body = any>(path: string, body: unknown = {}, more: Omit<Sending, 'body'> = {}): Promise<Body> {
    return (await this.succeed('POST', path, { body, ...more })).body as Body;
  }

  async upload<Body = any>(path: string, file: Buffer): Promise<Body> {
    return (await this.succeed('PUT', path, { file })).body as Body;
  }

  async patch<Body = any>(path: string, body: unknown, version: number): Promise<Body> {
    return (await this.succeed('PATCH', path, { body, version })).body as Body;
  }

  /** Sends what must be refused, and gives the problem after checking its form. */
  async refused(method: string, path: string, sending: Sending, code: string): Promise<Answer['body']> {
    const { status, headers, body } = await this.send(method, path, sending);
    expect({ status, code: body.code, body }).toMatchObject({ code });
    expect(status).toBeGreaterThanOrEqual(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body).toMatchObject({ title: expect.any(String), next: expect.any(String), traceId: expect.any(String) });
    return body;
  }

  async signIn(username: string, password: string): Promise<this> {
    this.token = (await this.post<{ token: string }>('/sign-in/password', { username, password })).token;
    this.credentials = { username, password };
    return this;
  }

  private async succeed(method: string, path: string, sending: Sending = {}): Promise<Answer> {
    const answer = await this.send(method, path, sending);
    if (answer.status >= 400) {
      throw new Error(`${method} ${path} answered ${answer.status}: ${JSON.stringify(answer.body)}`);
    }
    return answer;
  }
}
