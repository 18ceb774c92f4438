import { addDays, dayOf, type HashText, type LotteryEntry, type PassedOverReason, pseudonymOf } from '#contracts';

/*
 * What of a lottery is decided here. Who gets a seat is decided by what is published, in contracts: lottery.ts.
 */

/** Applications that were at the desk when the window closed are stored, or refused, by then (lock_timeout is 3 s). */
export const FREEZE_AFTER_CLOSING_MS = 60_000;

/** So long after the freezing a number is to be drawn, as it is planned … */
const NUMBER_AFTER_FREEZING_MS = 30 * 60_000;
/** … and as it is insisted upon when a list is frozen late, so that no clock that is a bit off matters. */
export const LEAST_BEFORE_NUMBER_MS = 10 * 60_000;

/** When the list is frozen of a class whose window closes then; where that is over by now, at once. */
export function freezesAt(closesAt: Date, now = closesAt): Date {
  return new Date(Math.max(closesAt.getTime() + FREEZE_AFTER_CLOSING_MS, now.getTime()));
}

/** The earliest moment at which a public number may become known that is named for a list frozen then. */
export const earliestNumber = (freezing: Date): Date => new Date(freezing.getTime() + NUMBER_AFTER_FREEZING_MS);

/** Whether a number might be known before the list is frozen, or nearly so. */
export const numberComesTooEarly = (dueAt: Date, freezing: Date): boolean =>
  dueAt.getTime() < freezing.getTime() + LEAST_BEFORE_NUMBER_MS;

/** Where a public number will come from, and when it will be known. */
export interface NumberSource {
  name: string;
  dueAt: Date;
}

/** 排列5 is drawn at half past nine in the evening, but for some days around Spring Festival and National Day. */
const DEFAULT_DRAW_TIME = '21:30:00+08:00';

/**
 * The public number of a lottery for which nobody has named another: the first draw of 排列5 that comes late enough.
 * It is named by its day, since the numbers of its issues cannot be told so long before.
 */
export function defaultNumber(earliest: Date): NumberSource {
  const today = dayOf(earliest);
  const tonight = new Date(`${today}T${DEFAULT_DRAW_TIME}`);
  const day = tonight >= earliest ? today : addDays(today, 1);
  const [year, month, date] = day.split('-').map(Number);
  return {
    name: `中国体育彩票排列5，${year}年${month}月${date}日起的第一次开奖号码`,
    dueAt: new Date(`${day}T${DEFAULT_DRAW_TIME}`),
  };
}

/** One who applied, as the freezing finds it. */
export interface Applied {
  enrollmentId: string;
  /** Shared by those who applied together. */
  unitId: string | null;
  /** Whether the resident had a seat in a class of this kind in an earlier term. */
  satBefore: boolean;
}

/** An entry with what is not published of it. */
export interface EntryDraft extends LotteryEntry {
  unitKey: string;
  attempt: number;
  enrollmentIds: string[];
}

/**
 * Makes the entries: a unit each, under a pseudonym that nobody chose.
 *
 * @param firstTimersFirst those who sat in no class of the kind before are drawn first; a unit, if that is true of all
 */
export function entriesOf(
  applied: readonly Applied[],
  firstTimersFirst: boolean,
  hash: HashText,
  secret: string,
): EntryDraft[] {
  const units = new Map<string, Applied[]>();
  for (const one of applied) {
    const unit = one.unitId ?? one.enrollmentId;
    units.set(unit, [...(units.get(unit) ?? []), one]);
  }
  const taken = new Set<string>();
  return [...units.values()]
    .map((unit) => ({ unit, enrollmentIds: unit.map(({ enrollmentId }) => enrollmentId).sort() }))
    .sort((a, b) => (a.enrollmentIds[0]! < b.enrollmentIds[0]! ? -1 : 1))
    .map(({ unit, enrollmentIds }) => {
      const unitKey = enrollmentIds[0]!;
      let attempt = 0;
      let pseudonym = pseudonymOf(hash, secret, unitKey, attempt);
      while (taken.has(pseudonym)) pseudonym = pseudonymOf(hash, secret, unitKey, ++attempt);
      taken.add(pseudonym);
      const tier = firstTimersFirst && unit.some(({ satBefore }) => satBefore) ? 1 : 0;
      return { pseudonym, unitKey, attempt, enrollmentIds, size: unit.length, tier };
    });
}

/** Why somebody was passed over, as it is published: what is nobody's business stays out. */
export function reasonOf(code: string): PassedOverReason {
  switch (code) {
    case 'CAP_REACHED':
      return 'cap_reached';
    case 'TIME_CLASH':
      return 'time_clash';
    default:
      return 'not_eligible';
  }
}

/** What may be done with a lottery's number. */
export type NumberDecision =
  | { kind: 'enter' | 'confirm' | 'already' }
  | {
      kind: 'refused';
      because: 'NOT_FROZEN' | 'NUMBER_NOT_NEEDED' | 'NUMBER_NOT_DUE' | 'ALREADY_CONFIRMED' | 'ALREADY_DRAWN';
    }
  | { kind: 'refused'; because: 'NUMBER_NOT_ENTERED' | 'SAME_PERSON' | 'NUMBER_DIFFERS' };

/** What decides about a number. */
export interface NumberSituation {
  state: 'announced' | 'frozen' | 'drawn';
  needed: boolean;
  dueAt: Date;
  number: string | null;
  enteredBy: string | null;
  confirmed: boolean;
}

/**
 * One of the staff enters the number, another enters it again. Until then it may be entered anew by anybody, which
 * makes that person the one who entered it.
 */
export function decideNumber(
  lottery: NumberSituation,
  wish: { kind: 'enter' | 'confirm'; number: string; staffId: string },
  at: Date,
): NumberDecision {
  const same = lottery.number === wish.number;
  if (lottery.confirmed) {
    if (same) return { kind: 'already' };
    return { kind: 'refused', because: lottery.state === 'drawn' ? 'ALREADY_DRAWN' : 'ALREADY_CONFIRMED' };
  }
  if (lottery.state === 'announced') return { kind: 'refused', because: 'NOT_FROZEN' };
  if (!lottery.needed) return { kind: 'refused', because: 'NUMBER_NOT_NEEDED' };
  if (at < lottery.dueAt) return { kind: 'refused', because: 'NUMBER_NOT_DUE' };
  if (wish.kind === 'enter') {
    return same && lottery.enteredBy === wish.staffId ? { kind: 'already' } : { kind: 'enter' };
  }
  if (lottery.number === null) return { kind: 'refused', because: 'NUMBER_NOT_ENTERED' };
  if (lottery.enteredBy === wish.staffId) return { kind: 'refused', because: 'SAME_PERSON' };
  return same ? { kind: 'confirm' } : { kind: 'refused', because: 'NUMBER_DIFFERS' };
}
