import type { AdmissionKind, EnrollmentRuleKind } from '#contracts';
import type { Problem, Schema } from '../shared/api';
import { isClockTime, isDay, momentAt, momentFrom, typedFrom } from './district-time';
import { inOrder, type TypedSession } from './recurrence';
import { emptyTerms, faultsInTerms, kindsAsked, type TermsForm, termsFrom, termsOf, termsOfCopy } from './terms-form';
import { type Fault, fenFrom, typed, wholeFrom } from './typed';
import { yuan } from './words';

/** A class as it stands in the form: all as typed. */
export interface ClassForm extends TermsForm {
  courseId: string;
  termId: string;
  name: string;
  nameEn: string;
  summary: string;
  teacherId: string;
  venueId: string;
  seats: string;
  waitingLimit: string;
  /** How seats are given; empty: as the platform does where nobody says otherwise. */
  admission: AdmissionKind | '';
  enrollmentOpensAt: string;
  enrollmentClosesAt: string;
  minAge: string;
  maxAge: string;
  /** In yuan. */
  fee: string;
  materialsFee: string;
  materials: string;
  sessions: TypedSession[];
}

export type ClassField = keyof ClassForm;

/** What may still be changed of a published class: late entry to a later time, reserves to be released earlier. */
export const CHANGEABLE_WHEN_PUBLISHED = [
  'seats',
  'summary',
  'materials',
  'lateEntryClosesAt',
  'reserves',
] as const satisfies ClassField[];

const REQUIRED = [
  'courseId',
  'termId',
  'name',
  'teacherId',
  'venueId',
  'seats',
  'enrollmentOpensAt',
  'enrollmentClosesAt',
] as const satisfies ClassField[];

export const emptyForm = (): ClassForm => ({
  courseId: '',
  termId: '',
  name: '',
  nameEn: '',
  summary: '',
  teacherId: '',
  venueId: '',
  seats: '',
  waitingLimit: '',
  admission: '',
  enrollmentOpensAt: '',
  enrollmentClosesAt: '',
  minAge: '',
  maxAge: '',
  fee: '0',
  materialsFee: '0',
  materials: '',
  sessions: [],
  ...emptyTerms(),
});

/** A class that there is, to be changed. */
export function formOf(view: Schema<'ClassView'>): ClassForm {
  return {
    courseId: view.course.id,
    termId: view.term.id,
    name: view.name,
    nameEn: view.nameEn ?? '',
    summary: view.summary ?? '',
    teacherId: view.teacher.id,
    venueId: view.venue.id,
    seats: String(view.seats),
    waitingLimit: typed(view.waitingLimit),
    admission: view.admission,
    enrollmentOpensAt: typedFrom(view.enrollmentOpensAt),
    enrollmentClosesAt: typedFrom(view.enrollmentClosesAt),
    minAge: typed(view.minAge),
    maxAge: typed(view.maxAge),
    fee: yuan(view.feeFen),
    materialsFee: yuan(view.materialsFen),
    ...termsOf(view),
    materials: view.materials ?? '',
    sessions: inOrder(
      view.sessions.map(({ startsAt, endsAt }) => {
        const [day, starts] = typedFrom(startsAt).split('T') as [string, string];
        return { day, starts, ends: typedFrom(endsAt).slice(11) };
      }),
    ),
  };
}

/** A new class like one that there is: all but its term and its times, which are never the same again. */
export const copyOf = (view: Schema<'ClassView'>): ClassForm => ({
  ...formOf(view),
  ...termsOfCopy(view),
  termId: '',
  enrollmentOpensAt: '',
  enrollmentClosesAt: '',
  sessions: [],
});

/**
 * The form in the order in which the platform numbers its sessions, without rows in which nothing is typed, so that what
 * the platform says of a session stands at that session.
 */
export function tidied(form: ClassForm): ClassForm {
  return { ...form, sessions: inOrder(form.sessions.filter(({ day, starts, ends }) => day || starts || ends)) };
}

