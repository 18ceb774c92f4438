import type { EnrollmentState, Language, LedgerStatus, RuleState } from '#contracts';
import type { Reason } from './threshold.rules.js';

type Words = Record<Language, string>;

/** What is stamped on a number, by the state of the rules that counted it. */
export const RULE_LABELS: Record<RuleState, Words> = {
  draft: { zh: '口径草案', en: 'draft rules' },
  trial: { zh: '试行口径', en: 'trial rules' },
  published: { zh: '正式口径', en: 'published rules' },
  repealed: { zh: '已废止口径', en: 'repealed rules' },
};

const SEAT_WORDS: Partial<Record<EnrollmentState, Words>> = {
  applied: { zh: '待摇号或待审核', en: 'waiting for the draw or a decision' },
  waiting: { zh: '候补中', en: 'on the waiting list' },
  offered: { zh: '递补名额待确认', en: 'offered a seat that is not accepted yet' },
  declined: { zh: '已放弃递补', en: 'declined' },
  expired: { zh: '递补已过期', en: 'expired' },
  not_drawn: { zh: '未录取', en: 'not drawn' },
  refused: { zh: '未通过', en: 'refused' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  withdrawn: { zh: '已退班', en: 'withdrawn' },
  removed: { zh: '已移出', en: 'removed' },
  lapsed: { zh: '到结班没有轮到', en: 'without a seat until the class was finished' },
};

/** On what a version counted that nobody ever signed and that is repealed by now. */
export const REPEALED_UNSIGNED: Words = { zh: '试行口径（已废止）', en: 'trial rules (repealed)' };

/** That a session at which somebody only sat in (旁听) does not count. */
export const satInWords = (number: number, language: Language): string =>
  language === 'zh' ? `第 ${number} 次课是旁听，不计入。` : `They sat in at session ${number}, which does not count.`;

/**
 * Why who came without a name does not count (counting rule 10).
 *
 * @param named how many of the same session were marked by name, and count by the rules as anywhere
 */
export function headcountInWords(
  { headcount, named }: { headcount: number; named: number },
  language: Language,
): string {
  if (language === 'zh') {
    const beside = named > 0 ? `另有 ${named} 人按姓名签到，照常计算。` : '';
    return `${headcount} 人只登记了人数，没有姓名，无法查重，不计入任何指标（口径第 10 条）。${beside}`;
  }
  const beside = named > 0 ? ` ${named} more were marked by name and count as anywhere.` : '';
  return `Of these ${headcount} nobody took the names, so nobody can say who was counted twice: they are in no figure (counting rule 10).${beside}`;
}

/** Why something does not count (yet), in a sentence for the resident and the school alike (rule 11). */
export function reasonInWords(reason: Reason, language: Language): string {
  const zh = language === 'zh';
  switch (reason.code) {
    case 'NO_SEAT': {
      const state = SEAT_WORDS[reason.state]?.[language] ?? reason.state;
      return zh
        ? `这条报名${state}，没有学位，不计入人次。`
        : `This enrollment is ${state}: without a seat nothing counts.`;
    }
    case 'NO_SEAT_YET': {
      const state = SEAT_WORDS[reason.state]?.[language] ?? reason.state;
      return zh ? `这条报名${state}，录取后才开始计算。` : `This enrollment is ${state}; it counts only with a seat.`;
    }
    case 'NOTHING_HELD':
      return zh ? '班级还没有上过课。' : 'No session of the class has been held yet.';
    case 'CLASS_UNFINISHED': {
      const { minutesHeld, minutesApproved, heldPercent } = reason;
      return zh
        ? `班级已上课 ${minutesHeld} 分钟，核定 ${minutesApproved} 分钟；上满核定的 ${heldPercent}% 才计入人次。`
        : `The class has held ${minutesHeld} of ${minutesApproved} approved minutes; it counts from ${heldPercent}% on.`;
    }
    case 'BELOW_THRESHOLD': {
      const { minutesAttended, minutesOf, threshold } = reason;
      return zh
        ? `已学 ${minutesAttended} 分钟，共 ${minutesOf} 分钟（${percentOf(minutesAttended, minutesOf)}%），达到 ${threshold}% 才计入人次。`
        : `${minutesAttended} of ${minutesOf} minutes attended (${percentOf(minutesAttended, minutesOf)}%); it counts from ${threshold}% on.`;
    }
    case 'LATE_RECORDS_WAIT':
      return zh
        ? `${reason.marks} 次签到是补录，校长签字后才计入。`
        : reason.marks === 1
          ? `1 mark was entered late and waits for the principal's signature.`
          : `${reason.marks} marks were entered late and wait for the principal's signature.`;
    case 'IDENTITY_UNVERIFIED':
      return zh
        ? '身份尚未核验：请带证件到学校窗口或找村级联络员核验，核验后按原日期计入。'
        : 'The identity is not verified yet: show your document at the school counter or to the village agent; it then counts from the original date.';
    case 'NOT_MAPPED':
      return zh
        ? '这类班级按口径不计入人次指标。'
        : 'By the rules classes of this kind feed no figure of person-times.';
    case 'CLASS_TOO_SHORT':
      return zh
        ? `班级共 ${reason.classHours} 课时，满 ${reason.classHoursNeeded} 课时的培训才计入。`
        : `The class has ${reason.classHours} class hours; training counts from ${reason.classHoursNeeded} on.`;
    case 'BEFORE_CUT_OVER':
      return zh
        ? `班级在启用日期 ${reason.cutOver} 之前已经结束，由当年的期初数计入。`
        : `The class was over before the cut-over on ${reason.cutOver}; the opening figure of its year holds it.`;
    case 'LEVEL_NOT_COUNTED':
      return zh ? '按口径，这一学历层次不计入。' : 'By the rules this level of degree does not count.';
    case 'NOT_GRADUATED':
      return zh
        ? '这一层次按毕业计入，名单里没有毕业日期。'
        : 'This level counts by graduation, and no day of it is given.';
    case 'NOT_REGISTERED':
      return zh
        ? '这一层次按注册学籍计入，名单里没有注册日期。'
        : 'This level counts by registration, and no day of it is given.';
    case 'OUTSIDE_YEARS':
      return zh
        ? `${reason.day} 不在 ${reason.from} 至 ${reason.to} 年内，不计入。`
        : `${reason.day} lies outside the years ${reason.from} to ${reason.to}.`;
    case 'LEFT_IN_FIRST_TERM':
      return zh
        ? `第一学期内退学（${reason.leftOn}），注册不再计入。`
        : `Left within the first term (${reason.leftOn}), so the registration counts no more.`;
    case 'ALREADY_COUNTED':
      return {
        class: zh
          ? '同一个班级只计一次，另一条报名已计入。'
          : 'A class counts once; another enrollment in it counts already.',
        course_year: zh
          ? reason.recordId
            ? `同一门课程一年只计一次，${reason.countedOn} 已按导入的培训记录计入。`
            : `同一门课程一年只计一次，${reason.countedOn} 已有一个班计入。`
          : reason.recordId
            ? `A course counts once a calendar year; an imported training counted on ${reason.countedOn}.`
            : `A course counts once a calendar year; another class of it counted on ${reason.countedOn}.`,
        record: zh
          ? `同一期培训或同一张证书只计一次，${reason.countedOn} 已计入。`
          : `The same training or certificate counts once; that was on ${reason.countedOn}.`,
        level: zh
          ? `同一学历层次只计一次，${reason.countedOn} 已计入。`
          : `A level of degree counts once; that was on ${reason.countedOn}.`,
        year: zh
          ? `参与人数一年只计一次，${reason.countedOn} 已计入。`
          : `A person counts once a calendar year in the number of people; that was on ${reason.countedOn}.`,
      }[reason.unique];
  }
}

const REASON_KINDS: Partial<Record<string, Words>> = {
  NOT_MAPPED: { zh: '按口径不计入', en: 'feeds nothing by the rules' },
  CLASS_TOO_SHORT: { zh: '课时不足', en: 'too few class hours' },
  LEVEL_NOT_COUNTED: { zh: '学历层次不计入', en: 'level does not count' },
  NOT_GRADUATED: { zh: '尚未毕业（按毕业计入）', en: 'counts by graduation, not graduated' },
  NOT_REGISTERED: { zh: '没有注册学籍日期', en: 'counts by registration, no day of it' },
  OUTSIDE_YEARS: { zh: '日期不在规划年份内', en: 'outside the years of the plan' },
  LEFT_IN_FIRST_TERM: { zh: '第一学期内退学', en: 'left within the first term' },
  ALREADY_COUNTED: { zh: '重复，已计入一次', en: 'a repeat of what counts' },
};

/** Why many rows do not count, in a few words. */
export const reasonKindInWords = (code: string, language: Language): string => REASON_KINDS[code]?.[language] ?? code;

/** Why it counts, in a sentence. */
export function countedInWords(
  counted: { countedOn: string; status: LedgerStatus; minutesAttended: number; minutesOf: number; threshold: number },
  language: Language,
): string {
  const { countedOn, status, minutesAttended, minutesOf, threshold } = counted;
  if (language === 'zh') {
    const state = status === 'confirmed' ? '已确认' : '已达标·预计，结班后确认';
    return `${countedOn} 达标（${state}）：已学 ${minutesAttended} 分钟，共 ${minutesOf} 分钟，要求 ${threshold}%。`;
  }
  const state = status === 'confirmed' ? 'confirmed' : 'provisional until the class is finished';
  return `Counted on ${countedOn} (${state}): ${minutesAttended} of ${minutesOf} minutes attended, ${threshold}% needed.`;
}

/** Percent with one decimal, cut and not rounded, so that 79.96 % does not read as the 80 % that were missed. */
const percentOf = (part: number, whole: number) => (whole === 0 ? 0 : Math.floor((part * 1000) / whole) / 10);

/** A name as the bureau sees it: 王*英, 王*, 欧**明. */
export function maskName(name: string): string {
  const letters = [...name];
  if (letters.length < 2) return '*';
  if (letters.length === 2) return `${letters[0]}*`;
  return `${letters[0]}${'*'.repeat(letters.length - 2)}${letters.at(-1)}`;
}
