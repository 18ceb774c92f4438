import type { Language } from '#contracts';
import { fillIn } from '#core';
import { AttendanceErrors } from '../attendance.errors.js';
import { type MarkOutcome } from '../attendance.rules.js';
import { startsAtOf } from '../attendance.service.js';
import type { AttendanceImportCellView, CellOutcome } from './attendance-imports.dto.js';
import type { CellRow } from './attendance-imports.queries.js';
import type { CellProblem } from './attendance-imports.rules.js';
import { isLate } from '../standing.rules.js';

/** What becomes of a cell, in a word. */
export function outcomeOf(outcome: MarkOutcome | null, late: boolean): CellOutcome {
  if (outcome === null) return 'unusable';
  return outcome === 'review' && late ? 'late' : outcome;
}

/** A cell as it is shown: what becomes of it, why, and what to do. */
export function cellViewOf(cell: CellRow, language: Language): AttendanceImportCellView {
  const { outcome, reason, problem } = cell;
  return {
    row: cell.row_number,
    column: cell.column_number,
    name: cell.name,
    text: cell.text,
    sessionNumber: cell.session_number,
    status: cell.status,
    arrivedAt: cell.arrived_at?.toISOString() ?? null,
    leftAt: cell.left_at?.toISOString() ?? null,
    outcome: outcomeOf(outcome, isLate({ reason })),
    ...sayWhy(cell, language, problem),
  };
}

function sayWhy(
  { reason, session_starts_at: startsAt, written }: CellRow,
  language: Language,
  problem: CellProblem | null,
): Pick<AttendanceImportCellView, 'code' | 'sentence'> {
  if (problem) return { code: problem, sentence: PROBLEMS[problem][language] };
  if (!reason || !startsAt) return { code: null, sentence: null };
  const { code, definition, parameters } = AttendanceErrors[reason]({ startsAt: startsAtOf({ startsAt }) });
  // What to do is said of marks that are there.
  const sentences = written ? [definition.title, definition.next] : [definition.title];
  return {
    code,
    sentence: fillIn(sentences.map((one) => one[language]).join(language === 'zh' ? '。' : '. '), parameters),
  };
}

const PROBLEMS: Readonly<Record<CellProblem, Record<Language, string>>> = {
  NAME_MISSING: { zh: '没有姓名。', en: 'The name is missing.' },
  NOBODY: {
    zh: '本班名单上没有这个人。请核对姓名；没报名的先到窗口办理。',
    en: 'Nobody of the class has this name. Check it; who is not enrolled is enrolled at the counter first.',
  },
  SEVERAL: {
    zh: '本班有同名的人。请从模板里把各人的编号填上。',
    en: 'Several people of the class have this name. Fill in their codes from the template.',
  },
  CODE_OF_ANOTHER: {
    zh: '编号和姓名不是同一个人。请核对是否串了行。',
    en: 'The code is that of somebody else. Check whether rows were mixed up.',
  },
  PERSON_TWICE: { zh: '这个人上面已有一行，这一行不用。', en: 'They have a row above; this one is left out.' },
  UNREADABLE: {
    zh: '看不懂。请填到、缺、假，或如“迟到 19:20”“早退10分钟”。',
    en: 'This is not understood. Write 到, 缺 or 假, or such as “迟到 19:20”.',
  },
  TIME_NEEDED: {
    zh: '请写明几点到、几点走，如“迟到 19:20”“早退10分钟”。',
    en: 'Say when they came or left, such as “迟到 19:20”.',
  },
  TIME_WRONG: {
    zh: '时间不在这次课之内，或先后颠倒。请核对。',
    en: 'The time is not within the session, or the leaving is before the arrival.',
  },
};
