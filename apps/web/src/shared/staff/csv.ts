/* Tables as files that a spreadsheet opens: UTF-8 with a mark, because Excel takes it for GBK otherwise. */

/** What a spreadsheet would calculate instead of show; Chinese ones do so in full width, too. */
const FORMULA = /^[=+\-@＝＋－＠\t\r]/;
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;

/**
 * Rows as CSV. A cell that a spreadsheet would take for a formula gets an apostrophe before it, so that a name that was
 * typed as one does nothing on the computer of whoever opens the file.
 */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  return rows.map((cells) => cells.map((cell) => csvCell(String(cell))).join(',') + '\r\n').join('');
}

function csvCell(text: string): string {
  const safe = FORMULA.test(text) && !PLAIN_NUMBER.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Hands rows to the browser as a file. */
export function saveCsv(name: string, rows: readonly (readonly (string | number)[])[]): void {
  const file = URL.createObjectURL(new Blob(['\uFEFF', csvOf(rows)], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  link.href = file;
  link.download = `${name.replaceAll(/[\\/:*?"<>|]/g, '_')}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(file), 60_000);
}
