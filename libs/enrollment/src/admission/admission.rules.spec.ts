import { describe, expect, it } from '@jest/globals';
import type { SeatReserve } from '#contracts';
import { admission, asks, at, course, enrollment, person, terms } from '../../../../test/support/desk.js';
import type { DeskEnrollment } from './desk-book.rules.js';

describe('a batch of the admission desk', () => {
  it('gives the last seat to the first who asks and lets the other wait as number 1', () => {
    const desk = admission([course('tai-chi', 1)], [person('lin'), person('chen')]);
    expect(desk.apply(asks('lin'), 'lin')).toMatchObject({ kind: 'new', enrollments: [{ state: 'enrolled' }] });
    expect(desk.apply(asks('chen'), 'chen')).toMatchObject({ enrollments: [{ state: 'waiting' }], position: 1 });
  });

  it('finds somebody who asks twice as it stands', () => {
    const desk = admission([course('tai-chi', 1)], [person('lin')]);
    desk.apply(asks('lin'), 'lin');
    expect(desk.apply(asks('lin'), 'lin')).toMatchObject({ kind: 'present', enrollment: { id: 'made-1' } });
    expect(desk.moves).toHaveLength(1);
  });

  it('offers a seat whose undo is over to the first in the queue, before a newcomer asks', () => {
    const lin = enrollment('lin', 'cancelled', 0, { undoTo: 'enrolled', undoUntil: at });
    const [chen, wu] = [enrollment('chen', 'waiting', 1), enrollment('wu', 'waiting', 2)];
    const desk = admission(
      [course('tai-chi', 1, [lin, chen, wu])],
      [person('chen', [chen]), person('wu', [wu]), person('zhang')],
    );
    desk.settle('tai-chi');
    expect([chen.state, wu.state]).toEqual(['offered', 'waiting']);
    expect(desk.released).toEqual([lin]);
    expect(desk.apply(asks('zhang'), 'zhang')).toMatchObject({ enrollments: [{ state: 'waiting' }], position: 2 });
  });

  it('gives it at once to somebody who chose so when queueing and whose term is locked', () => {
    const chen = enrollment('chen', 'waiting', 1, { automatic: true });
    const desk = admission([course('tai-chi', 1, [chen])], [person('chen', [chen])]);
    desk.settle('tai-chi');
    expect(chen).toMatchObject({ state: 'enrolled', offeredUntil: null });
  });

  it('makes an offer where another desk holds the term of somebody who chose to be enrolled at once', () => {
    const chen = enrollment('chen', 'waiting', 1, { automatic: true });
    const desk = admission(
      [course('tai-chi', 1, [chen])],
      [person('chen', [chen], { lockedTerms: new Set(['another term']) })],
    );
    desk.settle('tai-chi');
    expect(chen.state).toBe('offered');
  });

  it('passes over somebody who has two classes already, who keeps the place in the queue', () => {
    const chen = enrollment('chen', 'waiting', 1);
    const wu = enrollment('wu', 'waiting', 2);
    const others = ['calligraphy', 'singing'].map((classId) => enrollment('chen', 'enrolled', 0, { classId }));
    const desk = admission([course('tai-chi', 1, [chen, wu])], [person('chen', [chen, ...others]), person('wu', [wu])]);
    desk.settle('tai-chi');
    expect([chen.state, wu.state]).toEqual(['waiting', 'offered']);
  });

  it('gives a newcomer no seat while not all who wait are known', () => {
    const chen = enrollment('chen', 'waiting', 1);
    const full = { ...course('tai-chi', 1, [chen]), queue: [], queueIsWhole: false };
    const desk = admission([full], [person('lin')]);
    expect(desk.apply(asks('lin'), 'lin')).toMatchObject({ enrollments: [{ state: 'waiting' }], position: 2 });
  });

  it('lets an offer that ran out go to the next', () => {
    const [chen, wu] = [enrollment('chen', 'offered', 1), enrollment('wu', 'waiting', 2)];
    const desk = admission([course('tai-chi', 1, [chen, wu])], [person('wu', [wu])], new Date('2026-09-02T01:00:00Z'));
    desk.settle('tai-chi');
    expect([chen.state, wu.state]).toEqual(['expired', 'offered']);
    expect(desk.step(chen, 'accept', 'chen')).toEqual({ kind: 'not_allowed', state: 'expired' });
  });

  it('lets somebody whom two desks offered a seat at the same moment accept the one and then not the other', () => {
    const offers = ['tai-chi', 'singing'].map((classId) => enrollment('chen', 'offered', 1, { classId }));
    const seat = enrollment('chen', 'enrolled', 0, { classId: 'calligraphy' });
    const chen = person('chen', [seat, offers[0]!, offers[1]!]);
    const desk = admission([course('tai-chi', 1, [offers[0]!]), course('singing', 1, [offers[1]!])], [chen]);
    expect(desk.step(offers[0]!, 'accept', 'chen')).toMatchObject({ kind: 'done', enrollment: { state: 'enrolled' } });
    expect(desk.step(offers[1]!, 'accept', 'chen')).toEqual({
      kind: 'refused',
      refusal: { code: 'CAP_REACHED', cap: 2 },
    });
  });

  it('gives no seat in a class that is finished to somebody who held an offer of it', () => {
    const offer = enrollment('chen', 'offered', 1);
    const over = course('tai-chi', 1, [offer], { state: 'finished' });
    const desk = admission([over], [person('chen', [offer])]);
    expect(desk.step(offer, 'accept', 'chen')).toEqual({ kind: 'refused', refusal: { code: 'CLASS_NOT_OPEN' } });
    expect(desk.step(offer, 'decline', 'chen')).toMatchObject({ kind: 'done' });
  });

  it('puts a late comer behind everyone, even when the clock ran ahead elsewhere', () => {
    const chen = { ...enrollment('chen', 'waiting'), queuedAt: new Date(at.getTime() + 5_000) };
    const desk = admission([course('tai-chi', 1, [enrollment('lin', 'enrolled'), chen])], [person('wu')]);
    const result = desk.apply(asks('wu'), 'wu');
    expect(result.kind === 'new' && result.enrollments[0]!.queuedAt > chen.queuedAt).toBe(true);
  });
});

