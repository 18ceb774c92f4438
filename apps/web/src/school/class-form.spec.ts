import { describe, expect, it } from '@jest/globals';
import { reserveSentences, whoSentences } from '#contracts';
import type { Problem, Schema } from '../shared/api';
import {
  type ClassField,
  type ClassForm,
  changeOf,
  copyOf,
  emptyForm,
  faultsIn,
  formOf,
  mergeForms,
  requestOf,
  saidAtFields,
  tidied,
} from './class-form';
import { spokenTerms } from './terms-form';

/** A class that a registrar has filled in without a mistake. */
const filledIn = (other: Partial<ClassForm> = {}): ClassForm => ({
  ...emptyForm(),
  courseId: 'course',
  termId: 'term',
  name: '渔网编织',
  teacherId: 'teacher',
  venueId: 'venue',
  seats: '20',
  enrollmentOpensAt: '2026-09-01T09:00',
  enrollmentClosesAt: '2026-09-07T18:00',
  sessions: [{ day: '2026-09-08', starts: '14:00', ends: '15:30' }],
  ...other,
});

/** Every term that a class may have, as the platform tells them. */
const TERMS = {
  renewalOpensAt: '2026-08-28T01:00:00.000Z',
  renewalClosesAt: '2026-08-30T10:00:00.000Z',
  lateEntryClosesAt: '2026-09-20T10:00:00.000Z',
  enrollmentRules: [
    { kind: 'local', ties: ['work', 'household'], regionCodes: ['330305001007'] },
    { kind: 'group', groups: ['farmer'] },
    { kind: 'completed_course', courseCodes: ['SK-001'] },
    { kind: 'first_timers_first', until: '2026-09-03T01:00:00.000Z' },
    { kind: 'verified_identity' },
  ],
  seatReserves: [
    { kind: 'counter', regionCode: null, seats: 2, releasedAt: '2026-09-05T10:00:00.000Z' },
    { kind: 'village', regionCode: '330305001007', seats: 4, releasedAt: '2026-09-06T10:00:00.000Z' },
  ],
  minimum: 8,
  minimumDecidedAt: '2026-09-07T11:00:00.000Z',
};

const named = (id: string) => ({ id, name: id, nameEn: null });
const view = {
  name: '渔网编织',
  nameEn: null,
  summary: null,
  course: named('course'),
  term: named('term'),
  teacher: named('teacher'),
  venue: named('venue'),
  seats: 20,
  waitingLimit: null,
  admission: 'lottery',
  enrollmentOpensAt: '2026-09-01T01:00:00.000Z',
  enrollmentClosesAt: '2026-09-07T10:00:00.000Z',
  minAge: null,
  maxAge: null,
  feeFen: 0,
  materialsFen: 2_000,
  materials: null,
  ...TERMS,
  sessions: [{ startsAt: '2026-09-08T06:00:00.000Z', endsAt: '2026-09-08T07:30:00.000Z' }],
} as unknown as Schema<'ClassView'>;

