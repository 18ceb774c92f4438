import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Admission, type DeskClass, type DeskEnrollment, type DeskResident } from './admission.rules.js';
import type { ClassTerms } from './enrollment.rules.js';

const at = new Date('2026-09-01T01:00:00Z');
const terms: ClassTerms = {
  state: 'published',
  programmeKind: 'elderly',
  seats: 1,
  waitingLimit: null,
  enrollmentOpensAt: new Date('2026-09-01T00:00:00Z'),
  enrollmentClosesAt: new Date('2026-09-10T00:00:00Z'),
  minAge: null,
  maxAge: null,
  firstSessionAt: new Date('2026-09-15T01:00:00Z'),
};

function course(id: string, seats: number, enrollments: DeskEnrollment[] = []): DeskClass {
  const count = (state: string) => enrollments.filter((enrollment) => enrollment.state === state).length;
  return {
    id,
    name: id,
    termId: 'term',
    terms: { ...terms, seats },
    counts: { seats, taken: count('enrolled'), offered: count('offered'), waiting: count('waiting') },
    queue: enrollments.filter(({ state }) => state === 'waiting'),
    queueIsWhole: true,
    offers: enrollments.filter(({ state }) => state === 'offered'),
    lastQueuedAt: enrollments.filter(({ state }) => state === 'waiting').at(-1)?.queuedAt ?? null,
  };
}

function person(id: string, live: [DeskEnrollment, string][] = []): DeskResident {
  return {
    id,
    birthDate: '1955-03-08',
    live: live.map(([enrollment, className]) => ({ enrollment, termId: 'term', programmeKind: 'elderly', className })),
  };
}

const enrollment = (
  residentId: string,
  state: DeskEnrollment['state'],
  minute = 0,
  classId = 'tai-chi',
): DeskEnrollment => ({
  id: `${classId}-${residentId}`,
  classId,
  residentId,
  state,
  queuedAt: new Date(Date.UTC(2026, 8, 1, 0, minute)),
  offeredUntil: state === 'offered' ? new Date('2026-09-02T01:00:00Z') : null,
});

function admission(classes: DeskClass[], residents: DeskResident[], moment = at) {
  return new Admission<string>(
    new Map(classes.map((one) => [one.id, one])),
    new Map(residents.map((one) => [one.id, one])),
    () => false,
    moment,
    'itself',
  );
}

describe('a batch of the admission desk', () => {
  it('gives the last seat to the first who asks and lets the other wait as number 1', () => {
    const desk = admission([course('tai-chi', 1)], [person('lin'), person('chen')]);
    expect(desk.apply('tai-chi', 'lin', '1', 'lin')).toMatchObject({ kind: 'new', enrollment: { state: 'enrolled' } });
    expect(desk.apply('tai-chi', 'chen', '2', 'chen')).toMatchObject({ enrollment: { state: 'waiting' }, position: 1 });
  });

  it('finds somebody who asks twice as it stands', () => {
    const desk = admission([course('tai-chi', 1)], [person('lin')]);
    desk.apply('tai-chi', 'lin', '1', 'lin');
    expect(desk.apply('tai-chi', 'lin', '2', 'lin')).toMatchObject({ kind: 'present', enrollment: { id: '1' } });
    expect(desk.moves).toHaveLength(1);
  });

  it('offers a seat that falls free to the first in the queue, before a newcomer asks', () => {
    const [lin, chen, wu] = [
      enrollment('lin', 'enrolled'),
      enrollment('chen', 'waiting', 1),
      enrollment('wu', 'waiting', 2),
    ];
    const desk = admission(
      [course('tai-chi', 1, [lin, chen, wu])],
      [
        person('lin', [[lin, 'tai-chi']]),
        person('chen', [[chen, 'tai-chi']]),
        person('wu', [[wu, 'tai-chi']]),
        person('zhang'),
      ],
    );
    expect(desk.step(lin, 'cancel', 'lin')).toMatchObject({ kind: 'done' });
    expect(chen.state).toBe('offered');
    expect(wu.state).toBe('waiting');
    expect(desk.apply('tai-chi', 'zhang', '9', 'zhang')).toMatchObject({
      enrollment: { state: 'waiting' },
      position: 2,
    });
  });

  it('passes over somebody who has two classes already, who keeps the place in the queue', () => {
    const chen = enrollment('chen', 'waiting', 1);
    const wu = enrollment('wu', 'waiting', 2);
    const others = ['calligraphy', 'paper-cutting'].map((name): [DeskEnrollment, string] => [
      enrollment('chen', 'enrolled', 0, name),
      name,
    ]);
    const desk = admission(
      [course('tai-chi', 1, [chen, wu])],
      [person('chen', [[chen, 'tai-chi'], ...others]), person('wu', [[wu, 'tai-chi']])],
    );
    desk.settle('tai-chi');
    expect([chen.state, wu.state]).toEqual(['waiting', 'offered']);
  });

  it('gives a newcomer no seat while not all who wait are known', () => {
    const chen = enrollment('chen', 'waiting', 1);
    const full = { ...course('tai-chi', 1, [chen]), queue: [], queueIsWhole: false };
    const desk = admission([full], [person('lin')]);
    expect(desk.apply('tai-chi', 'lin', '1', 'lin')).toMatchObject({ enrollment: { state: 'waiting' }, position: 2 });
  });

  it('lets an offer that ran out go to the next', () => {
    const [chen, wu] = [enrollment('chen', 'offered', 1), enrollment('wu', 'waiting', 2)];
    const desk = admission(
      [course('tai-chi', 1, [chen, wu])],
      [person('wu', [[wu, 'tai-chi']])],
      new Date('2026-09-02T01:00:00Z'),
    );
    desk.settle('tai-chi');
    expect([chen.state, wu.state]).toEqual(['expired', 'offered']);
    expect(desk.step(chen, 'accept', 'chen')).toEqual({ kind: 'not_allowed', state: 'expired' });
  });

  it('lets somebody whom two desks offered a seat at the same moment accept the one and then not the other', () => {
    const offers = ['tai-chi', 'singing'].map((name) => enrollment('chen', 'offered', 1, name));
    const seat = enrollment('chen', 'enrolled', 0, 'calligraphy');
    const chen = person('chen', [
      [seat, 'calligraphy'],
      [offers[0]!, 'tai-chi'],
      [offers[1]!, 'singing'],
    ]);
    const desk = admission([course('tai-chi', 1, [offers[0]!]), course('singing', 1, [offers[1]!])], [chen]);
    expect(desk.step(offers[0]!, 'accept', 'chen')).toMatchObject({ kind: 'done', enrollment: { state: 'enrolled' } });
    expect(desk.step(offers[1]!, 'accept', 'chen')).toEqual({
      kind: 'refused',
      refusal: { code: 'CAP_REACHED', cap: 2 },
    });
  });

  it('gives no seat in a class that is finished to somebody who held an offer of it', () => {
    const offer = enrollment('chen', 'offered', 1);
    const over = course('tai-chi', 1, [offer]);
    over.terms.state = 'finished';
    const desk = admission([over], [person('chen', [[offer, 'tai-chi']])]);
    expect(desk.step(offer, 'accept', 'chen')).toEqual({ kind: 'refused', refusal: { code: 'CLASS_NOT_OPEN' } });
    expect(desk.step(offer, 'decline', 'chen')).toMatchObject({ kind: 'done' });
  });

  it('puts a late comer behind everyone, even when the clock ran ahead elsewhere', () => {
    const chen = { ...enrollment('chen', 'waiting'), queuedAt: new Date(at.getTime() + 5_000) };
    const desk = admission([course('tai-chi', 1, [enrollment('lin', 'enrolled'), chen])], [person('wu')]);
    const result = desk.apply('tai-chi', 'wu', '1', 'wu');
    expect(result.kind === 'new' && result.enrollment.queuedAt > chen.queuedAt).toBe(true);
  });
});

