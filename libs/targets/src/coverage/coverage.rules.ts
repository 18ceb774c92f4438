import { addDays } from '#contracts';
import type { CoverageParameters } from '#participation';

/** What was held for a region's plates in the trailing 12 months, where the sessions took place. */
export interface CoverageFacts {
  classes: number;
  sessions: number;
  /** Different days with a session. */
  days: number;
  /** Minutes of the sessions held. */
  minutes: number;
  /** Different residents of the age who attended at least once. */
  people: number;
  /** Those of them who live in the township of the region. */
  peopleOfTownship: number;
}

export type CoverageLevel = 'township' | 'village';

/** What a region lacks to be active; `more` is how much more of it is needed. */
export type Lack =
  | { what: 'classes' | 'days' | 'people' | 'people-of-township'; more: number }
  | { what: 'class-hours'; more: number }
  | { what: 'sessions-or-hours'; sessions: number; hours: number };

/** The parameters of rule 16, and how many minutes a class hour (课时) has. */
export interface CoverageRule extends CoverageParameters {
  classHourMinutes: number;
}

/** Class hours of so many minutes, at three decimals. */
export const classHours = (minutes: number, { classHourMinutes }: CoverageRule): number =>
  Math.round((minutes * 1000) / classHourMinutes) / 1000;

/** Minutes of the class hours that {@link classHours} gave; three decimals tell each minute from the next. */
export const minutesOf = (hours: number, { classHourMinutes }: CoverageRule): number =>
  Math.round(hours * classHourMinutes);

/**
 * How many different residents of the age must have attended (counting rule 16).
 *
 * @param residentsOfAge how many of that age live in the village; null where nobody has said yet: then the most that
 *   the rule ever asks.
 */
export function peopleNeeded(
  level: CoverageLevel,
  residentsOfAge: number | null,
  { township, village }: CoverageRule,
): number {
  if (level === 'township') return township.people;
  if (residentsOfAge === null) return village.people;
  const share = Math.ceil((residentsOfAge * village.peoplePercent) / 100);
  return Math.max(village.peopleAtLeast, Math.min(village.people, share));
}

/** What is missing for the region to be active; nothing missing means active, where a plate is listed. */
export function lacks(level: CoverageLevel, facts: CoverageFacts, needed: number, rule: CoverageRule): Lack[] {
  return level === 'township' ? townshipLacks(facts, needed, rule) : villageLacks(facts, needed, rule);
}

function townshipLacks(facts: CoverageFacts, needed: number, rule: CoverageRule): Lack[] {
  const hours = hoursShort(facts, rule.township.classHours, rule);
  return [
    ...short('classes', facts.classes, rule.township.classes),
    ...(hours > 0 ? [{ what: 'class-hours' as const, more: hours }] : []),
    ...short('people', facts.people, needed),
  ];
}

function villageLacks(facts: CoverageFacts, needed: number, rule: CoverageRule): Lack[] {
  const { village } = rule;
  const sessions = village.sessions - facts.sessions;
  const hours = hoursShort(facts, village.classHours, rule);
  return [
    ...short('classes', facts.classes, village.classes),
    ...(sessions > 0 && hours > 0 ? [{ what: 'sessions-or-hours' as const, sessions, hours }] : []),
    ...short('days', facts.days, village.days),
    ...short('people', facts.people, needed),
    ...short('people-of-township', 0, ofTownshipShort(facts, village.ofTownshipPercent)),
  ];
}

function short(what: Exclude<Lack['what'], 'class-hours' | 'sessions-or-hours'>, is: number, needed: number): Lack[] {
  return is < needed ? [{ what, more: Math.ceil(needed) - is }] : [];
}

/** How many more of the township have to come; each who comes makes the whole greater, too. */
function ofTownshipShort({ people, peopleOfTownship }: CoverageFacts, percent: number): number {
  const short = people * percent - peopleOfTownship * 100;
  return short <= 0 ? 0 : short / (percent < 100 ? 100 - percent : 100);
}

/** Class hours still to be held, 0 where there are enough; decided on whole minutes. */
function hoursShort({ minutes }: CoverageFacts, hours: number, rule: CoverageRule): number {
  return Math.max(0, classHours(hours * rule.classHourMinutes - minutes, rule));
}

/** The first of the trailing months that end on a day, both YYYY-MM-DD; of 12 months from 2026-11-23, 2025-11-24. */
export function trailingFrom(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const first = new Date(Date.UTC(year, month - 1 - months, 1));
  const lastOfMonth = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate();
  first.setUTCDate(Math.min(date, lastOfMonth));
  return addDays(first.toISOString().slice(0, 10), 1);
}

/** A session held in a region, with the residents of the age who attended it. */
export interface HeldSession {
  /** YYYY-MM-DD. */
  day: string;
  classId: string;
  minutes: number;
  /** Ids of the residents of the age on that day. */
  people: readonly string[];
  /** Those of them who live in the township of the region. */
  peopleOfTownship: readonly string[];
}

/** What these sessions amount to. */
export function factsOf(sessions: readonly HeldSession[]): CoverageFacts {
  const tally = new Tally();
  for (const session of sessions) tally.add(session);
  return tally.facts;
}

/** Adds sessions up one by one. */
class Tally {
  private readonly classes = new Set<string>();
  private readonly days = new Set<string>();
  private readonly people = new Set<string>();
  private readonly peopleOfTownship = new Set<string>();
  private sessions = 0;
  private minutes = 0;

