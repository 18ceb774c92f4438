import { describe, expect, it } from '@jest/globals';
import type { EnrollmentState } from '#contracts';
import { givenUp } from './merging.rules.js';

const of = (id: string, state: EnrollmentState, minute = 0) => ({
  id,
  state,
  queuedAt: new Date(Date.UTC(2026, 0, 1, 0, minute)),
});

describe('of two enrollments of one person in a class', () => {
  it.each<[EnrollmentState, number, EnrollmentState, number, string]>([
    ['enrolled', 0, 'waiting', 0, 'duplicate'],
    ['waiting', 0, 'enrolled', 5, 'survivor'],
    ['waiting', 0, 'offered', 5, 'survivor'],
    ['finished', 5, 'enrolled', 0, 'duplicate'],
    ['applied', 0, 'waiting', 5, 'survivor'],
    ['waiting', 5, 'waiting', 0, 'survivor'],
    ['waiting', 0, 'waiting', 5, 'duplicate'],
    ['enrolled', 0, 'enrolled', 0, 'duplicate'],
  ])('%s (minute %i) and %s (minute %i): that of the %s is given up', (own, ownAt, other, otherAt, gone) => {
    expect(givenUp(of('survivor', own, ownAt), of('duplicate', other, otherAt)).id).toBe(gone);
  });
});
