import { defineErrors, explainConstraints } from '#core';
import { PLAN_STARTS } from './wall-chart/wall-chart.rules.js';

export const TargetsErrors = defineErrors('TARGETS', {
  INDICATOR_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个指标', en: 'There is no such indicator' },
    next: { zh: '请从指标列表中选择。', en: 'Choose one from the list of indicators.' },
  },
  MEASURE_UNKNOWN: {
    status: 404,
    title: { zh: '没有这项可以分解的数', en: 'There is no such figure that could be taken apart' },
    next: { zh: '请从挂图作战页面打开。', en: 'Open it from the wall chart.' },
  },
  DAY_OUTSIDE_PLAN: {
    status: 400,
    title: { zh: '方案从 2023 年开始，没有 {day} 的计划', en: 'The plan begins in 2023; it says nothing of {day}' },
    next: { zh: '请选择 2023 年 1 月 1 日或以后的日期。', en: 'Choose a day from 1 January 2023 on.' },
  },
  LIST_YEAR_OVER: {
    status: 409,
    title: { zh: '{year} 年已经过去，名单不能再改', en: 'The year {year} is over; its list stays as it is' },
    next: {
      zh: '当年的覆盖率已按这份名单上报。请为今年或以后的年份签发名单。',
      en: 'Its coverage was reported by that list. Sign a list for this year or a later one.',
    },
  },
  LIST_SAME_PAPER: {
    status: 409,
    title: { zh: '{documentNumber}已经签发了这一年的名单', en: '{documentNumber} has laid down the list of this year' },
    next: {
      zh: '签发的名单不能直接修改；有变化请另发文件，填写新的文号。',
      en: 'A signed list is changed by another paper alone; give its document number.',
    },
  },
  ASSIGNED_TO_TWO: {
    status: 400,
    title: {
      zh: '一项任务只能分给乡镇或学校之一',
      en: 'A part is assigned to a township or to an organisation, not both',
    },
    next: { zh: '请分两次填写。', en: 'Assign them one by one.' },
  },
  NOT_A_REGISTER: {
    status: 409,
    title: { zh: '这个指标不靠登记册计数', en: 'This indicator is not counted by a register' },
    next: {
      zh: '请在列表中选择以奖项、活动或批复计数的指标。',
      en: 'Choose an indicator that counts awards, events or approvals.',
    },
  },
  NOT_REPORTED: {
    status: 409,
    title: { zh: '这个指标不由部门填报', en: 'This indicator is not reported by a department' },
    next: { zh: '请在列表中选择由部门填报的指标。', en: 'Choose an indicator whose figure a department reports.' },
  },
  DAY_TO_COME: {
    status: 400,
    title: { zh: '{day} 还没有到', en: '{day} has not come yet' },
    next: { zh: '请填写今天或以前的日期。', en: 'Give today or an earlier day.' },
  },
  LEVEL_TOO_LOW: {
    status: 409,
    title: { zh: '级别不够，不能计入这个指标', en: 'Its level is too low to count for this indicator' },
    next: {
      zh: '方案要求{least}及以上；请核对级别，或登记到别的指标。',
      en: 'The plan asks for {least} level or above; check the level, or record it for another indicator.',
    },
  },
  ALREADY_REGISTERED: {
    status: 409,
    title: { zh: '同一天的同名条目已经登记', en: 'An entry of this name and day stands already' },
    next: {
      zh: '一项只计一次；如原条目有误，请先撤销它并写明原因。',
      en: 'One thing counts once; if the entry is wrong, withdraw it first and say why.',
    },
  },
  ENTRY_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个登记条目', en: 'There is no such entry in the register' },
    next: { zh: '请从登记册中选择。', en: 'Choose one from the register.' },
  },
  ENTRY_WITHDRAWN: {
    status: 409,
    title: { zh: '这个条目已经撤销', en: 'The entry has been withdrawn already' },
    next: { zh: '无需再做什么。', en: 'There is nothing more to do.' },
  },
  FIGURE_OR_SHARE: {
    status: 400,
    title: { zh: '请填一个数值，或同时填分子和分母', en: 'Give either a value, or part and whole' },
    next: {
      zh: '百分比建议填分子和分母，由平台计算。',
      en: 'For a percentage, give part and whole; the platform works it out.',
    },
  },
  PART_EXCEEDS_WHOLE: {
    status: 400,
    title: { zh: '分子大于分母', en: 'The part is greater than the whole' },
    next: { zh: '请核对两个数字。', en: 'Check the two numbers.' },
  },
  NOT_OWNER: {
    status: 403,
    title: { zh: '这个指标由{owner}填报', en: 'This indicator is reported by {owner}' },
    next: { zh: '请由{owner}的填报员登录填报。', en: 'Let staff of {owner} sign in and report it.' },
  },
  FIGURE_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个填报数', en: 'There is no such reported figure' },
    next: { zh: '请从指标的填报数中选择。', en: "Choose one of the indicator's figures." },
  },
  FIGURE_REPLACED: {
    status: 409,
    title: { zh: '这个填报数已被更正', en: 'Another figure has taken its place' },
    next: { zh: '请看更正后的填报数。', en: 'Look at the one that took its place.' },
  },
  FIGURE_REVIEWED: {
    status: 409,
    title: { zh: '这个填报数已经审核或退回', en: 'The figure was accepted or returned before' },
    next: { zh: '请刷新页面看结果。', en: 'Load the page again to see what became of it.' },
  },
  FIGURE_OWN: {
    status: 409,
    title: { zh: '自己填报的数不能自己审核', en: 'Nobody reviews what they reported themselves' },
    next: { zh: '请教育局另一位工作人员审核。', en: 'Ask somebody else of the bureau.' },
  },
  FIGURE_SCAN_MISSING: {
    status: 422,
    title: { zh: '还没有依据材料的扫描件', en: 'There is no scan of the paper it is taken from' },
    next: { zh: '请填报部门上传依据材料后再审核。', en: 'Have the department upload it, then review the figure.' },
  },
  FIGURE_STANDS: {
    status: 409,
    title: { zh: '{day} 已有填报数', en: 'A figure of {day} stands already' },
    next: {
      zh: '如需更正，请写明原因后再次提交；原数会保留备查。',
      en: 'To correct it, send it again and say why; the former figure is kept.',
    },
  },
});

explainConstraints({
  uq_register_entries_standing: () => TargetsErrors.ALREADY_REGISTERED(),
});

/** The day, if the plan says anything of it. @throws TARGETS.DAY_OUTSIDE_PLAN */
export function requireDayOfPlan(day: string): string {
  if (Number(day.slice(0, 4)) < PLAN_STARTS) throw TargetsErrors.DAY_OUTSIDE_PLAN({ day });
  return day;
}