  add({ classId, day, minutes, people, peopleOfTownship }: HeldSession): void {
    this.sessions += 1;
    this.minutes += minutes;
    this.classes.add(classId);
    this.days.add(day);
    for (const id of people) this.people.add(id);
    for (const id of peopleOfTownship) this.peopleOfTownship.add(id);
  }

  get facts(): CoverageFacts {
    return {
      classes: this.classes.size,
      sessions: this.sessions,
      days: this.days.size,
      minutes: this.minutes,
      people: this.people.size,
      peopleOfTownship: this.peopleOfTownship.size,
    };
  }
}

/** The first day whose trailing months no longer reach back to a day, both YYYY-MM-DD. */
export function fallsOutOn(day: string, months: number): string {
  // A leap day or the end of a short month moves it by a day or two; the trailing months themselves say by how much.
  let out = addDays(trailingFrom(day, -months), -3);
  while (trailingFrom(out, months) <= day) out = addDays(out, 1);
  return out;
}

/**
 * The day on which a region that is active would no longer be, if nothing more were held there: sessions leave the
 * trailing months one by one, and the first whose loss leaves too little decides.
 *
 * @param sessions those of the trailing months
 */
export function lapsesOn(
  level: CoverageLevel,
  sessions: readonly HeldSession[],
  needed: number,
  rule: CoverageRule,
): string {
  // From the latest day back, so that what is left without the days up to one of them grows by one day each.
  const left = new Tally();
  let last = '';
  let held = sessions.toSorted((a, b) => (a.day < b.day ? 1 : a.day > b.day ? -1 : 0));
  while (held.length > 0) {
    const gone = held[0]!.day;
    if (lacks(level, left.facts, needed, rule).length > 0) last = gone;
    const next = held.findIndex(({ day }) => day !== gone);
    const ofDay = next === -1 ? held : held.slice(0, next);
    for (const session of ofDay) left.add(session);
    held = held.slice(ofDay.length);
  }
  return fallsOutOn(last, rule.trailingMonths);
}

/** So many days before it lapses an active plate is shown as lapsing (临近断档). No rule counts by it. */
const LAPSING_DAYS = 60;

/** Whether that day is near enough to be warned of. */
export const isLapsing = (lapses: string | null, day: string): boolean =>
  lapses !== null && lapses <= addDays(day, LAPSING_DAYS);

/**
 * How much has to be held for a region to become active, to find the cheapest next ones: sessions first, since each
 * needs a teacher's way there, then the residents who would have to come.
 */
export function effortOf(missing: readonly Lack[]): { sessions: number; people: number } {
  const most = (numbers: number[]) => Math.max(0, ...numbers);
  return {
    sessions: most(
      missing.map((lack) => {
        if (lack.what === 'sessions-or-hours') return lack.sessions;
        // Two class hours are what a session has as a rule.
        if (lack.what === 'class-hours') return Math.ceil(lack.more / 2);
        return lack.what === 'days' || lack.what === 'classes' ? lack.more : 1;
      }),
    ),
    people: most(missing.map((lack) => (lack.what === 'people' || lack.what === 'people-of-township' ? lack.more : 0))),
  };
}

/** Whether a plate of the kind is listed, and if so whether it is used (counting rule 16). */
export function coverageState(listed: boolean, missing: readonly Lack[]): 'unlisted' | 'listed' | 'active' {
  if (!listed) return 'unlisted';
  return missing.length === 0 ? 'active' : 'listed';
}

/**
 * Which of the two numbers is judged in a year (counting rule 16); a year that is not named is judged like the last one
 * named before it.
 */
export function judgedIn(year: number, { judgedBy }: CoverageParameters): 'listed' | 'active' {
  const named = Object.keys(judgedBy)
    .map(Number)
    .sort((a, b) => a - b);
  const said = named.findLast((one) => one <= year) ?? named[0];
  return (said === undefined ? undefined : judgedBy[said]) ?? 'listed';
}

/**
 * Whether n of d reach a percentage: n >= ceil(p x d) in whole numbers (counting rule 17), so that 90 % of 8 townships
 * needs all 8.
 *
 * @param percent as the plan prints it, such as `88.9`
 */
export function coverageMet(n: number, d: number, percent: string): boolean {
  const { digits, scale } = exactly(percent);
  return d > 0 && BigInt(n) * 100n * scale >= digits * BigInt(d);
}

/**
 * Whether a reported share reaches a percentage, compared at the decimals the plan prints (counting rule 17): 8 of 9 are
 * 88.9 %.
 */
export function reportedMet(n: number, d: number, percent: string): boolean {
  if (d <= 0) return false;
  const { digits, scale } = exactly(percent);
  // Half up: floor((2 x n x 100 x scale + d) / 2d).
  const rounded = (2n * BigInt(n) * 100n * scale + BigInt(d)) / (2n * BigInt(d));
  return rounded >= digits;
}

/** A printed decimal as whole numbers: `88.9` is 889 / 10. */
function exactly(printed: string): { digits: bigint; scale: bigint } {
  const [whole = '0', decimals = ''] = printed.split('.');
  return { digits: BigInt(whole + decimals), scale: 10n ** BigInt(decimals.length) };
}
