import { describe, expect, it } from '@jest/globals';
import { decideJoining, type Joining } from '../companions/companions.rules.js';
import { type GroupPlan, type GroupSpan, holdsOn, planGroups, type RecordedGroup } from '../residents/groups.rules.js';
import { countGuess, type Guesses, secondsUntilGuess } from '../merging/guesses.rules.js';
import { type Prepared, preparationOf } from './preparation.rules.js';
import { declarationState } from './safety.rules.js';

const TODAY = '2026-09-15';
const farmer = (changes: Partial<RecordedGroup> = {}): RecordedGroup => ({
  id: 'recorded',
  kind: 'farmer',
  source: 'declared',
  since: '2026-03-01',
  until: null,
  ...changes,
});
const wants = (changes: Partial<GroupSpan> = {}): GroupSpan => ({
  kind: 'farmer',
  source: 'declared',
  since: TODAY,
  until: null,
  ...changes,
});

describe('the groups from today on', () => {
  it.each<[string, RecordedGroup[], GroupSpan[], GroupPlan]>([
    ['begin today when declared first', [], [wants()], { cut: [], begin: [wants()] }],
    ['keep their first day when declared again', [farmer()], [wants()], { cut: [], begin: [] }],
    ['end today when no more declared', [farmer()], [], { cut: [{ id: 'recorded', until: TODAY }], begin: [] }],
    [
      'never held when taken back on the day they began',
      [farmer({ since: TODAY })],
      [],
      { cut: [{ id: 'recorded', until: TODAY }], begin: [] },
    ],
    [
      'are certified from the first day of an earlier certificate on',
      [farmer()],
      [wants({ source: 'certified', since: '2026-06-01', until: '2027-06-01' })],
      {
        cut: [{ id: 'recorded', until: '2026-06-01' }],
        begin: [wants({ source: 'certified', since: '2026-06-01', until: '2027-06-01' })],
      },
    ],
    [
      'are certified through and through where the certificate is older than what was declared',
      [farmer()],
      [wants({ source: 'certified', since: '2026-01-01' })],
      {
        cut: [{ id: 'recorded', until: '2026-03-01' }],
        begin: [wants({ source: 'certified', since: '2026-01-01' })],
      },
    ],
    [
      'replace what was declared for a while and ended after the certificate began',
      [farmer({ until: '2026-07-01' })],
      [wants({ source: 'certified', since: '2026-06-01' })],
      {
        cut: [{ id: 'recorded', until: '2026-06-01' }],
        begin: [wants({ source: 'certified', since: '2026-06-01' })],
      },
    ],
    ['leave alone what ended before', [farmer({ until: '2026-05-01' })], [wants()], { cut: [], begin: [wants()] }],
    [
      'get another last day from today on',
      [farmer({ source: 'certified', until: '2026-12-01' })],
      [wants({ source: 'certified', until: '2027-12-01' })],
      { cut: [{ id: 'recorded', until: TODAY }], begin: [wants({ source: 'certified', until: '2027-12-01' })] },
    ],
  ])('%s', (_, recorded, wanted, plan) => {
    expect(planGroups(recorded, wanted, TODAY)).toEqual(plan);
  });

  it('hold from their first day to the day before they end', () => {
    const span = farmer({ since: '2026-03-01', until: '2026-04-01' });
    expect(['2026-02-28', '2026-03-01', '2026-03-31', '2026-04-01'].map((day) => holdsOn(span, day))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });
});

describe('the safety declaration', () => {
  it.each([
    ['someone of 69 on the first day of the term', '1956-09-02', null, 'not_needed'],
    ['someone whose 70th birthday is the first day', '1956-09-01', null, 'missing'],
    ['who said yes', '1950-01-01', true, 'fit'],
    ['who said no', '1950-01-01', false, 'not_fit'],
  ] as const)('%s', (_, birthDate, answer, state) => {
    expect(declarationState(birthDate, '2026-09-01', answer)).toBe(state);
  });
});

describe('what is ready', () => {
  const fresh: Prepared = {
    verified: false,
    residence: true,
    ties: false,
    standings: ['own'],
    contact: false,
    declaration: null,
    companions: 0,
  };
  const states = (changes: Partial<Prepared>) =>
    Object.fromEntries(preparationOf({ ...fresh, ...changes }).map(({ item, state }) => [item, state]));

  it('of somebody who has just registered: the rest can wait', () => {
    expect(states({})).toEqual({
      identity: 'at_counter',
      residence: 'ready',
      ties: 'optional',
      consent: 'not_needed',
      contact: 'missing',
      declaration: 'not_needed',
      companions: 'optional',
    });
  });

  it.each<[string, Partial<Prepared>, Record<string, string>]>([
    ['a mother of 75 without consent signs later', { standings: ['to_be_signed'] }, { consent: 'later' }],
    ['one of two children has no consent yet', { standings: ['consented', 'to_be_signed'] }, { consent: 'later' }],
    ['a mother who agreed', { standings: ['consented'] }, { consent: 'ready' }],
    ['nobody acts for them', { standings: [] }, { consent: 'not_needed' }],
    ['70 and has not declared', { declaration: 'missing' }, { declaration: 'missing' }],
    [
      '70 and declared not to be fit: it is said, and that is all',
      { declaration: 'not_fit' },
      { declaration: 'ready' },
    ],
    ['works here, and has friends', { ties: true, companions: 2 }, { ties: 'ready', companions: 'ready' }],
    ['no residence', { residence: false }, { residence: 'missing' }],
  ])('%s', (_, changes, expected) => {
    expect(states(changes)).toMatchObject(expected);
  });
});

describe('going together', () => {
  it.each<[string, string[], string[], Record<string, number>, Joining]>([
    ['a friend joins a couple', ['a', 'b'], ['c'], {}, { kind: 'joins', who: ['c'] }],
    ['who is in it already stays', ['a', 'b'], ['b'], { b: 5 }, { kind: 'joins', who: [] }],
    ['a fifth does not fit', ['a', 'b', 'c', 'd'], ['e'], {}, { kind: 'full' }],
    ['a couple does not fit into three', ['a', 'b', 'c'], ['d', 'e'], {}, { kind: 'full' }],
    ['nobody is in six groups', ['a'], ['b'], { b: 5 }, { kind: 'too-many-groups' }],
  ])('%s', (_, members, wanting, groups, joining) => {
    expect(decideJoining(members, wanting, new Map(Object.entries(groups)))).toEqual(joining);
  });
});

describe('guesses', () => {
  const at = (minutes: number) => new Date(Date.parse('2026-09-15T09:00:00+08:00') + minutes * 60_000);

  it('are ten an hour, and begin anew an hour after the first', () => {
    let counted: Guesses | undefined;
    const waits = Array.from({ length: 12 }, (_, minute) => {
      counted = countGuess(counted, at(minute));
      return secondsUntilGuess('companion_code', counted, at(minute));
    });
    expect(waits).toEqual([...Array<number>(10).fill(0), 50 * 60, 49 * 60]);
    counted = countGuess(counted, at(60));
    expect([counted, secondsUntilGuess('companion_code', counted, at(60))]).toEqual([{ since: at(60), guesses: 1 }, 0]);
  });
});
