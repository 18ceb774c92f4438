import { DISTRICT_ZONE } from '#contracts';
import { language } from './language';

const LOCALES = { zh: 'zh-CN', en: 'en-GB' } as const;
const formats = new Map<string, Intl.DateTimeFormat>();

/** Formats in the district's zone, whatever the device's. */
function format(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language.value + JSON.stringify(options);
  const known =
    formats.get(key) ?? new Intl.DateTimeFormat(LOCALES[language.value], { timeZone: DISTRICT_ZONE, ...options });
  formats.set(key, known);
  return known;
}

const yearOf = (at: Date) => format({ year: 'numeric' }).format(at);

/** A day of this year is told without it; any other would be taken for one of this year. */
const yearIfOther = (at: Date) => (yearOf(at) === yearOf(new Date()) ? {} : ({ year: 'numeric' } as const));

/** In English a comma comes behind the weekday as soon as there is a year; days of one list are to look alike. */
const alike = (words: string) => words.replace(/^(\p{L}+),/u, '$1');

/** 9月7日 周一 14:00; with its year where that is not this one */
export const moment = (iso: string) =>
  alike(
    format({
      ...yearIfOther(new Date(iso)),
      month: 'long',
      day: 'numeric',
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    }).format(new Date(iso)),
  );

/** 9月7日 周一; with its year where that is not this one */
export const day = (iso: string) =>
  alike(
    format({ ...yearIfOther(new Date(iso)), month: 'long', day: 'numeric', weekday: 'short' }).format(new Date(iso)),
  );

/** 1950年5月6日, of a date without time such as 1950-05-06 */
export const birthday = (date: string) =>
  format({ year: 'numeric', month: 'long', day: 'numeric' }).format(new Date(`${date}T12:00:00+08:00`));

/** 14:00 */
export const clock = (iso: string) =>
  format({ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(new Date(iso));

/** Keeps what stands at both sides of it in one line. */
const JOINED = '\u2060';

/** 9月7日 周一 14:00–15:30, which does not break at the dash */
export const span = (startsAt: string, endsAt: string) => `${moment(startsAt)}${JOINED}–${JOINED}${clock(endsAt)}`;
