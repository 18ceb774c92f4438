import { BarChart, LineChart } from 'echarts/charts';
import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import { GridComponent, LegendComponent, TooltipComponent } from 'echarts/components';
import type { GridComponentOption, LegendComponentOption, TooltipComponentOption } from 'echarts/components';
import { type ComposeOption, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { LEGEND, legendLines } from './legend';

use([BarChart, LineChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/** What a chart of this area may be made of. */
export type ChartOption = ComposeOption<
  BarSeriesOption | LineSeriesOption | GridComponentOption | LegendComponentOption | TooltipComponentOption
>;

const token = (name: string) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

/** Bars that stand for certain (filled) and for provisional (hatched), the line of the plan, as on the wall chart. */
export const look = () => ({
  sure: { color: token('--sea-600') },
  open: {
    color: '#9cc4d2',
    decal: {
      symbol: 'rect',
      dashArrayX: [1, 0],
      dashArrayY: [3, 4],
      rotation: -Math.PI / 4,
      color: token('--sea-600'),
    },
  },
  opening: {
    color: '#efe2c4',
    decal: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4, color: '#8a6a2f' },
  },
  sealed: {
    color: '#e4dff2',
    decal: { symbol: 'circle', dashArrayX: 6, dashArrayY: 6, symbolSize: 0.5, color: '#5d4c8c' },
  },
  plan: { color: token('--coral-700') },
  quiet: { color: token('--sand-300') },
});

/** The option with its chart below the legend, however many lines that takes. */
export function belowLegend(option: ChartOption, width: number): ChartOption {
  const names = [option.series ?? []].flat().flatMap(({ name }) => (name === undefined ? [] : [String(name)]));
  const grid = { ...frame().grid, ...(option.grid as GridComponentOption | undefined) };
  return { ...option, grid: { ...grid, top: TOP + (legendLines(names, width) - 1) * LEGEND.line } };
}

/** Room in CSS px for a legend of one line. */
const TOP = 48;

/** The frame all charts share: type of 14 px or more in the ink of the house, quiet grid lines. */
export function frame(): ChartOption {
  const text = { color: token('--ink'), fontFamily: token('--fonts'), fontSize: LEGEND.fontSize };
  return {
    animation: false,
    textStyle: text,
    grid: { left: 8, right: 24, top: TOP, bottom: 8, containLabel: true },
    legend: { top: 0, left: 0, textStyle: text, itemWidth: LEGEND.itemWidth, itemGap: LEGEND.itemGap },
    tooltip: { trigger: 'axis', textStyle: text, axisPointer: { type: 'shadow' } },
  };
}

/** An axis of figures, and one of names. */
export const valueAxis = () => ({
  type: 'value' as const,
  minInterval: 1,
  axisLabel: { color: token('--ink-soft'), fontSize: 14, hideOverlap: true },
  splitLine: { lineStyle: { color: token('--sea-100') } },
});
export const nameAxis = (names: string[]) => ({
  type: 'category' as const,
  data: names,
  axisLabel: { color: token('--ink'), fontSize: 14, interval: 0, hideOverlap: true },
  axisLine: { lineStyle: { color: token('--line') } },
  axisTick: { show: false },
});