describe('what is wrong with a form', () => {
  it.each<[string, Partial<ClassForm>, Record<string, string>]>([
    ['nothing', {}, {}],
    ['a draft may have no sessions yet', { sessions: [] }, {}],
    ['no teacher', { teacherId: '' }, { teacherId: 'missing' }],
    ['a name of blanks', { name: '  ' }, { name: 'missing' }],
    ['no seats', { seats: '' }, { seats: 'missing' }],
    ['half a seat', { seats: '12.5' }, { seats: 'number' }],
    ['seats below none', { seats: '-1' }, { seats: 'number' }],
    ['seats in digits of a Chinese keyboard are seats', { seats: '\uff12\uff10' }, {}],
    ['a limit in words is not taken for “no limit”', { waitingLimit: '十' }, { waitingLimit: 'number' }],
    [
      'an age in words is not taken for “any age”',
      { minAge: '五十', maxAge: '1e2' },
      { minAge: 'number', maxAge: 'number' },
    ],
    ['a fee in words', { fee: '免费' }, { fee: 'money' }],
    ['a fee below a fen', { fee: '20.505' }, { fee: 'money' }],
    ['a fee below nothing', { fee: '-5' }, { fee: 'money' }],
    ['no fee filled in is free', { fee: '' }, {}],
    ['materials for something', { materialsFee: '几块' }, { materialsFee: 'money' }],
    ['a minimum in words', { minimum: '八' }, { minimum: 'number' }],
    ['late entry until some year', { lateEntryClosesAt: '20260-09-07T18:00' }, { lateEntryClosesAt: 'moment' }],
    [
      'a rule that is ticked and says nothing',
      { rules: { ...emptyForm().rules, local: { on: true, ties: [], regionCodes: ['330305001007'] } } },
      { 'rules.local': 'missing' },
    ],
    [
      'a village’s seats of no village',
      { reserves: [{ kind: 'village', regionCode: '', seats: '几', releasedAt: '' }] },
      { 'reserves.0.seats': 'number', 'reserves.0.regionCode': 'missing', 'reserves.0.releasedAt': 'missing' },
    ],
    ['enrollment opens at no time', { enrollmentOpensAt: '' }, { enrollmentOpensAt: 'missing' }],
    [
      'enrollment closes in a year of five digits',
      { enrollmentClosesAt: '20260-09-07T18:00' },
      { enrollmentClosesAt: 'moment' },
    ],
    [
      'a session without an end',
      { sessions: [{ day: '2026-09-08', starts: '14:00', ends: '' }] },
      { 'sessions.0.endsAt': 'missing' },
    ],
    [
      'a session without a day',
      { sessions: [{ day: '', starts: '14:00', ends: '15:30' }] },
      { 'sessions.0.startsAt': 'missing' },
    ],
    [
      'a session that ends before it starts',
      { sessions: [{ day: '2026-09-08', starts: '15:30', ends: '14:00' }] },
      { 'sessions.0.endsAt': 'order' },
    ],
  ])('%s', (_, other, faults) => {
    expect(faultsIn(filledIn(other))).toEqual(faults);
  });

  it('an empty form lacks all that is required, and nothing else', () => {
    const required = [
      'courseId',
      'termId',
      'name',
      'teacherId',
      'venueId',
      'seats',
      'enrollmentOpensAt',
      'enrollmentClosesAt',
    ];
    expect(faultsIn(emptyForm())).toEqual(Object.fromEntries(required.map((field) => [field, 'missing'])));
  });
});

describe('sessions before they are sent', () => {
  const late = { day: '2026-09-15', starts: '14:00', ends: '15:30' };
  const early = { day: '2026-09-08', starts: '14:00', ends: '15:30' };
  const nothing = { day: '', starts: '', ends: '' };
  const half = { day: '', starts: '14:00', ends: '' };

  it('stand in the order in which the platform numbers them, so that what it says of the first is about the first', () => {
    expect(tidied(filledIn({ sessions: [late, early] })).sessions).toEqual([early, late]);
  });

  it('are without rows in which nothing is typed', () => {
    expect(tidied(filledIn({ sessions: [nothing, early] })).sessions).toEqual([early]);
  });

  it('keep a row that is half filled in, which is then said to be wrong and not thrown away', () => {
    const form = tidied(filledIn({ sessions: [half, early] }));
    expect(form.sessions).toEqual([early, half]);
    expect(faultsIn(form)).toEqual({ 'sessions.1.startsAt': 'missing' });
  });
});