/** What is wrong with a form before the platform need be asked, by path, such as `seats` or `sessions.2.endsAt`. */
export function faultsIn(form: ClassForm): Record<string, Fault> {
  const faults = faultsInTerms(form);
  for (const field of ['seats', 'waitingLimit', 'minAge', 'maxAge'] as const) {
    if (Number.isNaN(wholeFrom(form[field]))) faults[field] = 'number';
  }
  for (const field of ['fee', 'materialsFee'] as const) {
    if (Number.isNaN(fenFrom(form[field]))) faults[field] = 'money';
  }
  for (const field of ['enrollmentOpensAt', 'enrollmentClosesAt'] as const) {
    if (momentFrom(form[field]) === null) faults[field] = 'moment';
  }
  for (const field of REQUIRED) if (!form[field].trim()) faults[field] = 'missing';
  for (const [index, { day, starts, ends }] of form.sessions.entries()) {
    const path = `sessions.${index}`;
    if (!isDay(day) || !isClockTime(starts)) faults[`${path}.startsAt`] = 'missing';
    else if (!isClockTime(ends)) faults[`${path}.endsAt`] = 'missing';
    else if (ends <= starts) faults[`${path}.endsAt`] = 'order';
  }
  return faults;
}

const text = (filled: string) => filled.trim() || null;
/** The form as the platform takes it, being tidied and without faults. */
export function requestOf(form: ClassForm): Omit<Schema<'CreateClassRequest'>, 'organisationId'> {
  return {
    courseId: form.courseId,
    termId: form.termId,
    name: form.name.trim(),
    nameEn: text(form.nameEn),
    summary: text(form.summary),
    teacherId: form.teacherId,
    venueId: form.venueId,
    seats: wholeFrom(form.seats) ?? NaN,
    waitingLimit: wholeFrom(form.waitingLimit),
    ...(form.admission && { admission: form.admission }),
    enrollmentOpensAt: momentFrom(form.enrollmentOpensAt) ?? '',
    enrollmentClosesAt: momentFrom(form.enrollmentClosesAt) ?? '',
    minAge: wholeFrom(form.minAge),
    maxAge: wholeFrom(form.maxAge),
    feeFen: fenFrom(form.fee),
    materialsFen: fenFrom(form.materialsFee),
    ...termsFrom(form),
    materials: text(form.materials),
    sessions: form.sessions.map(({ day, starts, ends }) => ({
      startsAt: momentAt(day, starts),
      endsAt: momentAt(day, ends),
    })),
  };
}

/**
 * Of a published class, what was changed and may be. A promise is kept to the second, of which a form knows nothing; so
 * what was not touched is not sent.
 */
export function changeOf(before: ClassForm, form: ClassForm): Schema<'ChangeClassRequest'> {
  const whole = requestOf(form);
  const touched = (field: ClassField) => JSON.stringify(before[field]) !== JSON.stringify(form[field]);
  return {
    ...(touched('seats') && { seats: whole.seats }),
    ...(touched('summary') && { summary: whole.summary }),
    ...(touched('materials') && { materials: whole.materials }),
    ...(touched('lateEntryClosesAt') && { lateEntryClosesAt: whole.lateEntryClosesAt }),
    ...(touched('reserves') && { seatReserves: whole.seatReserves }),
  };
}

