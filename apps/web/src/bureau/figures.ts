import { DISTRICT_ZONE } from '#contracts';
import { language } from '../shared/language';

const NUMBERS = {
  zh: new Intl.NumberFormat('zh-CN', { maximumFractionDigits: 2 }),
  en: new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 }),
};
const STAMP = new Intl.DateTimeFormat('sv-SE', {
  timeZone: DISTRICT_ZONE,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
});
const SECOND = new Intl.DateTimeFormat('sv-SE', { timeZone: DISTRICT_ZONE, timeStyle: 'medium' });

/** From here on decimals say nothing to the reader. */
const WHOLE_FROM = 1000;

/** 7,500; 88.9 */
export const figure = (value: number): string =>
  NUMBERS[language.value].format(Math.abs(value) >= WHOLE_FROM ? Math.round(value) : value);

/** The plan gives units in Chinese only; some English does without. */
const ENGLISH_UNITS: Record<string, string> = {
  人次: 'person-times',
  '人次/年': 'person-times a year',
  人: 'people',
  个: '',
  所: 'schools',
  场: 'events',
  年: 'years',
};

/** A unit of the plan as the reader says it. */
export const unitOf = (unit: string): string => (language.value === 'en' ? (ENGLISH_UNITS[unit] ?? unit) : unit);

/** 7,500 人次, 88.9% */
export const withUnit = (value: number, unit: string): string =>
  unit === '%' ? `${figure(value)}%` : `${figure(value)} ${unitOf(unit)}`.trimEnd();

/** Two shares differ by points, not by per cent. */
const differenceUnit = (unit: string): string =>
  unit !== '%' ? unit : language.value === 'en' ? 'points' : '个百分点';

/** +12 or −340: what is behind has a minus sign of its own width, not a hyphen. */
export const signed = (value: number, unit = ''): string =>
  `${value > 0 ? '+' : value < 0 ? '−' : ''}${withUnit(Math.abs(value), differenceUnit(unit))}`;

/** 2026-09-14 14:05, in the district's zone: in lists that span years. */
export const stamp = (iso: string): string => STAMP.format(new Date(iso));

/** 14:05:09 */
export const second = (iso: string): string => SECOND.format(new Date(iso));