describe('cancelling', () => {
  it('keeps the seat for ten minutes, and taking it back gives it back', () => {
    const lin = enrollment('lin', 'enrolled');
    const chen = enrollment('chen', 'waiting', 1, { automatic: true });
    const one = course('tai-chi', 1, [lin, chen]);
    const desk = admission([one], [person('lin', [lin]), person('chen', [chen])]);
    expect(desk.step(lin, 'cancel', 'lin')).toMatchObject({ kind: 'done', enrollment: { undoTo: 'enrolled' } });
    expect(one.counts).toMatchObject({ taken: 0, held: 1 });
    expect(chen.state).toBe('waiting');
    expect(desk.step(lin, 'undo', 'lin')).toMatchObject({ kind: 'done', enrollment: { state: 'enrolled' } });
    expect(one.counts).toMatchObject({ taken: 1, held: 0 });
  });

  it('is taken back by asking again', () => {
    const lin = enrollment('lin', 'enrolled');
    const desk = admission([course('tai-chi', 1, [lin])], [person('lin', [lin])]);
    desk.step(lin, 'cancel', 'lin');
    expect(desk.apply(asks('lin'), 'lin')).toMatchObject({ kind: 'present', undone: true });
    expect(lin.state).toBe('enrolled');
  });

  it('gives the place in the queue back', () => {
    const [chen, wu] = [enrollment('chen', 'waiting', 1), enrollment('wu', 'waiting', 2)];
    const one = course('tai-chi', 0, [chen, wu]);
    const desk = admission([one], [person('chen', [chen]), person('wu', [wu])]);
    desk.step(chen, 'cancel', 'chen');
    expect(one.queue).toEqual([wu]);
    desk.step(chen, 'undo', 'chen');
    expect(one.queue).toEqual([chen, wu]);
  });

  it('cannot be taken back after ten minutes', () => {
    const lin = enrollment('lin', 'cancelled', 0, { undoTo: 'enrolled', undoUntil: at });
    const desk = admission([course('tai-chi', 1, [lin])], [person('lin', [lin])]);
    desk.settle('tai-chi');
    expect(desk.step(lin, 'undo', 'lin')).toEqual({ kind: 'undo_over' });
  });

  it('is not taken back past the cap', () => {
    const lin = enrollment('lin', 'cancelled', 0, {
      undoTo: 'enrolled',
      undoUntil: new Date(at.getTime() + 60_000),
    });
    const others = ['calligraphy', 'singing'].map((classId) => enrollment('lin', 'enrolled', 0, { classId }));
    const desk = admission([course('tai-chi', 1, [lin])], [person('lin', [lin, ...others])]);
    expect(desk.step(lin, 'undo', 'lin')).toMatchObject({ kind: 'refused', refusal: { code: 'CAP_REACHED' } });
  });
});

