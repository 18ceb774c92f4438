import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { AttendanceStatus, MarkKind } from '#contracts';
import { decideMarks, isCorrection, type MarkedSession, type SentMark } from './attendance.rules.js';
import { type KeptMark, standingOf } from './standing.rules.js';

/** Of a mark that is made now. */
const UNMERGED = { signedAt: null, withdrawn: false, mergedRecordId: null, mergedAt: null };

const SESSION: MarkedSession = {
  id: 'session',
  startsAt: new Date('2026-10-10T09:00:00+08:00'),
  endsAt: new Date('2026-10-10T10:30:00+08:00'),
  state: 'scheduled',
  classState: 'published',
  enteredAfterwards: false,
};
const ROSTER = new Set(['wang', 'lin']);

let serial = 0;
const at = (time: string, day = '2026-10-10') => new Date(`${day}T${time}:00+08:00`);
const mark = (more: Partial<SentMark> = {}): SentMark => ({
  id: `mark-${String(++serial).padStart(6, '0')}`,
  kind: 'personal_code',
  status: 'present',
  whose: { residentId: 'wang' },
  arrivedAt: null,
  leftAt: null,
  deviceId: 'phone',
  deviceTime: at('09:00'),
  because: null,
  ...more,
});
const tick = (status: AttendanceStatus, time: string, more: Partial<SentMark> = {}) =>
  mark({ kind: 'teacher_mark', status, deviceTime: at(time), deviceId: 'tablet', ...more });
const scan = (time: string, more: Partial<SentMark> = {}) => mark({ deviceTime: at(time), ...more });

/** Sends marks one request after the other, as devices do that sync in turn. */
function send(requests: SentMark[][], session = SESSION, now = at('12:00')) {
  let kept: KeptMark[] = [];
  const states = new Map<string, { status: AttendanceStatus; arrivedAt: Date | null; leftAt: Date | null }>();
  const outcomes = requests.flatMap((request) => {
    const { decisions, changed } = decideMarks(session, request, kept, ROSTER, now);
    for (const [residentId, state] of changed) states.set(residentId, state);
    kept = [
      ...kept,
      ...decisions
        .filter(({ replayed }) => !replayed)
        .map(({ mark: { whose: _, ...sent }, outcome, reason, residentId }): KeptMark => {
          return { ...sent, sessionId: session.id, residentId, recordedAt: now, outcome, reason, ...UNMERGED };
        }),
    ];
    return decisions.map(({ outcome, reason }) => (reason ? `${outcome} ${reason}` : outcome));
  });
  return { outcomes, wang: states.get('wang'), states };
}

