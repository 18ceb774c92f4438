import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PACKAGE_ROOT } from '#core';
import type { RuleState } from '#contracts';
import { type CountingRule, readParameters, ruleInForce, UnusableParameters } from './parameters.rules.js';
import { changesOf, type RuleMove, ruleRefusal } from './rule-versions.rules.js';

const FILE = JSON.parse(readFileSync(join(PACKAGE_ROOT, 'libs/participation/data/counting-rules-1.json'), 'utf8')) as {
  parameters: unknown;
};
const FIRST = readParameters(FILE.parameters);
const TODAY = '2026-05-10';

describe('the life of a version', () => {
  it.each<[RuleMove, RuleState, string, string, string | null]>([
    ['edit', 'draft', '2026-06-01', '2026-06-01', null],
    ['edit', 'trial', '2026-06-01', '2026-06-01', 'RULE_NOT_DRAFT'],
    ['edit', 'published', '2026-06-01', '2026-06-01', 'RULE_NOT_DRAFT'],
    ['try', 'draft', '2026-06-01', TODAY, null],
    ['try', 'draft', '2026-06-01', '2026-05-09', 'RULE_IN_PAST'],
    ['publish', 'draft', '2026-06-01', '2026-06-01', null],
    ['publish', 'draft', '2026-06-01', '2026-05-09', 'RULE_IN_PAST'],
    ['publish', 'trial', '2026-06-01', '2026-06-01', null],
    // It has counted unsigned: what it counted stays 试行.
    ['publish', 'trial', TODAY, '2026-06-01', 'RULE_COUNTED_ALREADY'],
    ['publish', 'repealed', '2026-06-01', '2026-06-01', 'RULE_NOT_DRAFT'],
    ['repeal', 'published', '2026-01-01', TODAY, null],
    ['repeal', 'trial', '2026-01-01', TODAY, null],
    ['repeal', 'published', '2026-01-01', '2026-05-09', 'RULE_IN_PAST'],
    ['repeal', 'draft', '2026-06-01', TODAY, 'RULE_NOT_IN_FORCE'],
    ['repeal', 'repealed', '2026-01-01', TODAY, 'RULE_NOT_IN_FORCE'],
  ])('%s of one that is %s from %s, to hold from %s: %s', (move, state, effectiveFrom, from, refusal) => {
    expect(ruleRefusal({ state, effectiveFrom }, move, from, TODAY)).toBe(refusal);
  });

  it('a repealed version counts what began before, and the one before it what begins after', () => {
    const rule = (version: number, effectiveFrom: string, repealedFrom: string | null = null): CountingRule => ({
      id: `rule-${version}`,
      version,
      state: repealedFrom ? 'repealed' : 'published',
      effectiveFrom,
      repealedFrom,
      signed: true,
      parameters: FIRST,
    });
    const rules = [rule(1, '2023-01-01'), rule(2, '2026-03-01', '2026-09-01')];
    const on = (day: string) => ruleInForce(rules, day)?.id;
    expect(['2026-02-28', '2026-03-01', '2026-08-31', '2026-09-01'].map(on)).toEqual([
      'rule-1',
      'rule-2',
      'rule-2',
      'rule-1',
    ]);
  });
});

describe('what changed', () => {
  it('is told by path, lines of the mapping by what they feed', () => {
    const { mapping, ...others } = FIRST;
    const after = readParameters({
      ...others,
      lateMinutes: 10,
      wholeSessionKinds: [],
      thresholdPercent: { ...FIRST.thresholdPercent, skills: 75 },
      mapping: [
        ...mapping.filter(({ measure }) => measure !== 'vocational-training').reverse(),
        { programmeKind: 'degree', measure: 'degree-upgrade', unique: 'year' },
      ],
    });
    expect(changesOf(FIRST, after)).toEqual([
      { path: 'lateMinutes', before: '15', after: '10' },
      { path: 'mapping.degree.degree-upgrade.unique', before: null, after: 'year' },
      { path: 'mapping.skills.vocational-training.minClassHours', before: '8', after: null },
      {
        path: 'mapping.skills.vocational-training.organisationKinds',
        before: 'community_college, community_school, open_university, school, university, vocational_centre',
        after: null,
      },
      { path: 'mapping.skills.vocational-training.unique', before: 'course_year', after: null },
      { path: 'thresholdPercent.skills', before: '80', after: '75' },
      { path: 'wholeSessionKinds', before: 'elderly', after: '' },
    ]);
    expect(changesOf(FIRST, FIRST)).toEqual([]);
  });

  it('a line that is there twice is refused, for it would count twice', () => {
    const twice = { ...FIRST, mapping: [...FIRST.mapping, FIRST.mapping[0]] };
    expect(() => readParameters(twice)).toThrow(UnusableParameters);
  });
});
