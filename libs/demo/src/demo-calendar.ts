import { addDays } from '#contracts';
import { courseOf, type DemoCourse, type Phase, TIMETABLE, type TimetableRow } from './demo-courses.js';
import { type DemoSchool, type DemoVenue, schoolOfVenue, venueOf } from './demo-schools.js';
import type { Dice } from './dice.rules.js';

/*
 * When everything of the demo happens: all of it before the day on which it is loaded begins, so that the same day
 * always gives the same data. What is to happen today is left to whoever tries the demo out.
 */

/** That hour of a day in the district. */
export const at = (day: string, hour: number, minute = 0): Date =>
  new Date(`${day}T${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}:00+08:00`);

export interface DemoTerm {
  /** Of the demo: earlier, previous, current. */
  key: string;
  name: string;
  nameEn: string;
  startsOn: string;
  endsOn: string;
  createdAt: Date;
}

/** A class with all its moments; those that lie behind the present do not happen. */
export interface DemoClass extends TimetableRow {
  index: number;
  /** Key of its term. */
  term: string;
  school: DemoSchool;
  place: DemoVenue;
  name: string;
  nameEn: string;
  /** Of the school's. */
  teacherIndex: number;
  /** Which days and hours of the week it takes; two classes with one of them in common may clash. */
  slots: string[];
  sessions: { startsAt: Date; endsAt: Date; day: string }[];
  draftedAt: Date;
  submittedAt: Date;
  decidedAt: Date;
  publishedAt: Date;
  opensAt: Date;
  closesAt: Date;
  finishedAt: Date;
}

/** Days from the first thing that happens to the day of the demo. */
export const FIRST_DAY = -400;

/**
 * Three terms around a day. They are laid so that each class fits into one on whatever day the demo is loaded; real
 * ones begin in February and September.
 */
export function termsAround(today: string): DemoTerm[] {
  const spans = [
    ['earlier', -375, -269],
    ['previous', -268, -76],
    ['current', -75, 80],
  ] as const;
  const middle = addDays(today, 5);
  const month = Number(middle.slice(5, 7));
  // Half-years of the school: 2 counts from autumn 2000 on.
  const present = (Number(middle.slice(0, 4)) - (month < 2 ? 1 : 0)) * 2 + (month >= 2 && month < 8 ? 0 : 1);
  return spans.map(([key, from, to], index) => {
    const half = present - 2 + index;
    const year = Math.floor(half / 2);
    const spring = half % 2 === 0;
    return {
      key,
      name: `${year}年${spring ? '春季' : '秋季'}学期`,
      nameEn: `${spring ? 'Spring' : 'Autumn'} term ${year}`,
      startsOn: addDays(today, from),
      endsOn: addDays(today, to),
      createdAt: at(addDays(today, from - 10), 9),
    };
  });
}

/** First week (0: today and the six days after it) and number of weeks, by phase. */
const WEEKS: Record<Phase, (dice: Dice) => [first: number, weeks: number]> = {
  earlier: () => [-51, 4],
  previous: (dice) => [dice.between(-33, -19), 6],
  done: () => [-8, 6],
  over: () => [-8, 7],
  running: () => [-4, 9],
  drawn: () => [0, 6],
  open: () => [2, 7],
  soon: () => [2, 7],
  approved: () => [3, 6],
  submitted: () => [3, 6],
  returned: () => [3, 6],
  draft: () => [3, 6],
};

/** The week of a class that meets once. */
const LECTURE_WEEK: Partial<Record<Phase, number>> = { previous: -16, done: -3, open: 0 };

export const LECTURES: readonly string[] = ['CM-205', 'CM-206'];

/** Days from today to the opening of enrollment, of classes that have not begun. */
const OPENS: Partial<Record<Phase, [least: number, most: number]>> = {
  drawn: [-12, -10],
  open: [-4, -1],
  soon: [1, 5],
  approved: [8, 8],
  submitted: [8, 8],
  returned: [8, 8],
  draft: [8, 8],
};

const HOURS = { elderly: [9, 14], community: [9, 14, 19], skills: [14, 19], degree: [19] } as const;

/** The timetable around a day. No two classes need the same room or teacher at the same time. */
export function classesAround(today: string, dice: Dice): DemoClass[] {
  const taken = new Set<string>();
  // Classes that meet today choose their hour first.
  const order = TIMETABLE.map((row, index) => ({ row, index })).sort(
    (a, b) => Number(b.row.today !== undefined) - Number(a.row.today !== undefined) || a.index - b.index,
  );
  return order
    .map(({ row, index }) => planClass(row, index, today, dice.of(`class ${index}`), taken))
    .sort((a, b) => a.index - b.index);
}

