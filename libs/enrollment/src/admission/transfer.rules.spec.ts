import { describe, expect, it } from '@jest/globals';
import { admission, at, course, enrollment, person } from '../../../../test/support/desk.js';
import type { DeskEnrollment, DeskResident } from './desk-book.rules.js';
import type { ClassTerms } from '../enrollment.rules.js';

describe('moving to a parallel class', () => {
  const evening = { classId: 'evening' };

  it('takes a free seat there and lets the one here go on', () => {
    const lin = enrollment('lin', 'enrolled');
    const chen = enrollment('chen', 'waiting', 1);
    const [from, to] = [course('tai-chi', 1, [lin, chen]), course('evening', 1)];
    const desk = admission([from, to], [person('lin', [lin]), person('chen', [chen])]);
    expect(desk.transfer(lin, 'evening', 'wish', 'lin')).toMatchObject({ kind: 'done' });
    expect(lin).toMatchObject({ classId: 'evening', state: 'enrolled', id: 'tai-chi-lin' });
    expect(chen.state).toBe('offered');
    expect([from.counts.taken, from.counts.offered, to.counts.taken]).toEqual([0, 1, 1]);
  });

  it('takes in who has just left there, and could still take that back', () => {
    const lin = enrollment('lin', 'enrolled');
    const undo = { undoTo: 'enrolled' as const, undoUntil: new Date(at.getTime() + 60_000) };
    const left = enrollment('lin', 'cancelled', 0, { ...evening, ...undo });
    const desk = admission([course('tai-chi', 1, [lin]), course('evening', 2, [left])], [person('lin', [lin, left])]);
    expect(desk.transfer(lin, 'evening', 'class_ends', 'lin')).toMatchObject({ kind: 'done' });
    expect(lin).toMatchObject({ classId: 'evening', state: 'enrolled' });
  });

  it('keeps the seat here where there is none there', () => {
    const lin = enrollment('lin', 'enrolled');
    const wu = enrollment('wu', 'enrolled', 0, evening);
    const desk = admission([course('tai-chi', 1, [lin]), course('evening', 1, [wu])], [person('lin', [lin])]);
    expect(desk.transfer(lin, 'evening', 'wish', 'lin')).toEqual({ kind: 'no_seat' });
    expect(lin).toMatchObject({ classId: 'tai-chi', state: 'enrolled' });
  });

  it('overtakes nobody for whom the class has yet to open, or among whom its seats are drawn', () => {
    const into = (terms: Partial<ClassTerms>) => {
      const lin = enrollment('lin', 'enrolled');
      const desk = admission([course('tai-chi', 1, [lin]), course('evening', 1, [], terms)], [person('lin', [lin])]);
      return desk.transfer(lin, 'evening', 'wish', 'lin');
    };
    const soon = new Date(at.getTime() + 1);
    const opens = { enrollmentOpensAt: soon };
    expect(into(opens)).toEqual({ kind: 'refused', refusal: { code: 'WINDOW_NOT_OPEN', opensAt: soon } });
    const renewal = { ...opens, renewalOpensAt: new Date(at.getTime() - 1), renewalClosesAt: soon };
    expect(into(renewal)).toEqual({ kind: 'refused', refusal: { code: 'RENEWAL_ONLY', opensAt: soon } });
    expect(into({ admission: 'lottery', enrollmentClosesAt: soon })).toEqual({ kind: 'no_seat' });
    expect(into({ enrollmentClosesAt: at })).toMatchObject({ kind: 'done' });
  });

  it('lets nobody who waits elsewhere come before those who are drawn', () => {
    const chen = enrollment('chen', 'waiting', 1);
    const draws = course('evening', 5, [], { admission: 'lottery', enrollmentClosesAt: new Date(at.getTime() + 1) });
    const desk = admission([course('tai-chi', 0, [chen]), draws], [person('chen', [chen])]);
    expect(desk.transfer(chen, 'evening', 'wish', 'chen')).toEqual({ kind: 'no_seat' });
    expect(chen).toMatchObject({ classId: 'tai-chi', state: 'waiting' });
  });

  describe('by somebody who waits', () => {
    /** chen has waited for tai-chi since 0:01; the other class has a queue of its own, since 0:05. */
    const into = (seats: number, change: Partial<ClassTerms> = {}, others = ['zhang']) => {
      const chen = enrollment('chen', 'waiting', 1);
      const there = others.map((name, index) => enrollment(name, 'waiting', 5 + index, evening));
      const to = course('evening', seats, there, change);
      const desk = admission(
        [course('tai-chi', 0, [chen]), to],
        [person('chen', [chen]), ...there.map((one) => person(one.residentId, [one]))],
      );
      return { result: desk.transfer(chen, 'evening', 'wish', 'chen'), chen, to };
    };

    it('begins a new place, behind all who wait there', () => {
      const { result, chen, to } = into(0);
      expect(result).toMatchObject({ kind: 'done' });
      expect(to.queue.map(({ residentId }) => residentId)).toEqual(['zhang', 'chen']);
      expect(chen).toMatchObject({ ...evening, state: 'waiting', queuedAt: at });
    });

    it('keeps to the windows and the waiting list of the other class, as if they applied there', () => {
      const refused = (refusal: object) => ({ kind: 'refused', refusal });
      const soon = new Date(at.getTime() + 1);
      expect(into(0, { waitingLimit: 1 }).result).toEqual(refused({ code: 'WAITING_LIST_FULL', waiting: 1 }));
      expect(into(0, { enrollmentClosesAt: at }).result).toEqual(refused({ code: 'WINDOW_CLOSED', closedAt: at }));
      expect(into(0, { enrollmentOpensAt: soon }).result).toEqual(refused({ code: 'WINDOW_NOT_OPEN', opensAt: soon }));
      const { result, chen } = into(0, { waitingLimit: 1, enrollmentClosesAt: at });
      expect(result).toMatchObject({ kind: 'refused' });
      expect(chen).toMatchObject({ classId: 'tai-chi', state: 'waiting', queuedAt: new Date('2026-09-01T00:01:00Z') });
    });

    it('is let in to a free seat, whatever the limit of those who wait', () => {
      const { result, chen } = into(1, { waitingLimit: 0 }, []);
      expect(result).toMatchObject({ kind: 'done' });
      expect(chen).toMatchObject({ ...evening, state: 'offered' });
    });
  });

  it('because the own class ends keeps the place, whatever the window and the waiting list of the other', () => {
    const chen = enrollment('chen', 'waiting', 1);
    const zhang = enrollment('zhang', 'waiting', 5, evening);
    const to = course('evening', 0, [zhang], { waitingLimit: 1, enrollmentClosesAt: at });
    const from = course('tai-chi', 0, [chen], { state: 'stopped' });
    const desk = admission([from, to], [person('chen', [chen]), person('zhang', [zhang])]);
    expect(desk.transfer(chen, 'evening', 'class_ends', 'school')).toMatchObject({ kind: 'done' });
    expect(to.queue).toEqual([chen, zhang]);
  });

  describe('of somebody who has only applied, because the own class ends, into a class that is drawn', () => {
    const closed = { admission: 'lottery', enrollmentClosesAt: at } as const;
    const merge = (...there: DeskEnrollment[]) => {
      const wu = enrollment('wu', 'applied', 1);
      const to = course('evening', 1, there, closed);
      const desk = admission(
        [course('tai-chi', 1, [wu], { state: 'stopped', admission: 'lottery' }), to],
        [person('wu', [wu]), ...there.map((one) => person(one.residentId, [one]))],
      );
      desk.transfer(wu, 'evening', 'class_ends', 'school');
      return { wu, to, desk };
    };

    it('awaits with the others that the frozen list is drawn', () => {
      const { wu } = merge(enrollment('zhang', 'applied', 5, evening));
      expect(wu).toMatchObject({ ...evening, state: 'applied' });
    });

    it('waits behind those whom it left without a seat', () => {
      const { wu, to } = merge(enrollment('ye', 'enrolled', 4, evening), enrollment('zhang', 'waiting', 5, evening));
      expect(wu).toMatchObject({ ...evening, state: 'waiting', queuedAt: at });
      expect(to.queue.map(({ residentId }) => residentId)).toEqual(['zhang', 'wu']);
    });
  });

  it('leaves no application where nobody decides on it', () => {
    const into = (because: 'wish' | 'class_ends') => {
      const wu = enrollment('wu', 'applied', 1);
      const from = course('tai-chi', 1, [wu], { admission: 'approval' });
      const desk = admission([from, course('evening', 1)], [person('wu', [wu])]);
      return { result: desk.transfer(wu, 'evening', because, 'wu'), wu };
    };
    expect(into('wish').result).toEqual({ kind: 'not_allowed', state: 'applied' });
    const merged = into('class_ends');
    expect(merged.result).toMatchObject({ kind: 'done' });
    expect(['offered', 'enrolled']).toContain(merged.wu.state);
  });

  it('brings nobody back into a class that was stopped meanwhile', () => {
    const lin = enrollment('lin', 'cancelled', 1, { undoTo: 'enrolled', undoUntil: new Date(at.getTime() + 60_000) });
    const chen = enrollment('chen', 'removed', 2);
    const desk = admission(
      [course('tai-chi', 2, [lin, chen], { state: 'stopped' })],
      [person('lin', [lin]), person('chen', [chen])],
    );
    const refused = { kind: 'refused', refusal: { code: 'CLASS_NOT_OPEN' } };
    expect(desk.step(lin, 'undo', 'lin')).toEqual(refused);
    expect(desk.step(chen, 'reinstate', 'school')).toEqual(refused);
  });

  it('lets the people of a merged class wait there at their old places', () => {
    const lin = enrollment('lin', 'enrolled', 1);
    const wu = enrollment('wu', 'enrolled', 0, evening);
    const zhang = enrollment('zhang', 'waiting', 2, evening);
    const to = course('evening', 1, [wu, zhang]);
    const desk = admission(
      [course('tai-chi', 1, [lin], { state: 'stopped' }), to],
      [person('lin', [lin]), person('zhang', [zhang])],
    );
    expect(desk.transfer(lin, 'evening', 'class_ends', 'school')).toMatchObject({ kind: 'done' });
    expect(to.queue).toEqual([lin, zhang]);
    expect(to.counts).toMatchObject({ taken: 1, waiting: 2 });
  });

  it('is not held up by the class that is left: neither its time nor its place against the cap', () => {
    const lin = enrollment('lin', 'enrolled');
    const other = enrollment('lin', 'enrolled', 0, { classId: 'singing' });
    const desk = admission([course('tai-chi', 1, [lin]), course('evening', 1)], [person('lin', [lin, other])]);
    expect(desk.transfer(lin, 'evening', 'wish', 'lin')).toMatchObject({ kind: 'done' });
  });
});