describe('the form as the platform takes it', () => {
  it.each<[string, Partial<ClassForm>, object]>([
    ['times are those of the district', {}, { enrollmentOpensAt: '2026-09-01T01:00:00.000Z' }],
    ['sessions too', {}, { sessions: [{ startsAt: '2026-09-08T06:00:00.000Z', endsAt: '2026-09-08T07:30:00.000Z' }] }],
    ['no limit is no limit', { waitingLimit: '' }, { waitingLimit: null }],
    ['a limit of none lets nobody wait', { waitingLimit: '0' }, { waitingLimit: 0 }],
    ['any age', {}, { minAge: null, maxAge: null }],
    ['from fifty', { minAge: ' 50 ' }, { minAge: 50 }],
    ['free', { fee: '0' }, { feeFen: 0 }],
    ['150 yuan', { fee: '150' }, { feeFen: 15_000 }],
    ['a price that a computer cannot hold as a fraction', { fee: '19.99' }, { feeFen: 1_999 }],
    ['one digit after the point is tens of fen', { fee: '20.5' }, { feeFen: 2_050 }],
    ['a fee of a Chinese keyboard', { fee: '\uff12\uff10\uff0e\uff15' }, { feeFen: 2_050 }],
    ['blanks around a name are nobody’s', { name: ' 渔网编织 ' }, { name: '渔网编织' }],
    ['an empty summary is none', { summary: '  ' }, { summary: null }],
  ])('%s', (_, other, request) => {
    expect(requestOf(filledIn(other))).toMatchObject(request);
  });

  it('a class that is only looked at goes back as it came', () => {
    expect(requestOf(formOf(view))).toEqual({
      courseId: 'course',
      termId: 'term',
      name: '渔网编织',
      nameEn: null,
      summary: null,
      teacherId: 'teacher',
      venueId: 'venue',
      seats: 20,
      waitingLimit: null,
      enrollmentOpensAt: view.enrollmentOpensAt,
      enrollmentClosesAt: view.enrollmentClosesAt,
      minAge: null,
      maxAge: null,
      feeFen: 0,
      materialsFen: 2_000,
      materials: null,
      ...TERMS,
      admission: 'lottery',
      sessions: view.sessions.map(({ startsAt, endsAt }) => ({ startsAt, endsAt })),
    });
  });

  it.each([
    [0, '0'],
    [15_000, '150'],
    [2_050, '20.50'],
    [1, '0.01'],
  ])('a fee of %i fen is shown as %s yuan and goes back as it came', (feeFen, shown) => {
    const form = formOf({ ...view, feeFen });
    expect(form.fee).toBe(shown);
    expect(requestOf(form).feeFen).toBe(feeFen);
  });

  it('of a published class only what was touched is sent', () => {
    const before = formOf(view);
    expect(changeOf(before, formOf(view))).toEqual({});
    const [counter, village] = before.reserves;
    const reserves = [counter!, { ...village!, releasedAt: '2026-09-04T18:00' }];
    const changed = { ...before, name: '不改', seats: '24', lateEntryClosesAt: '2026-09-25T18:00', reserves };
    expect(changeOf(before, changed)).toEqual({
      seats: 24,
      lateEntryClosesAt: '2026-09-25T10:00:00.000Z',
      seatReserves: [TERMS.seatReserves[0], { ...TERMS.seatReserves[1], releasedAt: '2026-09-04T10:00:00.000Z' }],
    });
  });

  it('a class like another has all of it but its term and its times', () => {
    const { rules, reserves, ...same } = formOf(view);
    expect(copyOf(view)).toEqual({
      ...same,
      renewalOpensAt: '',
      renewalClosesAt: '',
      lateEntryClosesAt: '',
      minimumDecidedAt: '',
      rules: { ...rules, first_timers_first: { on: true, until: '' } },
      reserves: reserves.map((reserve) => ({ ...reserve, releasedAt: '' })),
      termId: '',
      enrollmentOpensAt: '',
      enrollmentClosesAt: '',
      sessions: [],
    });
  });
});

describe('what residents will read, as it is typed', () => {
  const names = { regions: [{ code: '330305001007', name: '小朴社区', nameEn: null }], courses: [] };
  const spoken = (form: ClassForm) => spokenTerms(form, { feeFen: 0, materialsFen: 2_000 }, 'elderly', names);

  it('is said of all that is there', () => {
    const terms = spoken(formOf(view))!;
    expect(whoSentences(terms, 'zh')).toHaveLength(6);
    expect(reserveSentences(terms, 'zh')[1]).toContain('小朴社区');
    expect(terms).toMatchObject({ admission: 'lottery', firstSessionAt: '2026-09-08T06:00:00.000Z', minimum: 8 });
  });

  it('leaves out what is half typed, and is nothing without a window', () => {
    const form = formOf(view);
    form.rules.group.groups = [];
    form.rules.first_timers_first.until = '20260-09-03T09:00';
    form.reserves[0]!.seats = '';
    form.admission = '';
    const terms = spoken(form)!;
    expect(terms.enrollmentRules.map(({ kind }) => kind)).toEqual(['local', 'completed_course', 'verified_identity']);
    expect(terms.seatReserves.map(({ kind }) => kind)).toEqual(['village']);
    expect(terms.admission).toBe('lottery');
    expect(spoken({ ...form, enrollmentClosesAt: '' })).toBeNull();
  });
});

