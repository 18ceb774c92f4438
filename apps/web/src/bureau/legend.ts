/** Sizes of a chart's legend in CSS px. */
export const LEGEND = { fontSize: 15, itemWidth: 25, itemGap: 24, line: 26 };
/** Space between the sign of an item and its name, as ECharts leaves it. */
const BESIDE_SIGN = 5;

/**
 * How many lines the legend of such series takes at that width in CSS px. A Chinese character is as wide as it is high,
 * others about half of that; ECharts wraps a legend but does not move the chart out of its way.
 */
export function legendLines(names: readonly string[], width: number): number {
  let lines = 1;
  let used = 0;
  for (const name of names) {
    const text = [...name].reduce((sum, sign) => sum + (sign > '\u2e7f' ? 1 : 0.56) * LEGEND.fontSize, 0);
    const item = LEGEND.itemWidth + BESIDE_SIGN + text;
    if (used > 0 && used + item > width) {
      lines += 1;
      used = 0;
    }
    used += item + LEGEND.itemGap;
  }
  return lines;
}