describe('a couple', () => {
  const couple = (state: DeskEnrollment['state'], minute = 1) =>
    ['chen', 'chen-wife'].map((name) => enrollment(name, state, minute, { unitId: 'couple' }));

  it('gets both seats or waits for both', () => {
    const desk = admission(
      [course('tai-chi', 3)],
      ['lin', 'chen', 'wife', 'wu', 'wu-wife'].map((id) => person(id)),
    );
    expect(desk.apply(asks('chen', 'tai-chi', 'wife'), 'chen')).toMatchObject({
      enrollments: [{ state: 'enrolled' }, { state: 'enrolled' }],
    });
    expect(desk.apply(asks('wu', 'tai-chi', 'wu-wife'), 'wu')).toMatchObject({
      enrollments: [{ state: 'waiting' }, { state: 'waiting' }],
      position: 1,
    });
    // One seat is left, and the couple does not fit into it.
    expect(desk.apply(asks('lin'), 'lin')).toMatchObject({ enrollments: [{ state: 'enrolled' }] });
  });

  it('is passed over by one seat, keeps its place, and takes two', () => {
    const [chen, wife] = couple('waiting');
    const wu = enrollment('wu', 'waiting', 2);
    const one = course('tai-chi', 1, [chen!, wife!, wu]);
    const desk = admission([one], [person('chen', [chen!]), person('chen-wife', [wife!]), person('wu', [wu])]);
    desk.settle('tai-chi');
    expect([chen!.state, wife!.state, wu.state]).toEqual(['waiting', 'waiting', 'offered']);
    one.counts.seats = 3;
    desk.settle('tai-chi');
    expect([chen!.state, wife!.state]).toEqual(['offered', 'offered']);
  });

  it('accepts together', () => {
    const [chen, wife] = couple('offered');
    const desk = admission(
      [course('tai-chi', 2, [chen!, wife!])],
      [person('chen', [chen!]), person('chen-wife', [wife!])],
    );
    desk.step(chen!, 'accept', 'chen', [chen!, wife!]);
    expect([chen!.state, wife!.state]).toEqual(['enrolled', 'enrolled']);
  });

  it('keeps one seat when the other gives up hers', () => {
    const [chen, wife] = couple('enrolled');
    const desk = admission(
      [course('tai-chi', 2, [chen!, wife!])],
      [person('chen', [chen!]), person('chen-wife', [wife!])],
    );
    desk.step(wife!, 'cancel', 'wife', [chen!, wife!]);
    expect([chen!.state, wife!.state]).toEqual(['enrolled', 'cancelled']);
  });

  it('is not split where the queue was not read to its end', () => {
    const [chen] = couple('waiting');
    const one = { ...course('tai-chi', 1, [chen!]), queueIsWhole: false };
    const desk = admission([one], [person('chen', [chen!])]);
    desk.settle('tai-chi');
    expect(chen!.state).toBe('waiting');
  });
});