describe('any sequence of moves', () => {
  const names = ['lin', 'chen', 'wu', 'zhang', 'ye', 'hu'];
  const classNames = ['tai-chi', 'calligraphy', 'paper-cutting'];
  const move = fc.record({
    kind: fc.constantFrom('apply', 'accept', 'decline', 'cancel', 'later', 'raise', 'lower'),
    who: fc.constantFrom(...names),
    where: fc.constantFrom(...classNames),
  });

  it('holds: no seat too many, nobody twice, nobody over a cap, the queue in order', () => {
    fc.assert(
      fc.property(
        fc.array(move, { maxLength: 60 }),
        fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 3, maxLength: 3 }),
        (moves, seats) => {
          const classes = new Map(classNames.map((name, index) => [name, course(name, seats[index]!)]));
          const residents = new Map(names.map((name) => [name, person(name)]));
          const all: DeskEnrollment[] = [];
          let moment = at.getTime();
          for (const { kind, who, where } of moves) {
            moment += kind === 'later' ? 25 * 3_600_000 : 1_000;
            const one = classes.get(where)!;
            one.terms.enrollmentClosesAt = new Date(moment + 1);
            one.queue = all
              .filter((e) => e.classId === where && e.state === 'waiting')
              .sort((a, b) => +a.queuedAt - +b.queuedAt);
            one.offers = all.filter((e) => e.classId === where && e.state === 'offered');
            one.lastQueuedAt = one.queue.at(-1)?.queuedAt ?? null;
            if (kind === 'raise') one.counts.seats++;
            if (kind === 'lower') one.counts.seats = Math.max(1, one.counts.seats - 1);
            const spoken = () => one.counts.taken + one.counts.offered;
            const before = spoken();
            const firstWaiting = one.queue[0];
            const desk = new Admission<string>(classes, residents, () => false, new Date(moment), 'itself');
            desk.settle(where);
            if (kind === 'apply') {
              const result = desk.apply(where, who, `${all.length}`, who);
              if (result.kind === 'new') all.push(result.enrollment);
            } else if (kind === 'accept' || kind === 'decline' || kind === 'cancel') {
              const mine = all.filter((e) => e.classId === where && e.residentId === who).at(-1);
              if (mine) desk.step(mine, kind, who);
            }
            expect(spoken()).toBeLessThanOrEqual(Math.max(before, one.counts.seats));
            const offeredNow = desk.moves.filter(({ step }) => step === 'offer').map(({ enrollment: e }) => e.id);
            if (offeredNow.length && firstWaiting?.state === 'waiting') {
              const held = residents
                .get(firstWaiting.residentId)!
                .live.filter(({ enrollment: e }) => ['enrolled', 'offered'].includes(e.state));
              expect(held.length).toBeGreaterThanOrEqual(2);
            }
            for (const name of names) {
              const live = all.filter(
                (e) => e.residentId === name && ['enrolled', 'waiting', 'offered'].includes(e.state),
              );
              expect(new Set(live.map(({ classId }) => classId)).size).toBe(live.length);
              expect(live.filter(({ state }) => state === 'enrolled').length).toBeLessThanOrEqual(2);
            }
            for (const [id, { counts }] of classes) {
              const of = (state: string) => all.filter((e) => e.classId === id && e.state === state).length;
              expect(counts).toMatchObject({ taken: of('enrolled'), offered: of('offered'), waiting: of('waiting') });
            }
          }
        },
      ),
      { numRuns: 2_000 },
    );
  });
});
