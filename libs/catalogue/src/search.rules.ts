import { pinyin } from 'pinyin-pro';

const plain = (text: string) => text.normalize('NFKC').toLowerCase();

/**
 * What search looks through: each part as it is written, in pinyin and by the initials of its pinyin, so that 太极拳 is
 * found by 太极拳, taijiquan and tjq. Parts stand on lines of their own, over which no word reaches.
 */
export function searchTextOf(parts: readonly (string | null | undefined)[]): string {
  const lines = new Set<string>();
  for (const part of parts) {
    if (!part) continue;
    const text = plain(part);
    lines.add(text);
    for (const pattern of ['pinyin', 'first'] as const) {
      const spelt = pinyin(text, { pattern, toneType: 'none', type: 'array', nonZh: 'removed', v: true }).join('');
      if (spelt) lines.add(spelt);
    }
  }
  return [...lines].join('\n');
}

/** The most words of a search that are looked at. */
const MOST_WORDS = 8;

/** The words of a search, each of which must be found; 太极拳 taijiquan and TJQ are the same to {@link searchTextOf}. */
export function searchWords(typed: string): string[] {
  const words = plain(typed).split(/[\s,。、;]+/u);
  return [...new Set(words.filter(Boolean))].slice(0, MOST_WORDS);
}

/** A LIKE pattern that finds the word as it stands, wildcards included. */
export function containsPattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}
