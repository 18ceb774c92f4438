import { describe, expect, it } from '@jest/globals';
import { LANGUAGES } from '#contracts';
import { CALL_SCRIPTS } from './call-scripts.js';
import { afterFailure, render, renderSignInCode, showMoment } from './messages.rules.js';
import { type TemplateName, TEMPLATES } from './messages.templates.js';

describe('texts', () => {
  it('show moments in the district’s time, whatever the machine’s zone', () => {
    const late = new Date('2026-03-04T16:30:00Z');
    expect(showMoment(late, 'zh')).toBe('3月5日（周四）00:30');
    expect(showMoment(late, 'en')).toBe('Thu 5 Mar at 00:30');
  });

  it.each<[TemplateName, Record<string, unknown>, string, string]>([
    [
      'enrolled',
      { className: '太极拳', classNameEn: 'Tai Chi', firstSessionAt: '2026-03-05T01:00:00Z' },
      '首次上课时间 3月5日（周四）09:00',
      'seat in "Tai Chi"',
    ],
    ['waiting', { className: '太极拳', position: 7 }, '候补第 7 位', 'number 7'],
    [
      'offered',
      { className: '太极拳', until: '2026-03-05T12:00:00Z' },
      '3月5日（周四）20:00 前',
      'before Thu 5 Mar at 20:00',
    ],
    ['offer-expired', { className: '太极拳' }, '已让给下一位', 'in "太极拳"'],
    [
      'session-cancelled',
      { className: '太极拳', startsAt: '2026-03-05T01:00:00Z', reason: '台风停航' },
      '原因：台风停航',
      'cancelled: 台风停航',
    ],
    [
      'transferred',
      {
        className: '太极拳',
        classNameEn: 'Tai Chi',
        toClassName: '太极拳二班',
        toClassNameEn: 'Tai Chi II',
        firstSessionAt: '2026-03-05T01:00:00Z',
      },
      '从“太极拳”转到“太极拳二班”',
      'from "Tai Chi" to "Tai Chi II"',
    ],
  ])('tell of %s in both languages', (name, variables, zh, en) => {
    expect(render(name, variables, 'zh')).toContain(zh);
    expect(render(name, variables, 'en')).toContain(en);
    for (const language of LANGUAGES) expect(render(name, variables, language)).not.toMatch(/[{}]/);
  });

  it.each(Object.entries(TEMPLATES))('name in %s just the variables that are declared', (_, { text, variables }) => {
    for (const language of LANGUAGES) {
      const named = new Set([...text[language].matchAll(/\{(\w+)\}/g)].map(([, variable]) => variable));
      expect([...named].sort()).toEqual(Object.keys(variables).sort());
    }
  });

  it.each(Object.entries(CALL_SCRIPTS))('are said of %s with just the variables that are there', (_, spoken) => {
    for (const language of LANGUAGES) {
      for (const [, variable] of spoken.text[language].matchAll(/\{(\w+)\}/g)) {
        expect(Object.keys(spoken.variables)).toContain(variable);
      }
    }
  });

  it('bring a sign-in code', () => {
    expect(renderSignInCode('012345', 'zh')).toContain('012345');
    expect(renderSignInCode('012345', 'en')).toContain('012345');
  });

  it('are tried eight times before they are given up', () => {
    expect([afterFailure(1), afterFailure(7), afterFailure(8)]).toEqual(['queued', 'queued', 'undeliverable']);
  });
});
