import { addDays, ageOn, type ProgrammeKind } from '#contracts';
import { classesAround, type DemoClass, type DemoTerm, FIRST_DAY, termsAround } from './demo-calendar.js';
import { courseOf } from './demo-courses.js';
import { type DemoPerson, inventResidents, populationAround } from './demo-residents.js';
import { townshipCode } from './demo-schools.js';
import { Dice } from './dice.rules.js';

/** A class with those who ask for its seats, in the order in which they do. */
export interface PlannedClass extends DemoClass {
  asking: DemoPerson[];
}

/** Everything that is to be in the demo. */
export interface DemoPlan {
  /** YYYY-MM-DD; nothing happens before it. */
  firstDay: string;
  /** YYYY-MM-DD; nothing happens on this day or after it. */
  today: string;
  dice: Dice;
  /** Where a year has to come out the same again: what the secrets of its lotteries are, by class id. */
  secrets?: (classId: string) => string;
  terms: DemoTerm[];
  classes: PlannedClass[];
  people: DemoPerson[];
}

/** What a resident may hold of a kind in a term (see lib enrollment). */
const MOST_OF_KIND: Partial<Record<ProgrammeKind, number>> = { elderly: 2 };

/**
 * Plans the demo around a day. The same day and seed give the same plan.
 *
 * @param villages codes of the villages by township
 */
export function planDemo(today: string, seed: number, villages: ReadonlyMap<string, readonly string[]>): DemoPlan {
  const dice = new Dice(`${seed} ${today}`);
  const firstDay = addDays(today, FIRST_DAY);
  const people = inventResidents(populationAround(today, firstDay), dice.of('people'), villages);
  return {
    firstDay,
    today,
    dice,
    terms: termsAround(today),
    people,
    classes: wellAttended(today, people, dice),
  };
}

/** Timetables that are tried; of 3,700 days, five need a second one. */
const MOST_TIMETABLES = 20;

/**
 * The classes with as many asking as there are to be. On some days the dice lay so many classes at the same hours that too
 * few are free for one of them; then they are thrown again.
 */
function wellAttended(today: string, people: readonly DemoPerson[], dice: Dice): PlannedClass[] {
  for (let attempt = 1; attempt <= MOST_TIMETABLES; attempt++) {
    const thrown = attempt === 1 ? dice : dice.of(`attempt ${attempt}`);
    const classes = withThoseWhoAsk(classesAround(today, thrown.of('timetable')), people, thrown);
    if (classes.every(({ asking, ask }) => asking.length === ask)) return classes;
  }
  throw new Error(`the demo's people are too few for its classes on ${today}`);
}

/** Who asks for the seats of each class: people of the right age who are free at its hours. */
export function withThoseWhoAsk(
  classes: readonly DemoClass[],
  people: readonly DemoPerson[],
  dice: Dice,
): PlannedClass[] {
  const held = new Map<DemoPerson, { term: string; kind: ProgrammeKind; slots: string[] }[]>();
  // Those with someone in particular choose first, so that these are still free.
  const inOrder = [...classes].sort((a, b) => Number(wants(b)) - Number(wants(a)) || a.index - b.index);
  const asking = new Map(
    inOrder.map((one) => [one.index, whoAsks(one, people, held, dice.of(`asking ${one.index}`))] as const),
  );
  return classes.map((one) => ({ ...one, asking: asking.get(one.index)! }));
}

const wants = ({ first, late }: DemoClass) => (first ?? late) !== undefined;

function whoAsks(
  one: DemoClass,
  people: readonly DemoPerson[],
  held: Map<DemoPerson, { term: string; kind: ProgrammeKind; slots: string[] }[]>,
  dice: Dice,
): DemoPerson[] {
  const { kind } = courseOf(one.course);
  const township = townshipCode(one.place.regionCode);
  const free = people.filter((person) => {
    const others = (held.get(person) ?? []).filter(({ term }) => term === one.term);
    return (
      person.registeredAt < one.opensAt &&
      fits(ageOn(person.birthDate, one.sessions[0]?.day ?? '2000-01-01'), kind) &&
      others.filter((other) => other.kind === kind).length < (MOST_OF_KIND[kind] ?? 4) &&
      !others.some(({ slots }) => slots.some((slot) => one.slots.includes(slot)))
    );
  });
  const named = (keys: DemoClass['first']) => free.filter(({ key }) => key !== null && keys?.includes(key));
  const [first, late] = [named(one.first), named(one.late)];
  const mixed = dice.shuffled(free.filter(({ key }) => key === null));
  // Elders go to the class of their own island; for a trade people come from all over.
  const near = ({ regionCode }: DemoPerson) => townshipCode(regionCode) === township;
  const rest = kind === 'elderly' ? [...mixed.filter(near), ...mixed.filter((person) => !near(person))] : mixed;
  const early = [...first, ...rest].slice(0, late.length > 0 ? one.seats : one.ask);
  const asking = [...early, ...late, ...rest.filter((person) => !early.includes(person))].slice(0, one.ask);
  for (const person of asking) {
    held.set(person, [...(held.get(person) ?? []), { term: one.term, kind, slots: one.slots }]);
  }
  return asking;
}

const fits = (age: number, kind: ProgrammeKind) => (kind === 'elderly' ? age >= 60 : kind === 'community' || age < 60);

/** How somebody did at a session: thrown from dice of their own, so that the order of the work makes no difference. */
export function presenceOf(
  { dice }: Pick<DemoPlan, 'dice'>,
  one: DemoClass,
  session: number,
  person: DemoPerson,
): { status: 'present' | 'absent' | 'excused'; minutesLate: number } {
  const thrown = dice.of(`class ${one.index} session ${session} person ${person.index}`);
  if (thrown.chance(person.reliability)) return { status: 'present', minutesLate: thrown.chance(0.06) ? 25 : 0 };
  return { status: thrown.chance(0.3) ? 'excused' : 'absent', minutesLate: 0 };
}

/** Day of the latest count of people up to the day, as the year's end before. */
export const populationDay = (today: string) => `${Number(addDays(today, -60).slice(0, 4)) - 1}-12-31`;

/** Codes of the villages by township. */
export function villagesIn(
  regions: ReadonlyMap<string, { code: string; level: string; parentCode: string | null }>,
): Map<string, string[]> {
  const villages = new Map<string, string[]>();
  for (const { code, level, parentCode } of regions.values()) {
    if (level === 'village') villages.set(parentCode!, [...(villages.get(parentCode!) ?? []), code]);
  }
  return villages;
}