describe('seats kept for some', () => {
  const kept: SeatReserve = { kind: 'newcomers', regionCode: null, seats: 1, releasedAt: '2026-09-05T09:00:00+08:00' };
  const satBefore = { satIn: [{ termId: 'last', courseId: 'singing', programmeKind: 'elderly' as const }] };

  it('pass over old students who wait, until they are released', () => {
    const chen = enrollment('chen', 'waiting', 1);
    const one = course('tai-chi', 1, [chen], { seatReserves: [kept] });
    const residents = [person('chen', [chen], satBefore), person('lin')];
    const desk = admission([one], residents);
    desk.settle('tai-chi');
    expect(chen.state).toBe('waiting');
    const later = admission([one], residents, new Date('2026-09-05T01:00:00Z'));
    later.settle('tai-chi');
    expect(chen.state).toBe('offered');
  });

  it('go to whom they are kept for, past old students who wait', () => {
    const chen = enrollment('chen', 'waiting', 1);
    const one = course('tai-chi', 1, [chen], { seatReserves: [kept] });
    const desk = admission([one], [person('chen', [chen], satBefore), person('lin')]);
    desk.settle('tai-chi');
    expect(desk.apply(asks('lin'), 'lin')).toMatchObject({
      enrollments: [{ state: 'enrolled', reserve: 'newcomers' }],
    });
  });
});

