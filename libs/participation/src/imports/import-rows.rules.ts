import { dayOfSerial, DEGREE_LEVELS, isDay, type DegreeLevel, type DocumentKind, type ImportKind } from '#contracts';
import type { ImportField, Places } from './import-columns.rules.js';

/** What is wrong with a row, or to be known about it. */
export const IMPORT_PROBLEMS = [
  'NAME_MISSING',
  'DOCUMENT_KIND_UNKNOWN',
  'DOCUMENT_MISSING',
  'DOCUMENT_ROUNDED',
  'DOCUMENT_WRONG',
  'BIRTH_DATE_NEEDED',
  'BIRTH_DATE_DIFFERS',
  'PHONE_WRONG',
  'TITLE_MISSING',
  'ORGANISATION_UNKNOWN',
  'TERM_OR_CERTIFICATE_MISSING',
  'DATE_MISSING',
  'DATE_WRONG',
  'DATE_TO_COME',
  'ENDS_BEFORE_START',
  'CLASS_HOURS_WRONG',
  'REGION_UNKNOWN',
  'LEVEL_UNKNOWN',
  'NOTHING_REACHED',
  'YEAR_WRONG',
  'DUAL_WRONG',
  'NAME_DIFFERS',
] as const;
export type ImportProblemCode = (typeof IMPORT_PROBLEMS)[number];

/** Problems with which a row can be used nevertheless; each says what is done instead. */
const NOTICES: readonly ImportProblemCode[] = ['PHONE_WRONG', 'ORGANISATION_UNKNOWN', 'YEAR_WRONG', 'DUAL_WRONG'];

export interface ImportProblem {
  code: ImportProblemCode;
  field: ImportField;
  /** What stands there, unless it is personal. */
  value?: string;
}

export const isUsable = (problems: readonly ImportProblem[]) => problems.every(({ code }) => NOTICES.includes(code));

/** The beginning of a text: so many units of UTF-16, and no half of a character, of which PostgreSQL makes no JSON. */
const cut = (text: string, most: number): string => text.slice(0, most).replace(/\p{Surrogate}/gu, '');

/** What a row says, as far as it could be read. */
export interface ReadRow {
  name: string | null;
  documentKind: DocumentKind;
  /** As typed; who it is of is for the people's lib to say. */
  documentNumber: string | null;
  phone: string | null;
  birthDate: string | null;
  title: string;
  classTerm: string | null;
  certificateNumber: string | null;
  classHours: number | null;
  startsOn: string | null;
  endsOn: string | null;
  level: DegreeLevel | null;
  registeredOn: string | null;
  expectedYear: number | null;
  graduatedOn: string | null;
  leftOn: string | null;
  dual: boolean;
  organisation: string | null;
  region: string | null;
  problems: ImportProblem[];
}

/**
 * Reads a row of a list.
 *
 * @param today YYYY-MM-DD: what is still to come has not been reached
 */
export function readRow(kind: ImportKind, cells: readonly string[], places: Places, today: string): ReadRow {
  const problems: ImportProblem[] = [];
  const text = (field: ImportField): string | null => {
    const place = places[field];
    return place === undefined ? null : cells[place] || null;
  };
  const wrong = (code: ImportProblemCode, field: ImportField, value?: string | null) => {
    problems.push({ code, field, ...(value ? { value: cut(value, 60) } : {}) });
  };
  const date = (field: ImportField, { byMonth = false } = {}): string | null => {
    const typed = text(field);
    if (typed === null) return null;
    const day = readDay(typed, byMonth);
    if (day === null) wrong('DATE_WRONG', field, typed);
    else if (day > today) wrong('DATE_TO_COME', field, typed);
    return day;
  };

  const name = text('name');
  if (name === null) wrong('NAME_MISSING', 'name');
  const documentKind = readDocumentKind(text('documentKind'));
  if (documentKind === null) wrong('DOCUMENT_KIND_UNKNOWN', 'documentKind', text('documentKind'));
  const documentNumber = text('documentNumber');
  if (documentNumber === null) wrong('DOCUMENT_MISSING', 'documentNumber');
  else if (isRounded(documentNumber)) wrong('DOCUMENT_ROUNDED', 'documentNumber');
  const row: ReadRow = {
    name,
    documentKind: documentKind ?? 'resident_card',
    documentNumber,
    phone: text('phone'),
    birthDate: text('birthDate') === null ? null : readDay(text('birthDate')!, false),
    title: cut(text('title') ?? '', 100),
    classTerm: text('classTerm') === null ? null : cut(text('classTerm')!, 100),
    certificateNumber: text('certificateNumber')?.normalize('NFKC').replace(/\s/g, '').slice(0, 60) ?? null,
    classHours: null,
    startsOn: null,
    endsOn: null,
    level: null,
    registeredOn: null,
    expectedYear: null,
    graduatedOn: null,
    leftOn: null,
    dual: false,
    organisation: text('organisation'),
    region: text('region'),
    problems,
  };
  if (text('birthDate') !== null && row.birthDate === null) wrong('DATE_WRONG', 'birthDate');

  if (kind === 'training') {
    if (row.title === '') wrong('TITLE_MISSING', 'title');
    row.startsOn = date('startsOn');
    row.endsOn = date('endsOn');
    for (const field of ['startsOn', 'endsOn'] as const) if (text(field) === null) wrong('DATE_MISSING', field);
    if (row.startsOn && row.endsOn && row.endsOn < row.startsOn) wrong('ENDS_BEFORE_START', 'endsOn', row.endsOn);
    const hours = (text('classHours') ?? '').normalize('NFKC').replace(/(个)?(课时|学时|小时)$/, '');
    row.classHours = /^\d{1,5}(\.\d{1,3})?$/.test(hours) ? Math.round(Number(hours) * 10) / 10 : null;
    if (row.classHours === null) wrong('CLASS_HOURS_WRONG', 'classHours', text('classHours'));
    if (row.classTerm === null && row.certificateNumber === null) wrong('TERM_OR_CERTIFICATE_MISSING', 'classTerm');
  } else {
    row.level = readLevel(text('level'));
    if (row.level === null) wrong('LEVEL_UNKNOWN', 'level', text('level'));
    // Lists of degrees often know the month alone.
    row.registeredOn = date('registeredOn', { byMonth: true });
    row.graduatedOn = date('graduatedOn', { byMonth: true });
    row.leftOn = date('leftOn', { byMonth: true });
    if (text('registeredOn') === null && text('graduatedOn') === null) wrong('NOTHING_REACHED', 'registeredOn');
    const year = text('expectedYear');
    row.expectedYear = year === null ? null : Number(/^(20\d\d)/.exec(year)?.[1] ?? NaN);
    if (Number.isNaN(row.expectedYear)) {
      row.expectedYear = null;
      wrong('YEAR_WRONG', 'expectedYear', year);
    }
    const dual = text('dual');
    row.dual = /^(是|有|1|y|yes|true|√|双证制?)$/i.test(dual ?? '');
    if (dual !== null && !row.dual && !/^(否|无|0|n|no|false|×|单证制?|-)$/i.test(dual))
      wrong('DUAL_WRONG', 'dual', dual);
    row.title =
      [text('school'), row.title || null]
        .filter((part) => part !== null)
        .join(' ')
        .slice(0, 100) ||
      text('level') ||
      '';
  }
  return row;
}

