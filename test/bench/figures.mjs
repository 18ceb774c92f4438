/** The middle of the values; of an even number the mean of the two in the middle. */
export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return Number.isInteger(middle) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[Math.floor(middle)];
}

const rounded = (value, digits) => Number(value.toFixed(digits));

/** What is printed as one JSON line: medians of both sides, and the median, least and greatest ratio of a round. */
export function compared(what, unit, ours, baseline) {
  const ratios = ours.map((value, round) => value / baseline[round]);
  const digits = median(baseline) < 100 ? 2 : 0;
  return {
    ...what,
    ratio: rounded(median(ratios), 2),
    min: rounded(Math.min(...ratios), 2),
    max: rounded(Math.max(...ratios), 2),
    ours: rounded(median(ours), digits),
    baseline: rounded(median(baseline), digits),
    unit,
  };
}

/** Prints rows of equal keys as a table. */
export function printTable(rows) {
  const names = Object.keys(rows[0]);
  const lines = [names, ...rows.map((row) => names.map((name) => String(row[name])))];
  const widths = names.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
  for (const line of lines) console.log(line.map((text, column) => text.padStart(widths[column])).join('  '));
}