describe('a lottery', () => {
  it('gives seats in the order of the draw; a couple that does not fit is skipped and waits at its rank', () => {
    const [lin, wu, zhang] = ['lin', 'wu', 'zhang'].map((name) => enrollment(name, 'applied'));
    const couple = ['chen', 'wife'].map((name) => enrollment(name, 'applied', 0, { unitId: 'couple' }));
    const all = [lin!, ...couple, wu!, zhang!];
    const one = course('tai-chi', 2, all, { admission: 'lottery' });
    const desk = admission(
      [one],
      all.map((entry) => person(entry.residentId, [entry])),
      new Date('2026-09-11T00:00:00Z'),
    );
    const promised = { seats: 2, waitingLimit: null };
    expect(desk.draw('tai-chi', [[lin!], couple, [wu!], [zhang!]], promised, 'bureau')).toEqual({
      seats: 2,
      units: [
        { size: 1, because: null, outcome: 'seat' },
        { size: 2, because: null, outcome: 'waiting' },
        { size: 1, because: null, outcome: 'seat' },
        { size: 1, because: null, outcome: 'waiting' },
      ],
    });
    expect(all.map(({ state }) => state)).toEqual(['enrolled', 'waiting', 'waiting', 'enrolled', 'waiting']);
    expect(one.queue.map(({ residentId }) => residentId)).toEqual(['chen', 'wife', 'zhang']);
    expect(one.counts).toEqual({ seats: 2, taken: 2, offered: 0, held: 0, waiting: 3, applied: 0 });
  });

  it('passes over who has two classes by now, and says so', () => {
    const chen = enrollment('chen', 'applied');
    const others = ['calligraphy', 'singing'].map((classId) => enrollment('chen', 'enrolled', 0, { classId }));
    const one = course('tai-chi', 2, [chen], { admission: 'lottery' });
    const desk = admission([one], [person('chen', [chen, ...others])]);
    const promised = { seats: 2, waitingLimit: null };
    expect(desk.draw('tai-chi', [[chen]], promised, 'bureau').units).toEqual([
      { size: 1, because: 'CAP_REACHED', outcome: 'waiting' },
    ]);
    expect(chen.state).toBe('waiting');
  });

  it('tells those behind the seats that they were not drawn where nobody can wait', () => {
    const [lin, wu] = ['lin', 'wu'].map((name) => enrollment(name, 'applied'));
    const one = course('tai-chi', 1, [lin!, wu!], { admission: 'lottery', waitingLimit: 0 });
    const desk = admission([one], [person('lin', [lin!]), person('wu', [wu!])]);
    desk.draw('tai-chi', [[lin!], [wu!]], { seats: 1, waitingLimit: 0 }, 'bureau');
    expect([lin!.state, wu!.state]).toEqual(['enrolled', 'not_drawn']);
  });

  it('drawn again changes nothing', () => {
    const lin = enrollment('lin', 'applied');
    const desk = admission([course('tai-chi', 1, [lin], { admission: 'lottery' })], [person('lin', [lin])]);
    const promised = { seats: 1, waitingLimit: null };
    desk.draw('tai-chi', [[lin]], promised, 'bureau');
    expect(desk.draw('tai-chi', [[lin]], promised, 'bureau').units).toEqual([
      { size: 0, because: null, outcome: 'withdrawn' },
    ]);
    expect(desk.moves).toHaveLength(1);
  });

  it('never gives more seats than there are, though more were promised', () => {
    const [lin, wu] = ['lin', 'wu'].map((name) => enrollment(name, 'applied'));
    const one = course('tai-chi', 1, [lin!, wu!], { admission: 'lottery' });
    const desk = admission([one], [person('lin', [lin!]), person('wu', [wu!])]);
    expect(desk.draw('tai-chi', [[lin!], [wu!]], { seats: 2, waitingLimit: null }, 'bureau')).toMatchObject({
      seats: 1,
      units: [{ outcome: 'seat' }, { outcome: 'waiting' }],
    });
  });

  it('draws the seats that were promised; what fell free since goes to those who wait, in the order of the draw', () => {
    const all = ['lin', 'wu', 'zhang'].map((name) => enrollment(name, 'applied'));
    const one = course('tai-chi', 2, all, { admission: 'lottery' });
    const desk = admission(
      [one],
      all.map((entry) => person(entry.residentId, [entry])),
    );
    const result = desk.draw(
      'tai-chi',
      all.map((entry) => [entry]),
      { seats: 1, waitingLimit: null },
      'bureau',
    );
    expect(result.units.map(({ outcome }) => outcome)).toEqual(['seat', 'waiting', 'waiting']);
    expect(all.map(({ state }) => state)).toEqual(['enrolled', 'offered', 'waiting']);
  });

  it('keeps its seats for those on the list: who comes over from a parallel class has to wait until it is drawn', () => {
    const lin = enrollment('lin', 'applied');
    const wu = enrollment('wu', 'enrolled', 0, { classId: 'calligraphy' });
    const drawing = course('tai-chi', 1, [lin], { admission: 'lottery' });
    const desk = admission(
      [drawing, course('calligraphy', 1, [wu])],
      [person('lin', [lin]), person('wu', [wu])],
      drawing.terms.enrollmentClosesAt,
    );
    expect(desk.transfer(wu, 'tai-chi', 'wish', 'school')).toEqual({ kind: 'no_seat' });
    expect(desk.transfer(wu, 'tai-chi', 'class_ends', 'school').kind).toBe('done');
    expect(wu.state).toBe('waiting');
    desk.draw('tai-chi', [[lin]], { seats: 1, waitingLimit: null }, 'bureau');
    expect([lin.state, wu.state]).toEqual(['enrolled', 'waiting']);
  });
});

