import { describe, expect, it } from '@jest/globals';
import { makeCode } from '#contracts';
import {
  decideVerification,
  differencesFrom,
  isPossibleBirthDate,
  type ReadDocument,
  readDocument,
  readSearch,
  type Registered,
  type Seen,
  tidyName,
} from './residents.rules.js';

const CARD = '11010519491231002X';
const card = readDocument('resident_card', CARD)!;
const registered = (changes: Partial<Registered> = {}): Registered => ({
  name: '王秀英',
  birthDate: '1949-12-31',
  sex: 'female',
  verified: false,
  sameDocument: false,
  ...changes,
});
const seen = (changes: Partial<Seen> = {}): Seen => ({
  document: card,
  name: '王秀英',
  birthDate: null,
  correctName: false,
  ...changes,
});

describe('reading documents', () => {
  it.each<[string, Parameters<typeof readDocument>, Partial<ReadDocument> | null]>([
    [
      'a resident card tells birth date and sex',
      ['resident_card', '11010519491231002x'],
      { number: CARD, birthDate: '1949-12-31', sex: 'female' },
    ],
    ['a slip in a resident card is noticed', ['resident_card', '110105194912310021'], null],
    ['a passport, blanks and case aside', ['passport', ' e 1234567'], { number: 'E1234567', birthDate: null }],
    ['a permit of Hong Kong and Macao', ['hkmo_permit', 'H12345678'], { number: 'H12345678' }],
    ['a permit of Taiwan', ['taiwan_permit', '12345678'], { number: '12345678' }],
    ['letters where a permit has none', ['taiwan_permit', 'AB345678'], null],
  ])('%s', (_, parameters, expected) => {
    const read = readDocument(...parameters);
    if (expected) expect(read).toMatchObject(expected);
    else expect(read).toBeNull();
  });

  it('notices a birth date and a sex that the card’s number denies', () => {
    const paths = differencesFrom(card, { birthDate: '1949-12-13', sex: 'male' }).map(({ path }) => path);
    expect(paths).toEqual(['birthDate', 'sex']);
    expect(differencesFrom(card, { birthDate: '1949-12-31', sex: null })).toEqual([]);
  });
});

describe('verifying an identity', () => {
  it.each<[string, Registered, Seen, object]>([
    ['the card agrees', registered(), seen(), { kind: 'verified', corrected: [] }],
    [
      'the card tells the sex that was left out',
      registered({ sex: null }),
      seen(),
      { kind: 'verified', sex: 'female' },
    ],
    [
      'the declared birth date was wrong',
      registered({ birthDate: '1949-12-13' }),
      seen(),
      { kind: 'differs', fields: [{ path: 'birthDate' }] },
    ],
    [
      'staff give the birth date of the card',
      registered({ birthDate: '1949-12-13' }),
      seen({ birthDate: '1949-12-31' }),
      { kind: 'verified', birthDate: '1949-12-31', corrected: ['birthDate'] },
    ],
    [
      'staff give yet another birth date',
      registered(),
      seen({ birthDate: '1950-01-01' }),
      { kind: 'differs', fields: [{ path: 'birthDate' }] },
    ],
    [
      'the name is another: perhaps the wrong person',
      registered(),
      seen({ name: '王秀芳' }),
      { kind: 'differs', fields: [{ path: 'name' }] },
    ],
    [
      'staff say the registered name was wrong',
      registered(),
      seen({ name: '王秀芳', correctName: true }),
      { kind: 'verified', name: '王秀芳', corrected: ['name'] },
    ],
    [
      'name and birth date differ: both are named',
      registered({ birthDate: '1949-12-13' }),
      seen({ name: '王秀芳' }),
      { kind: 'differs', fields: [{ path: 'name' }, { path: 'birthDate' }] },
    ],
    [
      'verified with the same card before',
      registered({ verified: true, sameDocument: true }),
      seen({ name: '谁' }),
      { kind: 'already' },
    ],
    ['verified with another document before', registered({ verified: true }), seen(), { kind: 'other-document' }],
  ])('%s', (_, before, document, decision) => {
    expect(decideVerification(before, document)).toMatchObject(decision);
  });

  it('takes a passport’s birth date from staff, as its number tells none', () => {
    const passport = readDocument('passport', 'E12345678')!;
    expect(decideVerification(registered(), seen({ document: passport }))).toMatchObject({ birthDate: '1949-12-31' });
    expect(decideVerification(registered(), seen({ document: passport, birthDate: '1950-01-01' }))).toMatchObject({
      kind: 'verified',
      birthDate: '1950-01-01',
      corrected: ['birthDate'],
    });
  });
});

describe('looking for residents', () => {
  const code = makeCode('personal', () => 7);
  it.each([
    ['a scanned card', code.toLowerCase(), { by: 'personal-code', code }],
    ['a whole phone number', '+86 138 0000 1234', { by: 'phone', phone: '13800001234' }],
    ['a resident card', CARD, { by: 'document', documents: [{ number: CARD }] }],
    [
      'a passport or permit',
      'h12345678',
      { by: 'document', documents: [{ kind: 'passport' }, { kind: 'hkmo_permit' }] },
    ],
    ['a name', '王 秀英', { by: 'name', name: '王秀英' }],
    ['a name in letters', 'Anna', { by: 'name', name: 'Anna' }],
    ['part of a phone number is a name nobody has', '1380', { by: 'name', name: '1380' }],
  ])('%s', (_, typed, expected) => {
    expect(readSearch(typed)).toMatchObject(expected);
  });

  it.each([
    ['王 秀 英', '王秀英'],
    ['阿迪力 · 买买提', '阿迪力 · 买买提'],
    ['  Anna   Smith ', 'Anna Smith'],
  ])('tidies %s', (typed, name) => expect(tidyName(typed)).toBe(name));

  it('believes birth dates from 1900 to today', () => {
    const possible = (day: string) => isPossibleBirthDate(day, '2026-03-05');
    expect(['1899-12-31', '1900-01-01', '2026-03-05', '2026-03-06'].map(possible)).toEqual([false, true, true, false]);
  });
});
