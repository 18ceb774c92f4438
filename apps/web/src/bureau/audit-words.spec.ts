import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { AUDIT_ACTIONS, AUDIT_TARGETS } from '#contracts';

type Words = Record<'action' | 'auditTarget', Record<string, string>>;

describe.each(['zh', 'en'])('the words of the audit log, %s', (language) => {
  const file = new URL(`./messages/audit.${language}.json`, import.meta.url);
  const words = JSON.parse(readFileSync(file, 'utf8')) as Words;

  it('say every deed', () => {
    expect(Object.keys(words.action).sort()).toEqual(AUDIT_ACTIONS.map((action) => action.replace('.', '_')).sort());
  });

  it('say everything that a deed is done to', () => {
    expect(Object.keys(words.auditTarget).sort()).toEqual([...AUDIT_TARGETS].sort());
  });
});
