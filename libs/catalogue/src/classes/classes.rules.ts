import { type ClassState, dayOf, type EnrollmentRuleKind, type Language, type ProgrammeKind } from '#contracts';
import { type EnrollmentTerms, termsFaultOf, type TermsFault, windowsFaultOf } from './enrollment-terms.rules.js';

/*
 * What a class may become, what of it may be changed when, and what is wrong with a plan. docs/classes.md draws it.
 */

/** Every move of a class: the one state it starts from, and where it leads. */
export const CLASS_MOVES = {
  submit: { from: 'draft', to: 'submitted' },
  approve: { from: 'submitted', to: 'approved' },
  return: { from: 'submitted', to: 'draft' },
  publish: { from: 'approved', to: 'published' },
  finish: { from: 'published', to: 'finished' },
  stop: { from: 'published', to: 'stopped' },
} as const satisfies Record<string, { from: ClassState; to: ClassState }>;

export type ClassMove = keyof typeof CLASS_MOVES;

export type MoveDecision =
  | { kind: 'move'; to: ClassState }
  /** It was done before; asking again changes nothing. */
  | { kind: 'done' }
  | { kind: 'not_allowed'; possible: ClassMove[] };

/**
 * Whether a class may make a move now.
 *
 * @param facts `decided`: whether the bureau has decided on it before, so that a draft is one that was returned
 */
export function decideMove(facts: { state: ClassState; decided: boolean }, move: ClassMove): MoveDecision {
  const { from, to } = CLASS_MOVES[move];
  if (facts.state === from) return { kind: 'move', to };
  const done = facts.state === to && (move !== 'return' || facts.decided);
  if (done) return { kind: 'done' };
  const possible = (Object.keys(CLASS_MOVES) as ClassMove[]).filter((other) => CLASS_MOVES[other].from === facts.state);
  return { kind: 'not_allowed', possible };
}

/** What staff call a state. */
export const STATE_WORDS: Record<ClassState, Record<Language, string>> = {
  draft: { zh: '草稿', en: 'a draft' },
  submitted: { zh: '待审核', en: 'submitted' },
  approved: { zh: '已批准', en: 'approved' },
  published: { zh: '已发布', en: 'published' },
  finished: { zh: '已结班', en: 'finished' },
  stopped: { zh: '已停开', en: 'stopped' },
};

/** What staff call a move. */
export const MOVE_WORDS: Record<ClassMove, Record<Language, string>> = {
  submit: { zh: '提交审核', en: 'submit it' },
  approve: { zh: '批准', en: 'approve it' },
  return: { zh: '退回修改', en: 'return it' },
  publish: { zh: '发布', en: 'publish it' },
  finish: { zh: '结班', en: 'finish it' },
  stop: { zh: '停开', en: 'stop it' },
};

/** What staff call a rule. */
export const RULE_WORDS: Record<EnrollmentRuleKind, Record<Language, string>> = {
  local: { zh: '与本地的关系', en: 'ties to a place' },
  group: { zh: '重点群体', en: 'groups' },
  completed_course: { zh: '先修课程', en: 'completed courses' },
  first_timers_first: { zh: '新学员优先', en: 'first-timers first' },
  verified_identity: { zh: '身份核验', en: 'verified identity' },
};

/** What may still be changed once residents see the class; how far, {@link promiseFaultOf} says of the last two. */
const EDITABLE_WHEN_PUBLISHED: readonly string[] = [
  'seats',
  'summary',
  'materials',
  'lateEntryClosesAt',
  'seatReserves',
];

/** Those of the fields that may not be changed in this state. */
export function fieldsNotEditable(state: ClassState, fields: readonly string[]): string[] {
  if (state === 'draft') return [];
  if (state === 'published') return fields.filter((field) => !EDITABLE_WHEN_PUBLISHED.includes(field));
  return [...fields];
}

const ELDERLY_MIN_AGE = 50;

/** The youngest age where the school gave none: elderly classes begin at 50, a default that it may change. */
export function defaultMinAge(kind: ProgrammeKind): number | null {
  return kind === 'elderly' ? ELDERLY_MIN_AGE : null;
}

export interface SessionSpan {
  startsAt: Date;
  endsAt: Date;
}

/** Sessions in the order in which they are numbered: by their start. */
export function byTime<Session extends SessionSpan>(sessions: readonly Session[]): Session[] {
  return [...sessions].sort(
    (one, other) => one.startsAt.getTime() - other.startsAt.getTime() || one.endsAt.getTime() - other.endsAt.getTime(),
  );
}

/** Scheduled minutes of all sessions together. */
export function minutesOf(sessions: readonly SessionSpan[]): number {
  return sessions.reduce((sum, { startsAt, endsAt }) => sum + (endsAt.getTime() - startsAt.getTime()) / 60_000, 0);
}