describe('what the platform says', () => {
  const problem = (code: string, title: string, next: string): Problem => ({
    type: 'about:blank',
    status: 422,
    code,
    title,
    next,
    traceId: '',
  });
  it.each<[string, Problem | null, Record<string, string>, Record<string, string>]>([
    ['nothing', null, {}, {}],
    [
      'of a venue that is too small stands at the seats',
      problem('CATALOGUE.SEATS_OVER_CAPACITY', '名额超过场地容量', '请减少名额。'),
      {},
      { seats: '名额超过场地容量。请减少名额。' },
    ],
    [
      'that ends like a sentence gets no second end',
      problem('CATALOGUE.VENUE_TAKEN', '场地有别的课。', '请换一个时间。'),
      {},
      { sessions: '场地有别的课。请换一个时间。' },
    ],
    [
      'in English reads like English',
      problem('CATALOGUE.VENUE_TAKEN', 'The venue is taken', 'Choose another time.'),
      {},
      { sessions: 'The venue is taken. Choose another time.' },
    ],
    ['of no field stands at none', problem('CORE.STALE', '内容已改变', '请重新打开。'), {}, {}],
    [
      'of fields stands at them, of the fee where yuan are typed',
      problem('CORE.INVALID', '填写有误', '请改正。'),
      { feeFen: '太贵', 'sessions.2.startsAt': '太早' },
      { fee: '太贵', 'sessions.2.startsAt': '太早' },
    ],
    [
      'of rules and reserves stands at those, whatever the platform calls them',
      problem('CORE.INVALID', '填写有误', '请改正。'),
      { 'enrollmentRules.1.groups': '未知', 'seatReserves.0.seats': '太多', materialsFen: '太贵' },
      { 'rules.group': '未知', 'reserves.0.seats': '太多', materialsFee: '太贵' },
    ],
    [
      'of a rule that cannot be stands at the rule',
      problem('CATALOGUE.FIRST_TIMERS_OUTSIDE_WINDOW', '须在报名时间之内', '请改。'),
      {},
      { 'rules.first_timers_first': '须在报名时间之内。请改。' },
    ],
  ])('%s', (_, said, fields, atFields) => {
    expect(saidAtFields(said, fields, formOf(view))).toEqual(atFields);
  });
});

describe('somebody else has changed the class meanwhile', () => {
  const before = filledIn();
  it.each<[string, Partial<ClassForm>, Partial<ClassForm>, Partial<ClassForm>, ClassField[]]>([
    ['what I did not touch takes theirs', {}, { seats: '30' }, { seats: '30' }, []],
    ['what I typed stays', { name: '渔网编织一班' }, {}, { name: '渔网编织一班' }, []],
    [
      'both at once, each where they typed',
      { name: '渔网编织一班' },
      { seats: '30' },
      { name: '渔网编织一班', seats: '30' },
      [],
    ],
    ['where both typed, mine stays and is named', { seats: '25' }, { seats: '30' }, { seats: '25' }, ['seats']],
    ['where both typed the same there is nothing to say', { seats: '30' }, { seats: '30' }, { seats: '30' }, []],
    [
      'sessions are one thing: mine stay and are named',
      { sessions: [] },
      { sessions: [{ day: '2026-09-09', starts: '14:00', ends: '15:30' }] },
      { sessions: [] },
      ['sessions'],
    ],
  ])('%s', (_, mine, theirs, merged, both) => {
    expect(mergeForms(before, filledIn(mine), filledIn(theirs))).toEqual({ form: filledIn(merged), both });
  });
});
