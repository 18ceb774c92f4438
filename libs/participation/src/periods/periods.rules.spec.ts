import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { PACKAGE_ROOT } from '#core';
import type { Posting } from '../counting/difference.rules.js';
import { type CountingRule, readParameters } from '../counting/parameters.rules.js';
import { holdBack, type PeriodMove, periodRefusal, type PeriodStanding } from './periods.rules.js';

const FILE = JSON.parse(
  readFileSync(join(PACKAGE_ROOT, 'libs/participation/data/counting-rules-1.json'), 'utf8'),
) as Pick<CountingRule, 'version' | 'state' | 'effectiveFrom'> & { parameters: unknown };
const RULE: CountingRule = { ...FILE, id: 'rule-1', parameters: readParameters(FILE.parameters) };

/** A posting drawn as `+1 A 2026-03-20`: amount, class (and its enrollment), day; of the course K-01 unless said. */
function posting(drawn: string, more: Partial<Omit<Posting, 'enrollmentId' | 'classId' | 'recordId'>> = {}): Posting {
  const [amount, letter, countedOn] = drawn.split(' ') as [string, string, string];
  return {
    residentId: 'wang',
    classId: `class-${letter}`,
    enrollmentId: `enrollment-${letter}`,
    recordId: null,
    measure: 'social-training-annual',
    status: 'provisional',
    countedOn,
    regionCode: '330305001201',
    organisationId: 'school',
    programmeKind: 'skills',
    courseCode: 'K-01',
    ruleId: 'rule-1',
    evidence: { sessions: [], minutesAttended: 0, minutesFrozen: 0, minutesHeld: 0, threshold: 80 },
    groups: [],
    amount: amount === '+1' ? 1 : -1,
    reverses: amount === '+1' ? null : '7',
    cause: 'met',
    ...more,
  };
}

/** What is posted, as `+1 A 2026-03-20 in 2026-05`, and what is proposed, a list an adjustment. March is closed. */
function split(postings: Posting[]) {
  const { post, propose } = holdBack(postings, [RULE], new Set(['2026-03']), '2026-05');
  const drawn = ({ amount, classId, countedOn }: Posting) =>
    `${amount > 0 ? '+1' : '-1'} ${classId!.slice(6)} ${countedOn}`;
  return {
    post: post.map((item) => `${drawn(item)} in ${item.period}`),
    propose: propose.map((item) => [item.month, ...item.postings.map(drawn)]),
  };
}

describe('what touches a closed month (rule 15)', () => {
  it.each<[string, Posting[], string[], string[][]]>([
    ['an open month: posted in it', [posting('+1 A 2026-04-02')], ['+1 A 2026-04-02 in 2026-04'], []],
    ['a closed month: proposed', [posting('+1 A 2026-03-20')], [], [['2026-03', '+1 A 2026-03-20']]],
    [
      'a confirmation changes no figure: posted in the present month',
      [posting('-1 A 2026-03-20'), posting('+1 A 2026-03-20', { status: 'confirmed' })],
      ['-1 A 2026-03-20 in 2026-05', '+1 A 2026-03-20 in 2026-05'],
      [],
    ],
    [
      'from a closed month to an open one: both together',
      [posting('-1 A 2026-03-20'), posting('+1 A 2026-04-02')],
      [],
      [['2026-03', '-1 A 2026-03-20', '+1 A 2026-04-02']],
    ],
    [
      'the next eligible class of the course waits with the one that falls away',
      [posting('-1 A 2026-03-20'), posting('+1 B 2026-04-02'), posting('+1 C 2026-04-03', { courseCode: 'K-02' })],
      ['+1 C 2026-04-03 in 2026-04'],
      [['2026-03', '-1 A 2026-03-20', '+1 B 2026-04-02']],
    ],
    [
      'a class that would have to give way to an earlier one keeps what it has',
      [posting('-1 B 2026-04-02'), posting('+1 A 2026-03-20')],
      [],
      [['2026-03', '-1 B 2026-04-02', '+1 A 2026-03-20']],
    ],
    [
      'two classes that have nothing to do with each other: an adjustment each',
      [posting('+1 A 2026-03-20'), posting('+1 B 2026-03-21', { courseCode: 'K-02' })],
      [],
      [
        ['2026-03', '+1 A 2026-03-20'],
        ['2026-03', '+1 B 2026-03-21'],
      ],
    ],
    [
      'another resident is not touched',
      [posting('-1 A 2026-03-20'), posting('+1 B 2026-04-02', { residentId: 'li' })],
      ['+1 B 2026-04-02 in 2026-04'],
      [['2026-03', '-1 A 2026-03-20']],
    ],
    [
      'another region is another figure',
      [posting('-1 A 2026-03-20'), posting('+1 A 2026-03-20', { regionCode: '330305001202' })],
      [],
      [['2026-03', '-1 A 2026-03-20', '+1 A 2026-03-20']],
    ],
  ])('%s', (_, postings, post, propose) => {
    expect(split(postings)).toEqual({ post, propose });
  });
});

describe('the way of a period', () => {
  const open: PeriodStanding = { month: '2026-03', state: 'open', submittedBy: null, reviewedBy: null };
  const submitted: PeriodStanding = { ...open, state: 'submitted', submittedBy: 'zhang' };
  const reviewed: PeriodStanding = { ...submitted, reviewedBy: 'li' };
  const locked: PeriodStanding = { ...reviewed, state: 'locked' };

  it.each<[string, PeriodStanding, PeriodMove, string, string | null]>([
    ['is submitted when it is over', open, 'submit', 'zhang', null],
    ['is not submitted while it runs', { ...open, month: '2026-05' }, 'submit', 'zhang', 'PERIOD_NOT_OVER'],
    ['is not submitted twice', submitted, 'submit', 'zhang', 'PERIOD_NOT_OPEN'],
    ['is not reviewed before', open, 'review', 'li', 'PERIOD_NOT_SUBMITTED'],
    ['is not reviewed by who submitted it', submitted, 'review', 'zhang', 'PERIOD_SAME_PERSON'],
    ['is reviewed by another', submitted, 'review', 'li', null],
    ['is not reviewed twice', reviewed, 'review', 'chen', 'PERIOD_REVIEWED'],
    ['is not signed before it is reviewed', submitted, 'sign', 'chen', 'PERIOD_NOT_REVIEWED'],
    ['is not signed by who submitted it', reviewed, 'sign', 'zhang', 'PERIOD_SAME_PERSON'],
    ['is not signed by who reviewed it', reviewed, 'sign', 'li', 'PERIOD_SAME_PERSON'],
    ['is signed by a third', reviewed, 'sign', 'chen', null],
    ['is returned before it is signed', reviewed, 'return', 'li', null],
    ['is not returned once it is locked', locked, 'return', 'li', 'PERIOD_LOCKED'],
  ])('%s', (_, period, move, who, refusal) => {
    expect(periodRefusal(period, move, who, '2026-05')).toBe(refusal);
  });
});