/** What a class is planned to be, as far as something can be wrong with it. */
export interface ClassPlan extends EnrollmentTerms {
  /** YYYY-MM-DD, both days included. */
  term: { startsOn: string; endsOn: string };
  venueCapacity: number;
  minAge: number | null;
  maxAge: number | null;
  /** Numbered by time; without those that are cancelled. */
  sessions: readonly (SessionSpan & { number: number })[];
}

/** Something wrong with a plan; `kind` is the name of its error, `sessions` the numbers of those it is about. */
export type PlanFault =
  | { kind: 'SEATS_OVER_CAPACITY'; seats: number; capacity: number }
  | { kind: 'AGES_REVERSED' }
  | { kind: 'WINDOW_REVERSED' }
  | { kind: 'WINDOW_TOO_LATE' }
  | { kind: 'SESSION_SPAN' | 'SESSION_OUTSIDE_TERM' | 'SESSIONS_OVERLAP'; sessions: number[] }
  | TermsFault;

const LONGEST_SESSION_MS = 12 * 3_600_000;

/** The first thing that is wrong with a plan, in the order in which a registrar fills the form; null for a sound one. */
export function faultOf(plan: ClassPlan): PlanFault | null {
  if (plan.seats > plan.venueCapacity) {
    return { kind: 'SEATS_OVER_CAPACITY', seats: plan.seats, capacity: plan.venueCapacity };
  }
  if (plan.minAge !== null && plan.maxAge !== null && plan.minAge > plan.maxAge) return { kind: 'AGES_REVERSED' };
  if (plan.enrollmentOpensAt >= plan.enrollmentClosesAt) return { kind: 'WINDOW_REVERSED' };
  const badWindows = windowsFaultOf(plan);
  if (badWindows) return badWindows;

  const numbersWhere = (wrong: (session: SessionSpan) => boolean) =>
    plan.sessions.filter(wrong).map((session) => session.number);
  const badSpan = numbersWhere(({ startsAt, endsAt }) => {
    const length = endsAt.getTime() - startsAt.getTime();
    return length <= 0 || length > LONGEST_SESSION_MS;
  });
  if (badSpan.length > 0) return { kind: 'SESSION_SPAN', sessions: badSpan };
  const outside = numbersWhere((session) => !liesInTerm(session, plan.term));
  if (outside.length > 0) return { kind: 'SESSION_OUTSIDE_TERM', sessions: outside };
  const overlapping = overlappingSessions(plan.sessions);
  if (overlapping.length > 0) return { kind: 'SESSIONS_OVERLAP', sessions: overlapping };

  const starts = startsOf(plan.sessions);
  if (starts && plan.enrollmentClosesAt > starts.last) return { kind: 'WINDOW_TOO_LATE' };
  return termsFaultOf(plan, starts);
}

/** When the first and the last of the sessions start; null where there are none. */
export function startsOf(sessions: readonly SessionSpan[]): { first: Date; last: Date } | null {
  const [first, last] = [byTime(sessions)[0], byTime(sessions).at(-1)];
  return first && last ? { first: first.startsAt, last: last.startsAt } : null;
}

/** Whether a session lies within the days of a term, both included, in the district's zone. */
function liesInTerm({ startsAt, endsAt }: SessionSpan, term: ClassPlan['term']): boolean {
  return dayOf(startsAt) >= term.startsOn && dayOf(endsAt) <= term.endsOn;
}

/** Numbers of the sessions that begin before an earlier one has ended; one may begin the moment another ends. */
export function overlappingSessions(sessions: ClassPlan['sessions']): number[] {
  const overlapping: number[] = [];
  let endOfEarlier = -Infinity;
  for (const session of byTime(sessions)) {
    if (session.startsAt.getTime() < endOfEarlier) overlapping.push(session.number);
    endOfEarlier = Math.max(endOfEarlier, session.endsAt.getTime());
  }
  return overlapping;
}

/** Whether all sessions that were not cancelled have ended, so that the class may be finished. */
export function isOver(sessions: readonly (SessionSpan & { state: string })[], at: Date): boolean {
  return sessions.every((session) => session.state === 'cancelled' || session.endsAt <= at);
}

/**
 * Whether a session that is added now is among the scheduled minutes that were frozen when the first session started
 * (counting rule 3): only while none has started.
 */
export function isFrozenWhenAdded(sessions: readonly (SessionSpan & { state: string })[], at: Date): boolean {
  return sessions.every((session) => session.state === 'cancelled' || session.startsAt > at);
}

/** How long after its last session a class is finished without anyone asking: 15 days (counting rule 3). */
const FINISHED_AFTER_MS = 15 * 86_400_000;

/** Classes whose last session ended before this moment are finished by the platform. */
export function overdueBefore(at: Date): Date {
  return new Date(at.getTime() - FINISHED_AFTER_MS);
}
