import { describe, expect, it } from '@jest/globals';
import type { TemplateName } from './messages.templates.js';
import { callInstead, howToTell } from './telling.rules.js';

const at = (text: string | null) => (text === null ? null : new Date(`2026-03-${text}:00+08:00`));
const OLD = { hasPhone: true, birthDate: '1966-03-05' };
const YOUNG = { hasPhone: true, birthDate: '1966-03-06' };
const NO_PHONE = { hasPhone: false, birthDate: '1990-01-01' };

describe('howToTell', () => {
  it.each<[string, TemplateName, typeof OLD, string, string | null, boolean, string | null]>([
    [
      '60 today, offer of a day: SMS, and a call at half of its waking time',
      'offered',
      OLD,
      '05T10:00',
      '06T10:00',
      true,
      '05T15:30',
    ],
    ['60 today, short offer: a call at half of it', 'offered', OLD, '05T10:00', '05T14:00', true, '05T12:00'],
    ['59 until tomorrow: SMS alone', 'offered', YOUNG, '05T10:00', '06T10:00', true, null],
    [
      'offered in the evening: half of what is left of it and of the morning',
      'offered',
      OLD,
      '05T19:00',
      '06T12:00',
      true,
      '06T10:00',
    ],
    [
      'offered shortly before the night: while people are awake',
      'offered',
      OLD,
      '05T19:30',
      '06T09:00',
      true,
      '05T19:45',
    ],
    ['offered at night: in the morning, with time left', 'offered', OLD, '05T22:00', '06T11:00', true, '06T10:00'],
    ['no waking moment before its end: by its end', 'offered', OLD, '05T22:00', '06T09:00', true, '06T09:00'],
    ['old, but no offer: SMS alone', 'transferred', OLD, '05T10:00', null, true, null],
    ['an offer whose time is over: no call', 'offered', OLD, '05T10:00', '05T10:00', true, null],
    ['no phone, an offer: a call at once', 'offered', NO_PHONE, '05T10:00', '06T10:00', false, '05T10:00'],
    ['no phone, at night: the next morning', 'transferred', NO_PHONE, '05T21:00', null, false, '06T09:00'],
    [
      'no phone, at night, too late by the morning: at once',
      'session-cancelled',
      NO_PHONE,
      '05T21:00',
      '06T08:30',
      false,
      '05T21:00',
    ],
    [
      'no phone, and what was answered at the counter: nobody calls',
      'enrolled',
      NO_PHONE,
      '05T10:00',
      null,
      false,
      null,
    ],
    ['no phone, but it is over: nobody calls', 'session-cancelled', NO_PHONE, '05T10:00', '05T09:00', false, null],
  ])('%s', (_, template, listener, now, deadline, sms, callBy) => {
    expect(howToTell(template, listener, at(now)!, at(deadline))).toEqual({ sms, callBy: at(callBy) });
  });
});

describe('callInstead', () => {
  const startsAt = at('07T10:00')!.toISOString();
  it.each<[string, TemplateName, string, string | null, string | null]>([
    ['an offer that did not arrive', 'offered', '05T10:00', '06T10:00', '05T10:00'],
    ['an offer whose time is over', 'offered', '05T10:00', '05T09:00', null],
    ['a stopped class', 'class-stopped', '05T21:00', null, '06T09:00'],
    ['a session cancelled two days before', 'session-cancelled', '05T10:00', null, '05T10:00'],
    ['a session cancelled longer before', 'session-cancelled', '05T09:59', null, null],
    ['a session that is over', 'session-cancelled', '07T10:00', null, null],
    ['a lottery, which can be looked up', 'lottery-not-drawn', '05T10:00', null, null],
  ])('%s', (_, template, now, deadline, expected) => {
    expect(callInstead(template, { startsAt }, at(now)!, at(deadline))).toEqual(at(expected));
  });
});