/** Fields of the form, by their paths, that a refusal by code is about. */
const FIELD_OF: Record<string, string> = {
  'CATALOGUE.COURSE_UNKNOWN': 'courseId',
  'CATALOGUE.TERM_UNKNOWN': 'termId',
  'CATALOGUE.SEATS_OVER_CAPACITY': 'seats',
  'CATALOGUE.LOTTERY_TOO_LATE': 'admission',
  'CATALOGUE.LOTTERY_WINDOW_SHORT': 'admission',
  'CATALOGUE.AGES_REVERSED': 'minAge',
  'CATALOGUE.WINDOW_REVERSED': 'enrollmentClosesAt',
  'CATALOGUE.WINDOW_TOO_LATE': 'enrollmentClosesAt',
  'CATALOGUE.SESSION_SPAN': 'sessions',
  'CATALOGUE.SESSION_OUTSIDE_TERM': 'sessions',
  'CATALOGUE.SESSIONS_OVERLAP': 'sessions',
  'CATALOGUE.NO_SESSIONS': 'sessions',
  'CATALOGUE.VENUE_TAKEN': 'sessions',
  'CATALOGUE.TEACHER_TAKEN': 'sessions',
  'CATALOGUE.VENUE_OF_ANOTHER': 'venueId',
  'CATALOGUE.VENUE_CLOSED': 'venueId',
  'PLACES.VENUE_UNKNOWN': 'venueId',
  'PEOPLE.TEACHER_UNKNOWN': 'teacherId',
  'CATALOGUE.RENEWAL_INCOMPLETE': 'renewalClosesAt',
  'CATALOGUE.RENEWAL_REVERSED': 'renewalClosesAt',
  'CATALOGUE.RENEWAL_TOO_LATE': 'renewalClosesAt',
  'CATALOGUE.LATE_ENTRY_TOO_EARLY': 'lateEntryClosesAt',
  'CATALOGUE.LATE_ENTRY_TOO_LATE': 'lateEntryClosesAt',
  'CATALOGUE.LATE_ENTRY_SHORTENED': 'lateEntryClosesAt',
  'CATALOGUE.RULE_REGIONS_UNKNOWN': 'rules.local',
  'CATALOGUE.RULE_COURSES_UNKNOWN': 'rules.completed_course',
  'CATALOGUE.FIRST_TIMERS_OUTSIDE_WINDOW': 'rules.first_timers_first',
  'CATALOGUE.RESERVE_REGION': 'reserves',
  'CATALOGUE.RESERVE_TWICE': 'reserves',
  'CATALOGUE.RESERVE_RELEASE': 'reserves',
  'CATALOGUE.RESERVES_OVER_SEATS': 'reserves',
  'CATALOGUE.RESERVES_PROMISED': 'reserves',
  'CATALOGUE.MINIMUM_INCOMPLETE': 'minimum',
  'CATALOGUE.MINIMUM_OVER_SEATS': 'minimum',
  'CATALOGUE.MINIMUM_TOO_EARLY': 'minimumDecidedAt',
  'CATALOGUE.MINIMUM_TOO_LATE': 'minimumDecidedAt',
};

/** Fields that the form calls otherwise than the platform. */
const OWN_NAMES: Record<string, string> = { feeFen: 'fee', materialsFen: 'materialsFee' };

/** The path in the form of a path in the request. */
function pathInForm(path: string, asked: readonly EnrollmentRuleKind[]): string {
  const rule = /^enrollmentRules\.(\d+)/.exec(path);
  if (rule) return `rules.${asked[Number(rule[1])] ?? 'local'}`;
  return OWN_NAMES[path] ?? path.replace(/^seatReserves/, 'reserves');
}

/**
 * What the platform says, by the field it is about; empty where it is about none.
 *
 * @param form what was sent
 */
export function saidAtFields(
  problem: Problem | null,
  fields: Record<string, string>,
  form: ClassForm,
): Partial<Record<string, string>> {
  if (!problem) return {};
  const field = FIELD_OF[problem.code];
  const said: Record<string, string> = field ? { [field]: together(problem.title, problem.next) } : {};
  for (const [path, sentence] of Object.entries(fields)) said[pathInForm(path, kindsAsked(form))] = sentence;
  return said;
}

/** Two sentences as one text; a title need not end like a sentence. */
function together(title: string, next: string): string {
  const chinese = /\p{Script=Han}/u.test(title + next);
  const ended = /[。.!?!?]$/u.test(title) ? title : title + (chinese ? '。' : '.');
  return chinese ? ended + next : `${ended} ${next}`;
}

/**
 * Lays what somebody else changed meanwhile under what was typed: a field that was not touched takes the new value, one
 * that was touched keeps what was typed.
 *
 * @returns the form, and the fields in which both differ
 */
export function mergeForms(
  before: ClassForm,
  typedIn: ClassForm,
  now: ClassForm,
): { form: ClassForm; both: ClassField[] } {
  const same = (field: ClassField, one: ClassForm, other: ClassForm) =>
    JSON.stringify(one[field]) === JSON.stringify(other[field]);
  const fields = Object.keys(now) as ClassField[];
  const untouched = fields.filter((field) => same(field, before, typedIn));
  return {
    form: { ...typedIn, ...Object.fromEntries(untouched.map((field) => [field, now[field]])) },
    both: fields.filter(
      (field) => !untouched.includes(field) && !same(field, before, now) && !same(field, typedIn, now),
    ),
  };
}