describe('before the draw', () => {
  const lottery = { admission: 'lottery' as const };
  const evening = { classId: 'evening' };

  it('an appeal that is upheld makes an entrant, and gives no seat', () => {
    const chen = enrollment('chen', 'removed', 1);
    const one = course('tai-chi', 5, [chen], lottery);
    const desk = admission([one], [person('chen', [chen])]);
    desk.step(chen, 'reinstate', 'school');
    expect(chen.state).toBe('applied');
    expect(one.counts).toMatchObject({ taken: 0, waiting: 0, applied: 1 });
    expect(desk.moves.map(({ step, to }) => [step, to])).toEqual([
      ['reinstate', 'waiting'],
      ['enter', 'applied'],
    ]);
  });

  it('gives back the place of somebody who renewed in time', () => {
    const satBefore = { satIn: [{ termId: 'last', courseId: terms.courseId, programmeKind: 'elderly' as const }] };
    const renewal = {
      ...lottery,
      renewalOpensAt: new Date('2026-08-20T00:00:00Z'),
      renewalClosesAt: new Date('2026-08-25T00:00:00Z'),
    };
    const back = (queuedAt: Date) => {
      const chen = enrollment('chen', 'removed', 1, { queuedAt });
      const desk = admission([course('tai-chi', 5, [chen], renewal)], [person('chen', [chen], satBefore)]);
      desk.step(chen, 'reinstate', 'school');
      return chen.state;
    };
    expect(back(new Date('2026-08-21T00:00:00Z'))).toBe('offered');
    expect(back(terms.enrollmentOpensAt)).toBe('applied');
  });

  it('the people of a merged class are drawn with all others', () => {
    const all = (['enrolled', 'offered', 'waiting', 'applied'] as const).map((state) => enrollment(state, state));
    const drawing = course('evening', 9, [], lottery);
    const desk = admission(
      [course('tai-chi', 4, all, { ...lottery, state: 'stopped' }), drawing],
      all.map((one) => person(one.residentId, [one])),
    );
    for (const one of all) expect(desk.transfer(one, 'evening', 'class_ends', 'school').kind).toBe('done');
    expect(all.map(({ state }) => state)).toEqual(['applied', 'applied', 'applied', 'applied']);
    expect(drawing.counts).toMatchObject({ taken: 0, offered: 0, waiting: 0, applied: 4 });
  });

  it('an application to be drawn goes over as one', () => {
    const lin = enrollment('lin', 'applied');
    const desk = admission(
      [course('tai-chi', 1, [lin], lottery), course('evening', 1, [], lottery)],
      [person('lin', [lin])],
    );
    expect(desk.transfer(lin, 'evening', 'wish', 'lin').kind).toBe('done');
    expect(lin).toMatchObject({ ...evening, state: 'applied' });
  });

  it.each(['approve', 'refuse'] as const)('the school does not decide: %s', (step) => {
    const lin = enrollment('lin', 'applied');
    const desk = admission([course('tai-chi', 1, [lin], lottery)], [person('lin', [lin])]);
    expect(desk.step(lin, step, 'school')).toEqual({ kind: 'by_lot' });
    expect(lin.state).toBe('applied');
  });
});

describe('the school', () => {
  it('approves in any order, and those who wait stand in the order in which they applied', () => {
    const [lin, chen, wu] = [
      enrollment('lin', 'applied', 1),
      enrollment('chen', 'applied', 2),
      enrollment('wu', 'applied', 3),
    ];
    const one = course('tai-chi', 1, [lin, chen, wu], { admission: 'approval' });
    const desk = admission([one], [person('lin', [lin]), person('chen', [chen]), person('wu', [wu])]);
    for (const applied of [wu, chen, lin]) desk.step(applied, 'approve', 'school');
    expect([lin.state, chen.state, wu.state]).toEqual(['waiting', 'waiting', 'enrolled']);
    expect(one.queue).toEqual([lin, chen]);
  });

  it('gives somebody whose appeal was upheld the old place back', () => {
    const [chen, wu] = [enrollment('chen', 'removed', 1), enrollment('wu', 'waiting', 2)];
    const one = course('tai-chi', 0, [chen, wu]);
    const desk = admission([one], [person('chen', [chen]), person('wu', [wu])]);
    desk.step(chen, 'reinstate', 'school');
    expect(one.queue).toEqual([chen, wu]);
  });
});
