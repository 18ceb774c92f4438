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
      const spelt = spell(text, pattern);
      if (spelt) lines.add(spelt);
    }
  }
  return [...lines].join('\n');
}

const spell = (text: string, pattern: 'pinyin' | 'first') =>
  pinyin(text, { pattern, toneType: 'none', type: 'array', nonZh: 'removed', v: true }).join('');

/** The most words of a search that are looked at. */
const MOST_WORDS = 8;

/** The words of a search, each of which must be found; 太极拳 taijiquan and TJQ are the same to {@link searchTextOf}. */
export function searchWords(typed: string): string[] {
  const words = plain(typed).split(/[\s,。、;]+/u);
  return [...new Set(words.filter(Boolean))].slice(0, MOST_WORDS);
}

/**
 * The words of a search as they sound, for those who chose the wrong one of several characters: 太级拳 is taijiquan. A
 * single character sounds like too many others to say anything, and stays.
 *
 * @returns null where they sound as they are written, so that looking again would find nothing else
 */
export function searchBySound(words: readonly string[]): string[] | null {
  const spelt = words.map((word) => (/^\p{Script=Han}{2,}$/u.test(word) ? spell(word, 'pinyin') : word));
  return spelt.some((word, index) => word !== words[index]) ? spelt : null;
}

/** A LIKE pattern that finds the word as it stands, wildcards included. */
export function containsPattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}
