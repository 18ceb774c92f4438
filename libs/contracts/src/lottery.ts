import { makeCode } from './codes.js';

/*
 * 摇号: who gets the seats of a class that more people want than it has. Everything here is a pure function of what is
 * published, so that the server, the operator's command, the page in the browser and anybody else's program come to the
 * same result. docs/lottery.md says the same in words.
 *
 * Hashes are SHA-256 of the text in UTF-8, written in 64 lower-case hexadecimal digits; the function is an argument,
 * because Node and a browser that is not served over HTTPS have different ones.
 */
export type HashText = (text: string) => string;

/** Version of the rules and of the published file, and the first line of the frozen list. */
export const LOTTERY_FORMAT = 'huixue-lottery/1';

export const LOTTERY_STATES = ['announced', 'frozen', 'drawn', 'called_off'] as const;
/**
 * 已公告 (the secret's hash and the source of the public number are published), 已冻结 (the list is), 已摇号,
 * 已取消 (the class was stopped or merged before the draw).
 */
export type LotteryState = (typeof LOTTERY_STATES)[number];

/** The most residents who may draw together. */
export const LARGEST_UNIT = 4;

/** A unit in the draw: one resident, or some who want seats together or not at all. */
export interface LotteryEntry {
  /** What the unit is called in all that is published; see {@link pseudonymOf}. */
  pseudonym: string;
  /** Residents in the unit, 1 to {@link LARGEST_UNIT}. */
  size: number;
  /** Drawn first are those of tier 0, then 1, … */
  tier: number;
}

/** What is fixed, together with the entries, when the window closes. */
export interface LotteryTerms {
  lotteryId: string;
  classCode: string;
  className: string;
  /** Seats to be drawn. */
  seats: number;
  /** The most of these residents who may wait; null for no limit. */
  waitingLimit: number | null;
  /** Hash of the secret; published before anybody could enter. */
  secretHash: string;
  /** Where the public number will come from, such as `中国福利彩票3D 第2026318期`. */
  numberName: string;
  /** When it will be known, in UTC as `Date.toISOString` writes it. */
  numberDueAt: string;
  /** When the list was frozen, likewise. */
  frozenAt: string;
}

const TEXT_ORDER = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/** The entries as they are listed: by pseudonym, which says nothing of when or by whom it was entered. */
export function sortedEntries(entries: readonly LotteryEntry[]): LotteryEntry[] {
  return [...entries].sort((a, b) => TEXT_ORDER(a.pseudonym, b.pseudonym));
}

/**
 * The text whose hash freezes the list, and with it everything else that is fixed by then: a line each for the format,
 * the terms and every entry, each with a line feed behind it.
 */
export function frozenText(terms: LotteryTerms, entries: readonly LotteryEntry[]): string {
  const lines = [
    LOTTERY_FORMAT,
    `lottery ${terms.lotteryId}`,
    `class ${terms.classCode} ${terms.className}`,
    `seats ${terms.seats}`,
    `waiting ${terms.waitingLimit ?? 'unlimited'}`,
    `secret ${terms.secretHash}`,
    `number ${terms.numberName}`,
    `due ${terms.numberDueAt}`,
    `frozen ${terms.frozenAt}`,
    ...sortedEntries(entries).map(({ pseudonym, size, tier }) => `${pseudonym} ${size} ${tier}`),
  ];
  return `${lines.join('\n')}\n`;
}

/** Whether there are more residents than seats; else everybody gets one, and no number is waited for. */
export function needsNumber(entries: readonly LotteryEntry[], seats: number): boolean {
  return entries.reduce((sum, { size }) => sum + size, 0) > seats;
}

/**
 * The public number as it goes into the seed: its digits alone, in the order in which they were published.
 *
 * @returns null where it holds anything but digits and what stands between them, or fewer than 3 or more than 40.
 */
export function readPublicNumber(typed: string): string | null {
  const digits = typed.normalize('NFKC').replace(/[\s,.;:+/|、。-]/g, '');
  return /^\d{3,40}$/.test(digits) ? digits : null;
}

/**
 * What decides the order. Nobody can know it before the number is known: the platform, which knows the secret, does not
 * know the number, and cannot change secret or list afterwards, because their hashes are published.
 *
 * @param number digits of the public number; empty where none is needed
 */
export function seedOf(hash: HashText, secret: string, number: string, listHash: string): string {
  return hash(`${secret}\n${number}\n${listHash}`);
}

/** The entries in the order in which seats are given: by tier, then by the hash of seed and pseudonym. */
export function rankEntries<Entry extends LotteryEntry>(
  hash: HashText,
  seed: string,
  entries: readonly Entry[],
): Entry[] {
  return entries
    .map((entry) => ({ entry, score: hash(`${seed}\n${entry.pseudonym}`) }))
    .sort(
      (a, b) =>
        a.entry.tier - b.entry.tier || TEXT_ORDER(a.score, b.score) || TEXT_ORDER(a.entry.pseudonym, b.entry.pseudonym),
    )
    .map(({ entry }) => entry);
}

export const PASSED_OVER_REASONS = ['cap_reached', 'time_clash', 'not_eligible'] as const;
/**
 * Why a unit that would have fitted got no seat: all classes of the kind that the term allows are taken, another class
 * meets at the same time, or a condition of the class is no longer met.
 */
export type PassedOverReason = (typeof PASSED_OVER_REASONS)[number];

export const LOTTERY_OUTCOMES = ['seat', 'waiting', 'not_drawn', 'withdrawn'] as const;
/** 录取, 候补, 未录取 (no waiting list, or it is full), 冻结后已放弃 (all of the unit, before the draw). */
export type LotteryOutcome = (typeof LOTTERY_OUTCOMES)[number];

/** What an entry comes to the draw with. */
export interface RankedEntry {
  /** Those of the unit who still want a seat; 0 where all have withdrawn since the list was frozen. */
  size: number;
  /** Why the unit may not have seats although they would be free, in whichever words; null where it may. */
  because: string | null;
}

/**
 * Gives the seats in the order of the ranks. A unit that does not fit into what is left is skipped and keeps its rank;
 * who gets no seat waits in the order of the ranks, as long as the waiting list has room.
 *
 * @param ranked in the order of {@link rankEntries}
 */
export function allotSeats(
  ranked: readonly RankedEntry[],
  seats: number,
  waitingLimit: number | null,
): LotteryOutcome[] {
  let seatsLeft = seats;
  let waitingLeft = waitingLimit ?? Infinity;
  return ranked.map(({ size, because }) => {
    if (size === 0) return 'withdrawn';
    if (because === null && size <= seatsLeft) {
      seatsLeft -= size;
      return 'seat';
    }
    if (size > waitingLeft) return 'not_drawn';
    waitingLeft -= size;
    return 'waiting';
  });
}

/**
 * What an entry is called in public: a code drawn from the secret and the key of the unit. Until the secret is revealed
 * nobody can tell whose it is; afterwards those of the unit, who know the key, can see that nobody chose it.
 *
 * @param unitKey the smallest id of the unit's enrollments
 * @param attempt 0, or how many codes drawn for this unit were already taken by others
 */
export function pseudonymOf(hash: HashText, secret: string, unitKey: string, attempt: number): string {
  const digest = hash(`${secret}\n${unitKey}\n${attempt}`);
  let at = 0;
  // A byte's remainder by 32 is even: 32 divides 256.
  return makeCode('lottery', (sides) => parseInt(digest.slice(at, (at += 2)), 16) % sides);
}