/** Excel keeps 15 digits of a number; of a longer one it shows 3.30305E+17, and what is behind them is lost. */
const isRounded = (typed: string) => /^\d(\.\d+)?E\+?\d+$/i.test(typed.replace(/\s/g, ''));

/** The same, written out: a number of a card that is wrong and ends in zeros. */
export const endsRounded = (typed: string) => /^[1-9]\d{14}000$/.test(typed);

const DOCUMENT_WORDS: readonly [RegExp, DocumentKind][] = [
  [/^(居民|二代|第二代)?(居民)?身份证|^resident_card$|^id card$/i, 'resident_card'],
  [/^(中国|外国)?护照|^passport$/i, 'passport'],
  [/港澳|^hkmo_permit$/i, 'hkmo_permit'],
  [/台湾|台胞|^taiwan_permit$/i, 'taiwan_permit'],
];

/** The kind of a document by its name; where nothing is said, a resident identity card. */
function readDocumentKind(typed: string | null): DocumentKind | null {
  if (typed === null) return 'resident_card';
  const word = typed.normalize('NFKC').replace(/\s/g, '');
  return DOCUMENT_WORDS.find(([form]) => form.test(word))?.[1] ?? null;
}

const LEVEL_WORDS: readonly [RegExp, DegreeLevel][] = [
  [/研究生|硕士|博士/, 'postgraduate'],
  [/本科|学士|专升本/, 'undergraduate'],
  [/大专|专科|高职|高专/, 'college'],
  [/高中|中专|职高|中职|技校|中技/, 'senior_secondary'],
  [/初中/, 'junior_secondary'],
];

function readLevel(typed: string | null): DegreeLevel | null {
  const word = typed?.normalize('NFKC').replace(/\s/g, '') ?? '';
  const byCode = DEGREE_LEVELS.find((level) => level === word.toLowerCase());
  return byCode ?? LEVEL_WORDS.find(([form]) => form.test(word))?.[1] ?? null;
}

/**
 * A day as people write it and as Excel counts it: 2026-3-2, 2026/03/02, 2026.3.2, 2026年3月2日, 20260302, 46083.
 *
 * @param byMonth takes the first day of a month that is given alone
 */
export function readDay(typed: string, byMonth: boolean): string | null {
  const asked = byMonth ? `${typed} by month` : typed;
  let day = daysRead.get(asked);
  if (day === undefined) {
    day = readDayAnew(typed, byMonth);
    if (daysRead.size >= MOST_DAYS) daysRead.clear();
    daysRead.set(asked, day);
  }
  return day;
}

/** A list names the same few days over and over. */
const daysRead = new Map<string, string | null>();
const MOST_DAYS = 2_000;

function readDayAnew(typed: string, byMonth: boolean): string | null {
  const text = typed
    .normalize('NFKC')
    .replace(/[ T]\d{1,2}:\d{2}.*$/, '')
    .replace(/\s/g, '');
  if (/^\d{5}(\.\d+)?$/.test(text)) return dayOfSerial(Number(text)) ?? null;
  const [, year, month, day] =
    /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/.exec(text) ??
    /^(\d{4})(\d{2})(\d{2})$/.exec(text) ??
    (byMonth ? (/^(\d{4})[-/.年](\d{1,2})月?$/.exec(text) ?? /^(\d{4})(\d{2})$/.exec(text)) : null) ??
    [];
  if (!year || !month) return null;
  const written = `${year}-${month.padStart(2, '0')}-${(day ?? '1').padStart(2, '0')}`;
  return isDay(written) && year >= '1900' && year < '2100' ? written : null;
}
