import type { Sentence } from '#core';
import type { Lack } from './coverage/coverage.rules.js';
import type { AwardLevel } from './registers/registers.rules.js';
import type { Light } from './wall-chart/wall-chart.rules.js';

/** Shown instead of a figure where nothing feeds it yet; never a zero. */
export const NO_DATA: Sentence = { zh: '暂无数据', en: 'no data yet' };

/** Shown instead of a figure where nobody has written in the register. */
export const EMPTY_REGISTER: Sentence = {
  zh: '登记册里还没有条目',
  en: 'nothing has been entered in the register yet',
};

/** Shown where the department that answers for an indicator has not reported a figure. */
export const NOT_REPORTED_YET: Sentence = { zh: '责任部门尚未填报', en: 'not yet reported by its department' };

/** Why an indicator has no figure at all, by where its figure comes from. */
export const WHY_NOTHING: Record<'counted' | 'coverage' | 'register' | 'reported', Sentence> = {
  counted: NO_DATA,
  coverage: NO_DATA,
  register: EMPTY_REGISTER,
  reported: NOT_REPORTED_YET,
};

/** Shown where nobody has said how many elderly residents any village has. */
export const NO_POPULATION: Sentence = {
  zh: '还没有村（社区）录入 60 岁以上居民数',
  en: 'no village has its number of residents of 60 and over yet',
};

/** Shown where coverage is asked for a day gone by. */
export const COVERAGE_IS_OF_TODAY: Sentence = {
  zh: '暂无数据：覆盖情况只保留当前值，不能回看',
  en: 'no data yet: coverage is kept as it is today, not for days gone by',
};

/** Shown where the yearly mean has no full year to be of. */
export const NO_FULL_YEAR: Sentence = {
  zh: '尚无完整年度，先看当年数',
  en: 'no full year yet; see the running year',
};

/** Levels of awards, as they are said. */
export const LEVEL_NAMES: Record<AwardLevel, Sentence> = {
  district: { zh: '区级', en: 'district' },
  city: { zh: '市级', en: 'city' },
  provincial: { zh: '省级', en: 'provincial' },
  national: { zh: '国家级', en: 'national' },
};

/** What a light means. */
export const LIGHT_MEANING: Record<Light, Sentence> = {
  green: { zh: '达到计划进度', en: 'on or ahead of the plan line' },
  amber: { zh: '略低于计划进度（不低于 90%）', en: 'a little behind the plan line (90% of it or more)' },
  red: { zh: '明显落后于计划进度', en: 'well behind the plan line (less than 90% of it)' },
  none: { zh: '暂不评价', en: 'not judged: no data, or no plan line for this day' },
};

/** Shown for a region without a plate of the kind. */
export const NOT_LISTED: Sentence = { zh: '尚未挂牌', en: 'no plate of this kind is listed' };

/** Shown where nobody has said how many residents of 60 and over a village has. */
export const POPULATION_UNKNOWN: Sentence = {
  zh: '未录入 60 岁以上居民数，暂按最高人数要求',
  en: 'the number of residents of 60 and over is not entered, so the highest demand holds',
};

/** Says what a region lacks to be active. */
export function lackInWords(lack: Lack): Sentence {
  switch (lack.what) {
    case 'classes':
      return { zh: `还差 ${lack.more} 个班`, en: `needs ${lack.more} more ${plural(lack.more, 'class', 'classes')}` };
    case 'class-hours':
      return {
        zh: `还差 ${tenths(lack.more)} 课时`,
        en: `needs ${tenths(lack.more)} more class ${plural(tenths(lack.more), 'hour', 'hours')}`,
      };
    case 'sessions-or-hours':
      return {
        zh: `还差 ${lack.sessions} 次课（或 ${tenths(lack.hours)} 课时）`,
        en: `needs ${lack.sessions} more ${plural(lack.sessions, 'session', 'sessions')} (or ${tenths(lack.hours)} more class ${plural(tenths(lack.hours), 'hour', 'hours')})`,
      };
    case 'days':
      return {
        zh: `还差 ${lack.more} 个不同的上课日`,
        en: `needs sessions on ${lack.more} more ${plural(lack.more, 'day', 'days')}`,
      };
    case 'people':
      return {
        zh: `还差 ${lack.more} 位符合年龄的学员到课`,
        en: `needs ${lack.more} more elderly ${plural(lack.more, 'resident', 'residents')} to attend`,
      };
    case 'people-of-township':
      return {
        zh: `到课的老年学员中，本乡镇（街道）居民还差 ${lack.more} 位才到一半`,
        en: `needs ${lack.more} more of the elderly who attended to live in this township, to be half of them`,
      };
  }
}

const plural = (count: number, one: string, many: string) => (count === 1 ? one : many);

/** Rounded up, so that doing what the sentence says is enough. */
const tenths = (hours: number) => Math.ceil(hours * 10) / 10;