describe('a mark', () => {
  it.each<[string, SentMark, Partial<MarkedSession>, Date, string]>([
    ['of someone on the roster is recorded', scan('09:00'), {}, at('09:00'), 'recorded'],
    [
      'by a code that cannot be read is rejected',
      mark({ whose: { unknown: 'CODE_UNREADABLE' } }),
      {},
      at('09:00'),
      'rejected CODE_UNREADABLE',
    ],
    [
      'by a code that was replaced is rejected',
      mark({ whose: { unknown: 'CODE_UNKNOWN' } }),
      {},
      at('09:00'),
      'rejected CODE_UNKNOWN',
    ],
    [
      'of someone who has no seat is rejected',
      mark({ whose: { residentId: 'zhou' } }),
      {},
      at('09:00'),
      'rejected NOT_ON_ROSTER',
    ],
    [
      'at a cancelled session is rejected',
      scan('09:00'),
      { state: 'cancelled' },
      at('09:00'),
      'rejected SESSION_CANCELLED',
    ],
    [
      'in a class that is not published is rejected',
      scan('09:00'),
      { classState: 'approved' },
      at('09:00'),
      'rejected CLASS_NOT_RUNNING',
    ],
    [
      'in a class that was stopped afterwards is taken',
      scan('09:00'),
      { classState: 'stopped' },
      at('09:00'),
      'recorded',
    ],
    ['in a finished class is still taken', scan('09:00'), { classState: 'finished' }, at('09:00'), 'recorded'],
    ['31 minutes before the start is too early', scan('08:29'), {}, at('08:29'), 'rejected TOO_EARLY'],
    ['30 minutes before the start is taken', scan('08:30'), {}, at('08:30'), 'recorded'],
    ['uploaded 7 days later is taken', scan('09:00'), {}, at('10:30', '2026-10-17'), 'recorded'],
    [
      'made in time and uploaded after 7 days goes to review',
      scan('09:00'),
      {},
      at('10:31', '2026-10-17'),
      'review TOO_LATE',
    ],
    [
      'made after 7 days is a late record and wants a reason',
      tick('present', '09:00', { deviceTime: at('09:00', '2026-10-20') }),
      {},
      at('09:00', '2026-10-20'),
      'rejected REASON_NEEDED',
    ],
    [
      'made after 7 days with a reason waits for the principal',
      tick('present', '09:00', { deviceTime: at('09:00', '2026-10-20'), because: '纸质签到表' }),
      {},
      at('09:00', '2026-10-20'),
      'review TOO_LATE',
    ],
    [
      'of a class that was entered after its first session waits for the principal',
      scan('09:00'),
      { enteredAfterwards: true },
      at('09:00'),
      'review CLASS_ENTERED_LATE',
    ],
    [
      'of such a class that is made a day later wants a reason',
      tick('present', '09:00', { deviceTime: at('09:00', '2026-10-11') }),
      { enteredAfterwards: true },
      at('09:00', '2026-10-11'),
      'rejected REASON_NEEDED',
    ],
    [
      'that excuses is a late record whenever it comes',
      tick('excused', '09:00', { deviceTime: at('09:00', '2026-11-20'), because: '病假条' }),
      {},
      at('09:00', '2026-11-20'),
      'review TOO_LATE',
    ],
    [
      'with an arrival 4 hours too early is rejected',
      tick('present', '09:00', { arrivedAt: at('04:59') }),
      {},
      at('09:00'),
      'rejected TIME_OUTSIDE_SESSION',
    ],
    [
      'with a leaving 4 hours too late is rejected',
      tick('present', '09:00', { leftAt: at('14:31') }),
      {},
      at('15:00'),
      'rejected TIME_OUTSIDE_SESSION',
    ],
    [
      'of leaving before coming is rejected',
      tick('present', '09:00', { arrivedAt: at('10:00'), leftAt: at('09:30') }),
      {},
      at('11:00'),
      'rejected TIMES_REVERSED',
    ],
    ['that scans an absence is rejected', mark({ status: 'absent' }), {}, at('09:00'), 'rejected SCAN_IS_PRESENCE'],
  ])('%s', (_, sent, session, now, outcome) => {
    expect(send([[sent]], { ...SESSION, ...session }, now).outcomes).toEqual([outcome]);
  });

  it('by a clock that is a year ahead does not stand for ever', () => {
    const fast = tick('absent', '09:00', { deviceTime: at('09:00', '2027-10-10'), deviceId: 'fast' });
    const first = decideMarks(SESSION, [fast], [], ROSTER, at('09:05'));
    const kept = first.decisions.map(({ mark: { whose: _, ...sent }, outcome, reason, residentId }): KeptMark => ({
      ...sent,
      sessionId: SESSION.id,
      residentId,
      recordedAt: at('09:05'),
      outcome,
      reason,
      ...UNMERGED,
    }));
    const later = decideMarks(SESSION, [tick('present', '09:10')], kept, ROSTER, at('09:11'));
    expect(later.changed.get('wang')?.status).toBe('present');
  });
});

