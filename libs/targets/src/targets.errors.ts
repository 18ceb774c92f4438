import { defineErrors } from '#core';
import { PLAN_STARTS } from './wall-chart.rules.js';

export const TargetsErrors = defineErrors('TARGETS', {
  INDICATOR_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个指标', en: 'There is no such indicator' },
    next: { zh: '请从指标列表中选择。', en: 'Choose one from the list of indicators.' },
  },
  DAY_OUTSIDE_PLAN: {
    status: 400,
    title: { zh: '方案从 2023 年开始,没有 {day} 的计划', en: 'The plan begins in 2023; it says nothing of {day}' },
    next: { zh: '请选择 2023 年 1 月 1 日或以后的日期。', en: 'Choose a day from 1 January 2023 on.' },
  },
});

/** The day, if the plan says anything of it. @throws TARGETS.DAY_OUTSIDE_PLAN */
export function requireDayOfPlan(day: string): string {
  if (Number(day.slice(0, 4)) < PLAN_STARTS) throw TargetsErrors.DAY_OUTSIDE_PLAN({ day });
  return day;
}
