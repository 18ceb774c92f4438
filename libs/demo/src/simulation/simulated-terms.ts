import { addDays } from '#contracts';
import { at, type DemoTerm } from '../demo-calendar.js';

/*
 * The school's year, as schools have it: a short winter term before New Year's holidays, spring, a short summer term, and
 * autumn, of which some classes run on into January.
 */

export interface SimulatedTerm extends DemoTerm {
  /** Classes of how many residents, for each resident that there is. */
  share: number;
  /** In which weeks after its first Sunday classes begin, and how many weeks they last. */
  begins: [least: number, most: number];
  weeks: [least: number, most: number];
}

/** The terms of a year, each with room for what is made up at its end. */
export function termsOfYear(year: number): SimulatedTerm[] {
  const term = (
    key: string,
    [name, nameEn]: [string, string],
    [startsOn, endsOn]: [string, string],
    given: Pick<SimulatedTerm, 'share' | 'begins' | 'weeks'>,
  ): SimulatedTerm => {
    const createdAt = at(addDays(startsOn, -60), 9);
    const first = at(firstDayOf(year), 10);
    return {
      key,
      name: `${year}年${name}`,
      nameEn: `${nameEn} ${year}`,
      startsOn,
      endsOn,
      createdAt: createdAt < first ? first : createdAt,
      ...given,
    };
  };
  return [
    term('winter', ['冬季班', 'Winter term'], [`${year}-01-01`, `${year}-02-20`], {
      share: 0.25,
      begins: [0, 1],
      weeks: [4, 4],
    }),
    term('spring', ['春季学期', 'Spring term'], [`${year}-02-21`, `${year}-07-05`], {
      share: 0.9,
      begins: [0, 3],
      weeks: [8, 13],
    }),
    term('summer', ['暑期班', 'Summer term'], [`${year}-07-01`, `${year}-08-31`], {
      share: 0.4,
      begins: [0, 1],
      weeks: [4, 5],
    }),
    term('autumn', ['秋季学期', 'Autumn term'], [`${year}-09-01`, `${year + 1}-01-31`], {
      share: 0.9,
      begins: [0, 8],
      weeks: [7, 10],
    }),
  ];
}

/** YYYY-MM-DD of the first thing that happens: schools, staff and residents come first. */
export const firstDayOf = (year: number) => `${year - 1}-11-10`;

/** YYYY-MM-DD on which nothing happens any more: December is signed by then. */
export const lastDayOf = (year: number) => `${year + 1}-01-31`;

/** A day on which boats do not go, or nothing does at all. */
export interface Storm {
  day: string;
  /** Ferries only, or all roads, too. */
  ferriesOnly: boolean;
  reason: string;
}

/** The typhoons of the summer and the strong winds of the winter. */
export function stormsOf(year: number, between: (least: number, most: number) => number): Storm[] {
  const within = (first: string, days: number) => addDays(`${year}-${first}`, between(0, days));
  const winds = [
    within('01-08', 20),
    within('03-05', 20),
    within('04-08', 20),
    within('11-05', 20),
    within('12-03', 20),
  ];
  const typhoons = [within('07-10', 20), within('08-05', 15), within('09-12', 16), within('10-08', 8)];
  return [
    ...winds.map((day) => ({ day, ferriesOnly: true, reason: '大风蓝色预警，轮渡停航' })),
    ...typhoons.map((day) => ({ day, ferriesOnly: false, reason: '台风影响，全区停课' })),
  ].sort((a, b) => (a.day < b.day ? -1 : 1));
}
