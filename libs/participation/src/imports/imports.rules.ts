import type { ImportState, Language } from '#contracts';
import { type SheetFault, sheetFaultInWords } from '#core';
import type { ImportField } from './import-columns.rules.js';
import type { ImportProblem, ImportProblemCode } from './import-rows.rules.js';

/** Rows of a file at most. */
export const MOST_ROWS = 200_000;

/** Why a file cannot be used at all. */
export type ImportFailure = { code: SheetFault } | { code: 'columns_missing'; missing: string[] } | { code: 'no_rows' };

/** What a file would bring. */
export interface ImportCounts {
  rows: number;
  /** Rows that cannot be used. */
  unusable: number;
  /** Different people who are in no register yet, and who are. */
  newPeople: number;
  knownPeople: number;
  /** Usable rows that would count in something, and that would not. */
  counting: number;
  notCounting: number;
  /** Of those that would not: because another row of the file does, because something that is there already does. */
  repeatsInFile: number;
  repeatsOfCounted: number;
  /** Rows by why they would not count. */
  reasons: { code: string; rows: number }[];
  /** Rows by what is wrong with them, or to be known. */
  problems: { code: ImportProblemCode; rows: number }[];
}

export type ImportMove = 'confirm' | 'discard' | 'undo';

/** From which states somebody may move an import. */
const MOVES: Readonly<Record<ImportMove, readonly ImportState[]>> = {
  confirm: ['ready'],
  discard: ['waiting', 'reading', 'ready', 'failed'],
  undo: ['written'],
};

export const mayMove = (state: ImportState, move: ImportMove): boolean => MOVES[move].includes(state);

type Words = Record<Language, string>;

export function failureInWords(failure: ImportFailure, language: Language): string {
  if (failure.code === 'columns_missing') {
    const missing = failure.missing.join(language === 'zh' ? '、' : ', ');
    return language === 'zh'
      ? `没有找到表头，或缺少这些列：${missing}。请下载模板对照，表头须在前 10 行之内。`
      : `These columns are missing: ${missing}. Compare with the template; the heading must be within the first 10 rows.`;
  }
  if (failure.code !== 'no_rows') return sheetFaultInWords(failure.code, MOST_ROWS, language);
  return language === 'zh' ? '只有表头，没有数据行。' : 'There is a heading and no row below it.';
}

const FIELD_WORDS: Readonly<Record<ImportField, Words>> = {
  name: { zh: '姓名', en: 'name' },
  documentKind: { zh: '证件类型', en: 'kind of document' },
  documentNumber: { zh: '证件号码', en: 'document number' },
  phone: { zh: '手机号码', en: 'phone' },
  birthDate: { zh: '出生日期', en: 'birth date' },
  title: { zh: '工种(项目)或专业', en: 'trade or major' },
  school: { zh: '学校', en: 'school' },
  organisation: { zh: '机构', en: 'organisation' },
  classTerm: { zh: '班期', en: 'class term' },
  certificateNumber: { zh: '证书编号', en: 'certificate number' },
  startsOn: { zh: '开始日期', en: 'start date' },
  endsOn: { zh: '结束日期', en: 'end date' },
  classHours: { zh: '课时', en: 'class hours' },
  region: { zh: '所在地', en: 'region' },
  level: { zh: '学历层次', en: 'level' },
  registeredOn: { zh: '注册学籍日期', en: 'registration date' },
  expectedYear: { zh: '预计毕业年份', en: 'expected year' },
  graduatedOn: { zh: '毕业日期', en: 'graduation date' },
  leftOn: { zh: '退学日期', en: 'day of leaving' },
  dual: { zh: '双证制', en: 'dual certificate' },
};

export const fieldInWords = (field: ImportField, language: Language): string => FIELD_WORDS[field][language];

/** What is wrong with a row, and what to do, in a sentence. */
export function problemInWords({ code, field, value }: ImportProblem, language: Language): string {
  const name = fieldInWords(field, language);
  const shown = value === undefined ? '' : language === 'zh' ? `“${value}”` : ` “${value}”`;
  const [zh, en] = PROBLEMS[code](name, shown);
  return language === 'zh' ? zh : en;
}

