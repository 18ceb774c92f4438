import type { AdmissionKind } from '#contracts';
import type { Problem, Schema } from '../shared/api';
import { isClockTime, isDay, momentAt, momentFrom, typedFrom } from './district-time';
import { inOrder, type TypedSession } from './recurrence';
import { yuan } from './words';

/** A class as it stands in the form: all as typed. */
export interface ClassForm {
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
  materials: string;
  sessions: TypedSession[];
}

export type ClassField = keyof ClassForm;

/** What may still be changed of a published class. */
export const CHANGEABLE_WHEN_PUBLISHED: readonly ClassField[] = ['seats', 'summary', 'materials'];

const REQUIRED: readonly Exclude<ClassField, 'sessions'>[] = [
  'courseId',
  'termId',
  'name',
  'teacherId',
  'venueId',
  'seats',
  'enrollmentOpensAt',
  'enrollmentClosesAt',
];

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
  materials: '',
  sessions: [],
});

const typed = (number: number | null) => (number === null ? '' : String(number));

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
  termId: '',
  enrollmentOpensAt: '',
  enrollmentClosesAt: '',
  sessions: [],
});

/** What is wrong with something typed: not there, no whole number, no amount, no moment, an end before its start. */
export type Fault = 'missing' | 'number' | 'money' | 'moment' | 'order';

/**
 * The form in the order in which the platform numbers its sessions, without rows in which nothing is typed, so that what
 * the platform says of a session stands at that session.
 */
export function tidied(form: ClassForm): ClassForm {
  return { ...form, sessions: inOrder(form.sessions.filter(({ day, starts, ends }) => day || starts || ends)) };
}

/** What is wrong with a form before the platform need be asked, by path, such as `seats` or `sessions.2.endsAt`. */
export function faultsIn(form: ClassForm): Record<string, Fault> {
  const faults: Record<string, Fault> = {};
  for (const field of ['seats', 'waitingLimit', 'minAge', 'maxAge'] as const) {
    if (Number.isNaN(wholeFrom(form[field]))) faults[field] = 'number';
  }
  if (Number.isNaN(fenFrom(form.fee))) faults.fee = 'money';
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
/** Digits of a Chinese keyboard are digits. */
const plain = (filled: string) => filled.normalize('NFKC').trim();

/** Null where nothing is filled in, NaN where it is no whole number. */
function wholeFrom(filled: string): number | null {
  const digits = plain(filled);
  if (digits === '') return null;
  return /^\d+$/.test(digits) ? Number(digits) : NaN;
}

/** An amount in yuan as fen, by its digits, because 19.99 is no number that a computer knows; NaN where it is none. */
function fenFrom(filled: string): number {
  const [, yuan, fen = ''] = /^(\d+)(?:\.(\d{1,2}))?$/.exec(plain(filled) || '0') ?? [];
  return yuan === undefined ? NaN : Number(yuan) * 100 + Number(fen.padEnd(2, '0'));
}

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
    materials: text(form.materials),
    sessions: form.sessions.map(({ day, starts, ends }) => ({
      startsAt: momentAt(day, starts),
      endsAt: momentAt(day, ends),
    })),
  };
}

/** Fields of the form that a refusal by code is about. */
const FIELD_OF: Record<string, ClassField> = {
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
};

/** What the platform says, by the field it is about; empty where it is about none. */
export function saidAtFields(problem: Problem | null, fields: Record<string, string>): Partial<Record<string, string>> {
  if (!problem) return {};
  const field = FIELD_OF[problem.code];
  const said: Record<string, string> = field ? { [field]: together(problem.title, problem.next) } : {};
  for (const [path, sentence] of Object.entries(fields)) said[path === 'feeFen' ? 'fee' : path] = sentence;
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
