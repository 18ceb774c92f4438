/** What was typed as a whole number within bounds; null for nothing; undefined for what is no such number. */
export function wholeNumber(typed: string, min: number, max: number): number | null | undefined {
  const words = typed.trim();
  if (words === '') return null;
  const number = Number(words);
  return /^\d+$/.test(words) && number >= min && number <= max ? number : undefined;
}