function planClass(row: TimetableRow, index: number, today: string, dice: Dice, taken: Set<string>): DemoClass {
  const course = courseOf(row.course);
  const school = schoolOfVenue(row.venue);
  const place = venueOf(row.venue);
  const term = row.phase === 'earlier' || row.phase === 'previous' ? row.phase : 'current';
  const lecture = LECTURES.includes(row.course);
  const twiceAWeek = !lecture && (course.kind === 'skills' || course.kind === 'degree');
  const slot = freeSlot(row, course.kind, twiceAWeek, term, school, dice, taken);
  if (!slot) throw new Error(`the demo's timetable has no room for ${row.course} at ${row.venue}`);
  const { offset, hour, teacherIndex } = slot;

  const [usualWeek, usualWeeks] = lecture ? [LECTURE_WEEK[row.phase]!, 1] : WEEKS[row.phase](dice);
  const firstWeek = row.began ?? usualWeek;
  // Who meets twice a week is through sooner.
  const weeks = twiceAWeek && row.phase !== 'running' ? Math.ceil(usualWeeks * 0.6) : usualWeeks;
  const minutes = twiceAWeek ? 120 : 90;
  const offsets = offsetsOf(offset, twiceAWeek);
  const days = Array.from({ length: weeks }, (_, week) =>
    offsets.map((one) => addDays(today, (firstWeek + week) * 7 + one)),
  )
    .flat()
    .sort();
  const sessions = sessionsOn(days, hour, minutes);
  const [first, last] = [days[0]!, days.at(-1)!];
  const opening = OPENS[row.phase];
  const opens = opening ? addDays(today, dice.between(...opening)) : addDays(first, -13);
  const made = (row.cancelled ?? []).filter(({ session }) => sessions[session - 1]!.day < today).length;
  return {
    ...row,
    index,
    term,
    school,
    place,
    ...classNames(course, place),
    teacherIndex,
    slots: offsets.map((one) => `${one} ${hour}`),
    sessions: row.bare ? [] : sessions,
    ...wayToOpening(opens),
    closesAt: at(closesOn(row.phase, opens, first, lecture), 18),
    finishedAt: row.phase === 'over' ? at(addDays(today, 1), 10) : at(addDays(last, made * 7 + 2), 10),
  };
}

/** How a class is called: by its course and where it meets. */
export const classNames = ({ code, name, nameEn }: DemoCourse, { short, shortEn }: DemoVenue) => ({
  name: LECTURES.includes(code) ? `${name}·${short}` : `${name}·${short}班`,
  nameEn: `${nameEn}, ${shortEn}`,
});

/** When a class whose enrollment opens on that day is planned, sent in, approved and published. */
export const wayToOpening = (opens: string) => ({
  draftedAt: at(addDays(opens, -14), 10),
  submittedAt: at(addDays(opens, -12), 15, 30),
  decidedAt: at(addDays(opens, -10), 10),
  publishedAt: at(addDays(opens, -8), 9),
  opensAt: at(opens, 9),
});

export const sessionsOn = (days: readonly string[], hour: number, minutes: number) =>
  days.map((day) => ({
    day,
    startsAt: at(day, hour),
    endsAt: new Date(at(day, hour).getTime() + minutes * 60_000),
  }));

/** A window ends shortly before the class begins, of a lecture the evening before; where it was drawn by lot, some days ago. */
function closesOn(phase: Phase, opens: string, first: string, lecture: boolean): string {
  if (phase === 'drawn') return addDays(opens, 4);
  return OPENS[phase] ? addDays(first, lecture ? -1 : -2) : addDays(opens, 9);
}

export const offsetsOf = (offset: number, twiceAWeek: boolean) => (twiceAWeek ? [offset, (offset + 3) % 7] : [offset]);

/** A time of the week at which room, one of the teachers and those of the residents who are to come are free; null: none. */
export function freeSlot(
  row: Pick<TimetableRow, 'venue' | 'today' | 'teacher' | 'first' | 'late'>,
  kind: keyof typeof HOURS,
  twiceAWeek: boolean,
  term: string,
  school: DemoSchool,
  dice: Dice,
  taken: Set<string>,
): { offset: number; hour: number; teacherIndex: number } | null {
  const weekdays = row.today === undefined ? dice.shuffled([1, 2, 3, 4, 5, 6]) : [0];
  const hours = row.today === undefined ? dice.shuffled(HOURS[kind]) : [row.today];
  const everyone = Array.from({ length: school.teachers }, (_, index) => index);
  const teachers = row.teacher === undefined ? dice.shuffled(everyone) : [row.teacher];
  for (const offset of weekdays) {
    for (const hour of hours) {
      for (const teacherIndex of teachers) {
        const needed = [row.venue, `${school.key} teacher ${teacherIndex}`, ...(row.first ?? []), ...(row.late ?? [])];
        const keys = offsetsOf(offset, twiceAWeek).flatMap((day) =>
          needed.map((one) => `${term} ${one} ${day} ${hour}`),
        );
        if (keys.some((key) => taken.has(key))) continue;
        for (const key of keys) taken.add(key);
        return { offset, hour, teacherIndex };
      }
    }
  }
  return null;
}