describe('marks together', () => {
  it('sent again are answered as before and change nothing', () => {
    const good = scan('09:00');
    const bad = mark({ whose: { unknown: 'CODE_UNKNOWN' } });
    expect(
      send([
        [good, bad],
        [good, bad, good],
      ]).outcomes,
    ).toEqual(['recorded', 'rejected CODE_UNKNOWN', 'duplicate', 'rejected CODE_UNKNOWN', 'duplicate']);
  });

  it('under one id that say different things are not mixed up', () => {
    const first = tick('present', '09:00');
    expect(send([[first], [{ ...first, status: 'absent' }]]).outcomes).toEqual(['recorded', 'rejected ITEM_ID_REUSED']);
  });

  it('of presence twice are one', () => {
    const { outcomes, wang } = send([[scan('09:00')], [tick('present', '09:30')], [scan('09:40')]]);
    expect(outcomes).toEqual(['recorded', 'duplicate', 'duplicate']);
    expect(wang?.arrivedAt).toEqual(at('09:00'));
  });

  it('by the teacher correct a scan: present, then absent', () => {
    const { outcomes, wang } = send([[scan('09:00')], [tick('absent', '09:30')]]);
    expect(outcomes).toEqual(['recorded', 'recorded']);
    expect(wang?.status).toBe('absent');
  });

  it('by the teacher excuse somebody who was marked absent', () => {
    expect(send([[tick('absent', '09:10')], [tick('excused', '11:00')]]).wang?.status).toBe('excused');
  });

  it('by a scan show that somebody marked absent came after all', () => {
    const { wang } = send([[tick('absent', '09:05')], [scan('09:20')]]);
    expect(wang).toMatchObject({ status: 'present', arrivedAt: at('09:20') });
  });

  it('of which the older comes later from another device go to review', () => {
    const { outcomes, wang } = send([[scan('09:20')], [tick('absent', '09:05')]]);
    expect(outcomes).toEqual(['recorded', 'review CONFLICTING']);
    expect(wang?.status).toBe('present');
  });

  it('of one device uploaded in reverse contradict nobody', () => {
    const { outcomes, wang } = send([[tick('absent', '09:30')], [tick('present', '09:05')]]);
    expect(outcomes).toEqual(['recorded', 'recorded']);
    expect(wang?.status).toBe('absent');
  });

  it('tell of leaving early', () => {
    const { outcomes, wang } = send([[scan('09:00')], [tick('present', '10:05', { leftAt: at('10:00') })]]);
    expect(outcomes).toEqual(['recorded', 'recorded']);
    expect(wang).toMatchObject({ status: 'present', arrivedAt: at('09:00'), leftAt: at('10:00') });
  });

  it('of an earlier scan that comes later tell when somebody came', () => {
    const { outcomes, wang } = send([[scan('09:40', { deviceId: 'second' })], [scan('09:02')]]);
    expect(outcomes).toEqual(['recorded', 'recorded']);
    expect(wang?.arrivedAt).toEqual(at('09:02'));
  });

  it('end in the same attendance in whatever order, company and number they arrive', () => {
    const marks = fc.array(
      fc.record({
        kind: fc.constantFrom<MarkKind>('personal_code', 'teacher_mark', 'monitor_mark', 'rotating_code'),
        status: fc.constantFrom<AttendanceStatus>('present', 'absent', 'excused'),
        whose: fc.constantFrom({ residentId: 'wang' }, { residentId: 'lin' }, { residentId: 'zhou' }),
        deviceId: fc.constantFrom('phone', 'tablet'),
        minute: fc.integer({ min: 0, max: 89 }),
        arrives: fc.option(fc.integer({ min: 0, max: 89 }), { nil: null }),
        leaves: fc.option(fc.integer({ min: 60, max: 89 }), { nil: null }),
      }),
      { minLength: 1, maxLength: 8 },
    );
    const sentOf = (minutes: number) => new Date(SESSION.startsAt.getTime() + minutes * 60_000);
    fc.assert(
      fc.property(marks, fc.infiniteStream(fc.nat()), fc.infiniteStream(fc.boolean()), (drawn, order, again) => {
        const sent = drawn.map(({ minute, arrives, leaves, ...rest }, index): SentMark => ({
          ...rest,
          id: `mark-${index}`,
          because: null,
          deviceTime: sentOf(minute),
          arrivedAt: arrives === null ? null : sentOf(arrives),
          leftAt: leaves === null ? null : sentOf(leaves),
        }));
        const shuffled = sent
          .flatMap((one) => (again.next().value ? [one, one] : [one]))
          .map((one) => [order.next().value as number, one] as const)
          .sort(([a], [b]) => a - b)
          .map(([, one]) => [one]);
        expect(send(shuffled).states).toEqual(send([sent]).states);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('the class monitor', () => {
  const monitors = (status: AttendanceStatus, time: string) =>
    mark({ kind: 'monitor_mark', status, deviceTime: at(time), deviceId: 'monitor' });

  it.each<[string, SentMark[], string[], AttendanceStatus]>([
    ['alone is believed', [monitors('absent', '09:00')], ['recorded'], 'absent'],
    [
      'gives way to the teacher who marks later',
      [monitors('absent', '09:00'), tick('present', '09:10')],
      ['recorded', 'recorded'],
      'present',
    ],
    [
      'gives way to the teacher who marked before',
      [tick('present', '09:00'), monitors('absent', '09:10')],
      ['recorded', 'review TEACHER_STANDS'],
      'present',
    ],
    [
      'gives way to a mark of the teacher that is older and comes late',
      [monitors('absent', '09:10'), tick('present', '09:00')],
      ['recorded', 'recorded'],
      'present',
    ],
    [
      'who says what the teacher says adds nothing',
      [tick('absent', '09:00'), monitors('absent', '09:10')],
      ['recorded', 'duplicate'],
      'absent',
    ],
    [
      'is corrected by who comes after all',
      [monitors('absent', '09:00'), scan('09:20')],
      ['recorded', 'recorded'],
      'present',
    ],
  ])('%s', (_, marks, outcomes, status) => {
    const sent = send(marks.map((one) => [one]));
    expect(sent.outcomes).toEqual(outcomes);
    expect(sent.wang?.status).toBe(status);
  });

  it('takes the roll on the day of the session only', () => {
    const sent = [monitors('present', '09:00')];
    expect(send([sent], SESSION, at('23:59')).outcomes).toEqual(['recorded']);
    expect(send([sent], SESSION, at('00:00', '2026-10-11')).outcomes).toEqual(['rejected SESSION_OVER']);
  });
});

describe('a correction after the fact', () => {
  const device = (deviceId: string, recordedAt: Date) => ({ deviceId, recordedAt });
  it.each<[string, Date, string, Date, { deviceId: string; recordedAt: Date }[], boolean]>([
    ['on the day is none', at('09:00'), 'tablet', at('23:59'), [device('tablet', at('09:00'))], false],
    ['the day after is one', at('08:00', '2026-10-11'), 'tablet', at('08:00', '2026-10-11'), [], true],
    [
      'made offline on the day, sent the day after, is none',
      at('09:00'),
      'tablet',
      at('08:00', '2026-10-11'),
      [],
      false,
    ],
    [
      'made offline beside marks of other devices is none',
      at('09:00'),
      'tablet',
      at('08:00', '2026-10-11'),
      [device('phone', at('09:00'))],
      false,
    ],
    [
      'with others of the same upload is none',
      at('09:05'),
      'tablet',
      at('08:00', '2026-10-11'),
      [device('tablet', at('08:00', '2026-10-11'))],
      false,
    ],
    [
      'offline again after marks of the day were sent is none',
      at('09:05'),
      'tablet',
      at('08:00', '2026-10-11'),
      [device('tablet', at('09:00'))],
      false,
    ],
    [
      'of an upload that takes an hour is none',
      at('09:05'),
      'tablet',
      at('09:00', '2026-10-11'),
      [device('tablet', at('08:00', '2026-10-11'))],
      false,
    ],
    [
      'from a device that has uploaded already, with its clock put back, is one',
      at('09:05'),
      'tablet',
      at('09:01', '2026-10-11'),
      [device('tablet', at('08:00', '2026-10-11'))],
      true,
    ],
    [
      'from a clock ahead of the server is one',
      at('09:00', '2026-12-01'),
      'tablet',
      at('08:00', '2026-10-11'),
      [],
      true,
    ],
  ])('%s', (_, deviceTime, deviceId, now, own, expected) => {
    expect(isCorrection(SESSION, { deviceId, deviceTime }, own, now)).toBe(expected);
  });

  const NEXT_DAY = at('08:00', '2026-10-11');
  it.each<[string, SentMark, string]>([
    [
      'that changes the status needs a reason',
      tick('absent', '08:00', { deviceTime: NEXT_DAY }),
      'rejected REASON_NEEDED',
    ],
    ['is recorded with one', tick('absent', '08:00', { deviceTime: NEXT_DAY, because: '看错了名字' }), 'recorded'],
    ['that changes nothing needs none', tick('present', '08:00', { deviceTime: NEXT_DAY }), 'duplicate'],
    [
      'that changes a time needs a reason',
      tick('present', '08:00', { deviceTime: NEXT_DAY, leftAt: at('10:00') }),
      'rejected REASON_NEEDED',
    ],
  ])('%s', (_, correction, outcome) => {
    const then = decideMarks(SESSION, [tick('present', '09:00')], [], ROSTER, at('09:00'));
    const kept = then.decisions.map(({ mark: { whose: _whose, ...sent }, residentId, ...decision }): KeptMark => {
      return { ...sent, ...decision, residentId, sessionId: SESSION.id, recordedAt: at('09:00'), ...UNMERGED };
    });
    const { decisions } = decideMarks(SESSION, [correction], kept, ROSTER, NEXT_DAY);
    expect(decisions.map(({ outcome: what, reason }) => (reason ? `${what} ${reason}` : what))).toEqual([outcome]);
  });

  it('of somebody of whom nothing was marked needs no reason', () => {
    expect(send([[tick('present', '08:00', { deviceTime: NEXT_DAY })]], SESSION, NEXT_DAY).outcomes).toEqual([
      'recorded',
    ]);
  });
});

it('nobody who sat in is marked at that session, whatever seat they have now', () => {
  const { decisions, changed } = decideMarks(SESSION, [scan('09:00')], [], ROSTER, at('09:00'), new Set(['wang']));
  expect(decisions).toMatchObject([{ outcome: 'rejected', reason: 'SAT_IN', residentId: 'wang' }]);
  expect(changed.size).toBe(0);
});

describe('late records (rule 12)', () => {
  const LATE = at('09:00', '2026-10-20');
  const late = (status: AttendanceStatus, more: Partial<SentMark> = {}) =>
    tick(status, '09:00', { deviceTime: LATE, because: '纸质签到表', ...more });
  const keptOf = ({ whose: _, ...sent }: SentMark, more: Partial<KeptMark>): KeptMark => ({
    ...sent,
    sessionId: SESSION.id,
    residentId: 'wang',
    recordedAt: LATE,
    outcome: 'review',
    reason: 'TOO_LATE',
    ...UNMERGED,
    ...more,
  });
  const recorded = keptOf(tick('absent', '09:00'), { outcome: 'recorded', reason: null, recordedAt: at('09:00') });

  it.each<[string, SentMark, KeptMark[], string]>([
    ['that say what counts already need no signature', late('absent'), [recorded], 'duplicate'],
    [
      'that say what counts already take back another one that waits',
      late('absent'),
      [recorded, keptOf(late('present'), {})],
      'review TOO_LATE',
    ],
    ['that say another thing wait', late('present'), [recorded], 'review TOO_LATE'],
    [
      'that say what was signed need no second signature',
      late('present'),
      [recorded, keptOf(late('present'), { signedAt: LATE })],
      'duplicate',
    ],
  ])('%s', (_, mark, kept, expected) => {
    const { decisions, changed } = decideMarks(SESSION, [mark], kept, ROSTER, LATE);
    expect(decisions.map(({ outcome, reason }) => (reason ? `${outcome} ${reason}` : outcome))).toEqual([expected]);
    expect(changed.get('wang')?.status).toBe(expected === 'duplicate' ? mark.status : undefined);
  });

  it('say nothing until they are signed, and then stand by their time', () => {
    const waits = keptOf(late('present'), {});
    expect(standingOf([recorded, waits]).get('wang')).toMatchObject({ status: 'absent', markId: recorded.id });
    expect(standingOf([recorded, { ...waits, signedAt: LATE }]).get('wang')).toMatchObject({
      status: 'present',
      markId: waits.id,
    });
    expect(standingOf([waits]).size).toBe(0);
    // Rejected in earlier versions of the platform, with the promise that a signature lets them count.
    const before = keptOf(late('present'), { outcome: 'rejected', signedAt: LATE });
    expect(standingOf([before]).get('wang')?.status).toBe('present');
  });
});

describe('two records of one person that were merged', () => {
  const MERGED = at('12:00');
  const keptAs = (
    status: AttendanceStatus,
    time: string,
    { recordedAt = at(time), ...more }: Partial<KeptMark> = {},
  ): KeptMark => {
    const { whose: _, ...sent } = tick(status, time);
    const outcome = { outcome: 'recorded' as const, reason: null };
    return { ...sent, sessionId: SESSION.id, residentId: 'wang', recordedAt, ...outcome, ...UNMERGED, ...more };
  };
  const ofOther = { mergedRecordId: 'wang-2', mergedAt: MERGED };

  it.each<[string, KeptMark[], AttendanceStatus]>([
    [
      'the one present, the other absent later',
      [keptAs('present', '09:00'), keptAs('absent', '10:00', ofOther)],
      'present',
    ],
    [
      'the one absent later, the other present',
      [keptAs('absent', '10:00'), keptAs('present', '09:00', ofOther)],
      'present',
    ],
    ['the one absent, the other excused', [keptAs('absent', '10:00'), keptAs('excused', '09:00', ofOther)], 'excused'],
    [
      'both present, and corrected after the merger',
      [keptAs('present', '09:00'), keptAs('present', '09:30', ofOther), keptAs('absent', '12:30')],
      'absent',
    ],
    [
      'the other alone, and a mark of before the merger that comes after it',
      [keptAs('present', '09:30', ofOther), keptAs('absent', '09:10', { recordedAt: at('12:30') })],
      'present',
    ],
  ])('%s', (_, marks, expected) => {
    expect(standingOf(marks).get('wang')?.status).toBe(expected);
    expect(standingOf(marks.toReversed()).get('wang')?.status).toBe(expected);
  });
});