describe('companions whose class is merged', () => {
  const evening = { classId: 'evening' };
  const unit = (state: DeskEnrollment['state'], ...names: string[]) =>
    names.map((name) => enrollment(name, state, 1, { unitId: 'friends' }));
  const people = (all: readonly DeskEnrollment[], change: Partial<DeskResident> = {}) =>
    all.map((one) => person(one.residentId, [one], change));
  const stopped = (all: DeskEnrollment[], change: Partial<ClassTerms> = {}) =>
    course('tai-chi', 4, all, { state: 'stopped', ...change });

  it('sit together there', () => {
    const [lin, chen] = unit('enrolled', 'lin', 'chen') as [DeskEnrollment, DeskEnrollment];
    const to = course('evening', 2);
    const desk = admission([stopped([lin, chen]), to], people([lin, chen]));
    expect(desk.transfer(lin, 'evening', 'class_ends', 'school', [lin, chen])).toEqual({
      kind: 'done',
      enrollment: lin,
    });
    for (const one of [lin, chen]) expect(one).toMatchObject({ ...evening, state: 'enrolled', unitId: 'friends' });
    expect(to.counts).toMatchObject({ taken: 2, waiting: 0 });
    expect(desk.moves.map(({ enrollment, step }) => [enrollment.residentId, step])).toEqual([
      ['lin', 'transfer'],
      ['chen', 'transfer'],
    ]);
    expect(desk.transfer(chen, 'evening', 'class_ends', 'school', [lin, chen])).toMatchObject({ kind: 'already' });
  });

  it('wait together where there are too few seats, and get them together', () => {
    const friends = unit('enrolled', 'lin', 'chen', 'wu');
    const zhang = enrollment('zhang', 'enrolled', 0, evening);
    const to = course('evening', 3, [zhang]);
    const desk = admission([stopped(friends), to], [...people(friends), person('zhang', [zhang])]);
    desk.transfer(friends[0]!, 'evening', 'class_ends', 'school', friends);
    expect(friends.map(({ state, unitId }) => [state, unitId])).toEqual(friends.map(() => ['waiting', 'friends']));
    expect(to.counts).toMatchObject({ taken: 1, waiting: 3 });
    desk.step(zhang, 'withdraw', 'zhang');
    expect(friends.map(({ state }) => state)).toEqual(['offered', 'offered', 'offered']);
  });

  it.each(['waiting', 'applied'] as const)('go over together as they stand: %s', (state) => {
    const friends = unit(state, 'lin', 'chen');
    const to = course('evening', 0, [], { admission: 'approval' });
    const desk = admission([stopped(friends, { admission: 'approval' }), to], people(friends));
    desk.transfer(friends[1]!, 'evening', 'class_ends', 'school', friends);
    for (const one of friends) expect(one).toMatchObject({ ...evening, state, unitId: 'friends' });
    expect(to.counts[state]).toBe(2);
  });

  it('are one entry of a lottery that is yet to be drawn', () => {
    const friends = unit('enrolled', 'lin', 'chen');
    const to = course('evening', 9, [], { admission: 'lottery' });
    const desk = admission([stopped(friends), to], people(friends));
    desk.transfer(friends[0]!, 'evening', 'class_ends', 'school', friends);
    for (const one of friends) expect(one).toMatchObject({ ...evening, state: 'applied', unitId: 'friends' });
  });

  it('come together or not at all: where one may not sit there, all are released', () => {
    const friends = unit('enrolled', 'lin', 'chen');
    const [lin, chen] = friends as [DeskEnrollment, DeskEnrollment];
    const to = course('evening', 5, [], { maxAge: 75 });
    const from = stopped(friends);
    const desk = admission([from, to], [person('lin', [lin]), person('chen', [chen], { birthDate: '1940-03-08' })]);
    expect(desk.transfer(lin, 'evening', 'class_ends', 'school', friends)).toEqual({
      kind: 'refused',
      refusal: { code: 'COMPANION_REFUSED', residentId: 'chen', refusal: { code: 'TOO_OLD', maxAge: 75, age: 86 } },
    });
    expect(desk.moves).toEqual([]);
    expect(desk.step(lin, 'release', 'school', friends)).toMatchObject({ kind: 'done' });
    expect(friends.map(({ state }) => state)).toEqual(['cancelled', 'cancelled']);
    expect(from.counts.taken).toBe(0);
  });

  it('keep what they have attended once the class has begun: who may come goes on, who may not is released alone', () => {
    const friends = unit('enrolled', 'lin', 'chen', 'wu');
    const [lin, chen, wu] = friends as [DeskEnrollment, DeskEnrollment, DeskEnrollment];
    const to = course('evening', 5, [], { maxAge: 75 });
    const desk = admission(
      [stopped(friends, { firstSessionAt: at }), to],
      [person('lin', [lin]), person('chen', [chen], { birthDate: '1940-03-08' }), person('wu', [wu])],
    );
    desk.transfer(lin, 'evening', 'class_ends', 'school', friends);
    expect(friends.map(({ classId, state }) => [classId, state])).toEqual([
      ['evening', 'enrolled'],
      ['tai-chi', 'enrolled'],
      ['evening', 'enrolled'],
    ]);
    expect(desk.transfer(chen, 'evening', 'class_ends', 'school', friends)).toMatchObject({ kind: 'refused' });
    desk.step(chen, 'release', 'school', friends);
    expect(friends.map(({ state }) => state)).toEqual(['enrolled', 'cancelled', 'enrolled']);
  });

  it('follow one who sits there already', () => {
    const friends = unit('waiting', 'lin', 'chen');
    const [lin, chen] = friends as [DeskEnrollment, DeskEnrollment];
    const there = enrollment('lin', 'enrolled', 0, evening);
    const to = course('evening', 1, [there]);
    const desk = admission([stopped(friends), to], [person('lin', [lin, there]), person('chen', [chen])]);
    expect(desk.transfer(lin, 'evening', 'class_ends', 'school', friends)).toEqual({ kind: 'present' });
    expect(desk.transfer(chen, 'evening', 'class_ends', 'school', friends)).toMatchObject({ kind: 'done' });
    expect([lin.classId, chen.classId]).toEqual(['tai-chi', 'evening']);
  });

  it('part where one of them changes by choice', () => {
    const friends = unit('enrolled', 'lin', 'chen');
    const [lin, chen] = friends as [DeskEnrollment, DeskEnrollment];
    const desk = admission([course('tai-chi', 2, friends), course('evening', 5)], people(friends));
    desk.transfer(lin, 'evening', 'wish', 'lin', friends);
    expect(lin).toMatchObject({ ...evening, unitId: null });
    expect(chen).toMatchObject({ classId: 'tai-chi', unitId: 'friends' });
  });
});
