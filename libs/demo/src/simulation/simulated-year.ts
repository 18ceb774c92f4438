import { createHash } from 'node:crypto';
import { addDays, type ProgrammeKind } from '#contracts';
import {
  at,
  classNames,
  type DemoClass,
  freeSlot,
  LECTURES,
  offsetsOf,
  sessionsOn,
  wayToOpening,
} from '../demo-calendar.js';
import { courseOf, COURSES } from '../demo-courses.js';
import { type DemoPlan, withThoseWhoAsk } from '../demo-plan.js';
import { type DemoPerson, inventResidents, type Population, type Quota, QUOTAS } from '../demo-residents.js';
import { type DemoVenue, SCHOOLS, schoolOfVenue } from '../demo-schools.js';
import { Dice } from '../dice.rules.js';
import { firstDayOf, lastDayOf, type SimulatedTerm, type Storm, stormsOf, termsOfYear } from './simulated-terms.js';

/** What is to be simulated. */
export interface Simulation {
  year: number;
  residents: number;
  /** Of the dice: the same seed gives the same figures. */
  seed: number;
}

/** A year as it is to be lived through. */
export interface SimulatedYear extends DemoPlan {
  year: number;
  /** Whom staff identify only when the month in which they would have counted is signed. */
  verifiedLate: DemoPerson[];
}

/** How many whom staff identify late, at most. */
const VERIFIED_LATE = 3;

/** Part of the classes whose seats are drawn. */
const LOTTERIES = 0.06;

/** Of a hundred classes. */
const KINDS: readonly [kind: ProgrammeKind, percent: number][] = [
  ['elderly', 50],
  ['community', 22],
  ['skills', 23],
  ['degree', 5],
];

/** Plans a whole year of the district. The same simulation gives the same plan. */
export function planYear(
  { year, residents, seed }: Simulation,
  villages: ReadonlyMap<string, readonly string[]>,
): SimulatedYear {
  const dice = new Dice(`${seed} ${year} ${residents}`);
  const people = inventResidents(populationOf(year, residents), dice.of('people'), villages);
  const terms = termsOfYear(year);
  const stormDice = dice.of('storms');
  const storms = stormsOf(year, (least, most) => stormDice.between(least, most));
  const timetable = terms.flatMap((term) => classesOfTerm(term, people.length, storms, dice.of(`term ${term.key}`)));
  const classes = withThoseWhoAsk(
    timetable.map((one, index) => ({ ...one, index })),
    people,
    dice,
  );
  const inSpring = classes.filter(({ term, course }) => term === 'spring' && courseOf(course).kind === 'skills');
  const unverified = inSpring.flatMap(({ asking, seats }) =>
    asking.slice(0, seats).filter(({ verified, reliability }) => !verified && reliability > 0.95),
  );
  return {
    year,
    firstDay: firstDayOf(year),
    today: lastDayOf(year),
    dice,
    // Made from what is never the same again, and never told of before the draw.
    secrets: (classId) => createHash('sha256').update(`${seed} ${classId}`).digest('hex'),
    terms,
    people,
    classes,
    verifiedLate: [...new Set(unverified)].slice(0, VERIFIED_LATE),
  };
}

/** As many residents as are asked for, over the townships as in the demo. */
function populationOf(year: number, residents: number): Population {
  // Those who are tried out are in any district.
  const rest = residents - 3;
  const all = QUOTAS.reduce((sum, [, elders, others]) => sum + elders + others, 0);
  const scaled = QUOTAS.map(([township, elders, others]): Quota => [
    township,
    Math.floor((elders * rest) / all),
    Math.floor((others * rest) / all),
  ]);
  const missing = rest - scaled.reduce((sum, [, elders, others]) => sum + elders + others, 0);
  const [[township, elders, others], ...more] = scaled as [Quota, ...Quota[]];
  const days = (first: string, count: number) => Array.from({ length: count }, (_, index) => addDays(first, index));
  return {
    quotas: [[township, elders, others + missing], ...more],
    year,
    waves: {
      first: days(addDays(firstDayOf(year), 3), 14),
      later: [...days(`${year}-01-12`, 10), ...days(`${year}-06-01`, 10), ...days(`${year}-08-03`, 5)],
    },
  };
}