const PROBLEMS: Readonly<Record<ImportProblemCode, (name: string, shown: string) => [zh: string, en: string]>> = {
  NAME_MISSING: () => ['没有姓名。', 'The name is missing.'],
  DOCUMENT_KIND_UNKNOWN: (_, shown) => [
    `不认识证件类型${shown}。请填居民身份证、护照、港澳居民来往内地通行证或台湾居民来往大陆通行证。`,
    `The kind of document${shown} is not known.`,
  ],
  DOCUMENT_MISSING: () => ['没有证件号码，无法核对是谁。', 'Without the number of a document nobody knows who it is.'],
  DOCUMENT_ROUNDED: () => [
    '证件号码被 Excel 变成了数字（如 3.30305E+17），后几位已丢失。请把该列设为“文本”格式，重新填写原始号码。',
    'Excel made a number of the document number (3.30305E+17) and its last digits are lost. Format the column as text and enter it anew.',
  ],
  DOCUMENT_WRONG: () => [
    '证件号码不对（位数或校验位不符），请核对。',
    'The document number is wrong; please check it.',
  ],
  BIRTH_DATE_NEEDED: () => [
    '不是居民身份证，须填出生日期。',
    'For other documents than the resident identity card the birth date is needed.',
  ],
  BIRTH_DATE_DIFFERS: () => ['出生日期与身份证号码不符。', 'The birth date is not that of the identity card.'],
  PHONE_WRONG: () => [
    '手机号码不对，不予登记；其余照常导入。',
    'The phone is wrong and is left out; the rest is imported.',
  ],
  TITLE_MISSING: () => ['没有培训工种(项目)。', 'The trade or project is missing.'],
  ORGANISATION_UNKNOWN: (_, shown) => [
    `平台里没有机构${shown}，归到来源部门名下。如是教育培训机构，请先在平台登记该机构再导入。`,
    `The organisation${shown} is not known, so it is counted for the department. Register it first if it is a school.`,
  ],
  TERM_OR_CERTIFICATE_MISSING: () => [
    '班期和证书编号至少填一个，否则无法查重。',
    'Class term or certificate number: one of the two is needed to find repeats.',
  ],
  DATE_MISSING: (name) => [`没有${name}。`, `The ${name} is missing.`],
  DATE_WRONG: (name, shown) => [`${name}${shown}不是日期。请写成 2026-03-13。`, `The ${name}${shown} is no date.`],
  DATE_TO_COME: (name, shown) => [`${name}${shown}还没有到。`, `The ${name}${shown} is still to come.`],
  ENDS_BEFORE_START: () => ['结束日期早于开始日期。', 'It ends before it starts.'],
  CLASS_HOURS_WRONG: (_, shown) => [`课时${shown}不是数字。`, `The class hours${shown} are no number.`],
  REGION_UNKNOWN: (_, shown) => [
    `不认识所在地${shown}。请填乡镇（街道）或村社的名称或代码。`,
    `The region${shown} is not known: give the name or code of a township or village.`,
  ],
  LEVEL_UNKNOWN: (_, shown) => [
    `不认识学历层次${shown}。请填初中、高中、大专、本科或研究生。`,
    `The level${shown} is not known.`,
  ],
  NOTHING_REACHED: () => [
    '注册学籍日期和毕业日期都没有。',
    'There is neither a day of registration nor one of graduation.',
  ],
  YEAR_WRONG: (name, shown) => [
    `${name}${shown}不是年份，不予登记。`,
    `The ${name}${shown} is no year and is left out.`,
  ],
  DUAL_WRONG: (name, shown) => [`${name}${shown}看不懂，按“否”处理。`, `The ${name}${shown} is taken for no.`],
  NAME_DIFFERS: () => [
    '这个证件号码登记的是另一个姓名。请核对姓名与号码；如平台登记有误，请先到窗口更正。',
    'This document is known under another name. Check both; if the register is wrong, have it corrected at a counter first.',
  ],
};
