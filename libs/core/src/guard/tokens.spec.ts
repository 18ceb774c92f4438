import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { JwtService } from '@nestjs/jwt';
import { testSettings } from '../../../../test/support/test-settings.js';
import { readSettings } from '../configuration/read-settings.js';
import { SystemClock } from '../clock.js';
import { TOKEN_SECONDS, Tokens } from './tokens.js';

const settings = readSettings(testSettings('postgres://nobody@127.0.0.1/none'));
const clock = new SystemClock();
const tokens = new Tokens(settings, clock);
const subject = { id: '3f6e0b1c-0000-4000-8000-000000000001', kind: 'account' as const, signInId: 'sign-in' };
const secret = Buffer.from(settings.TOKEN_KEY, 'hex');
const claims = { sub: subject.id, kind: subject.kind, sid: subject.signInId, iat: 1, exp: 2_000_000_000 };

const encoded = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
const signed = (head: unknown, body: unknown, key: Buffer, hash = 'sha256') => {
  const text = `${encoded(head)}.${encoded(body)}`;
  return `${text}.${createHmac(hash, key).update(text).digest('base64url')}`;
};

describe('a token of ours', () => {
  it('says whose it is until it has run out, and that it has', () => {
    const token = tokens.issue(subject);
    expect(tokens.read(token)).toEqual({ subject, expired: false });
    clock.moveTo(new Date(Date.now() + TOKEN_SECONDS * 1000));
    expect(tokens.read(token)).toEqual({ subject, expired: true });
    clock.moveTo(new Date());
  });

  it('is read again as it was read first, until it has run out', () => {
    const token = tokens.issue(subject);
    expect(tokens.read(token)).toEqual({ subject, expired: false });
    expect(tokens.read(`${token}x`)).toBeNull();
    expect(tokens.read(token)).toEqual({ subject, expired: false });
    clock.moveTo(new Date(Date.now() + TOKEN_SECONDS * 1000));
    expect(tokens.read(token)).toEqual({ subject, expired: true });
    clock.moveTo(new Date());
  });

  it('is a JSON Web Token that any library verifies, and one of a library is read', () => {
    const jwt = new JwtService({ secret });
    expect(jwt.verify(tokens.issue(subject))).toMatchObject({ sub: subject.id, sid: subject.signInId });
    expect(tokens.read(jwt.sign(claims, { algorithm: 'HS256' }))?.subject).toEqual(subject);
  });
});

const ours = tokens.issue(subject);
const [head, body, signature] = ours.split('.') as [string, string, string];

it.each([
  ['nothing', ''],
  ['no token', 'Bearer'],
  ['dots', '...'],
  ['without a signature', `${head}.${body}.`],
  ['without a body', `${head}.${signature}`],
  ['a body of somebody else', `${head}.${encoded({ ...claims, sub: 'somebody else' })}.${signature}`],
  ['cut off', ours.slice(0, -1)],
  ['with more behind it', `${ours}AAAA`],
  ['with a part more', `${ours}.${signature}`],
  ['signed with another key', signed({ alg: 'HS256', typ: 'JWT' }, claims, Buffer.alloc(32, 1))],
  ['of no algorithm', `${encoded({ alg: 'none', typ: 'JWT' })}.${body}.`],
  ['of no algorithm, signed', signed({ alg: 'none', typ: 'JWT' }, claims, secret)],
  ['of another algorithm', signed({ alg: 'HS512', typ: 'JWT' }, claims, secret, 'sha512')],
])('is not believed: %s', (_, token) => {
  expect(tokens.read(token)).toBeNull();
});