/** Classes until their seats are enough for the term's share of the residents, or no room is free any more. */
function classesOfTerm(
  term: SimulatedTerm,
  residents: number,
  storms: readonly Storm[],
  dice: Dice,
): Omit<DemoClass, 'index'>[] {
  const venues = SCHOOLS.flatMap((school) => school.venues);
  const taken = new Set<string>();
  const classes: Omit<DemoClass, 'index'>[] = [];
  let wanted = Math.ceil(residents * term.share);
  // Every room is asked in turn; when none has a free hour, all are full.
  let full = 0;
  for (let number = 0; wanted > 0 && full < venues.length; number++) {
    const own = dice.of(`class ${number}`);
    const planned = planClass(term, venues[number % venues.length]!, storms, taken, own);
    full = planned ? 0 : full + 1;
    if (!planned) continue;
    classes.push(planned);
    wanted -= Math.min(planned.ask, planned.seats);
  }
  return classes;
}

function planClass(
  term: SimulatedTerm,
  place: DemoVenue,
  storms: readonly Storm[],
  taken: Set<string>,
  dice: Dice,
): Omit<DemoClass, 'index'> | null {
  const kind = kindOf(dice.between(1, 100));
  const course = dice.pick(COURSES.filter((one) => one.kind === kind));
  const school = schoolOfVenue(place.key);
  const lecture = LECTURES.includes(course.code);
  const twiceAWeek = !lecture && (kind === 'skills' || kind === 'degree');
  const slot = freeSlot({ venue: place.key }, kind, twiceAWeek, term.key, school, dice, taken);
  if (!slot) return null;

  const weeks = lecture ? 1 : dice.between(...term.weeks);
  const sunday = addDays(
    firstSundayFrom(term.startsOn),
    (lecture ? dice.between(term.begins[0], term.begins[1] + term.weeks[0]) : dice.between(...term.begins)) * 7,
  );
  const offsets = offsetsOf(slot.offset, twiceAWeek);
  const days = Array.from({ length: twiceAWeek ? Math.ceil(weeks * 0.6) : weeks }, (_, week) =>
    offsets.map((offset) => addDays(sunday, week * 7 + offset)),
  )
    .flat()
    .sort();
  const cancelled = days.flatMap((day, index) => {
    const storm = storms.find((one) => one.day === day && (!one.ferriesOnly || place.accessRoute === 'ferry'));
    return storm ? [{ session: index + 1, reason: storm.reason }] : [];
  });
  const opens = addDays(days[0]!, -13);
  const seats = Math.min(place.capacity, lecture ? dice.between(30, 60) : dice.between(14, 26));
  const drawn = !lecture && dice.chance(LOTTERIES);
  // A lottery leaves out one or two.
  const ask = drawn ? seats + dice.between(1, 2) : Math.ceil(seats * dice.pick([0.7, 0.8, 0.9, 0.95, 1, 1.1, 1.25]));
  const lastHeld = addDays(days.at(-1)!, cancelled.length * 7);
  return {
    // One in twenty is left to be finished by age.
    phase: dice.chance(0.05) ? 'over' : 'previous',
    course: course.code,
    venue: place.key,
    seats,
    ask,
    cancelled,
    scanned: dice.chance(0.3),
    withdrawal: !lecture && dice.chance(0.2),
    churn: ask > seats + 2 && dice.chance(0.5),
    ...(drawn && { terms: { admission: 'lottery' as const } }),
    term: term.key,
    school,
    place,
    ...classNames(course, place),
    teacherIndex: slot.teacherIndex,
    slots: offsets.map((offset) => `${offset} ${slot.hour}`),
    sessions: sessionsOn(days, slot.hour, twiceAWeek ? 120 : 90),
    ...wayToOpening(opens),
    closesAt: at(addDays(opens, 9), 18),
    finishedAt: at(addDays(lastHeld, 2), 10),
  };
}

function kindOf(percent: number): ProgrammeKind {
  let sum = 0;
  return KINDS.find(([, share]) => percent <= (sum += share))![0];
}

/** The first Sunday on or after a day. */
function firstSundayFrom(day: string): string {
  return addDays(day, (7 - new Date(`${day}T00:00:00Z`).getUTCDay()) % 7);
}
