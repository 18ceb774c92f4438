import { pinyin } from 'pinyin-pro';

const plain = (text: string) => text.normalize('NFKC').toLowerCase();

/**
 * What search looks through: each part as it is written, in pinyin, roughly as it sounds and by the initials of its
 * pinyin, so that 太极拳 is found by 太极拳, taijiquan, taijichuan and tjq. Parts stand on lines of their own, over which no word reaches.
 */
export function searchTextOf(parts: readonly (string | null | undefined)[]): string {
  const lines = new Set<string>();
  for (const part of parts) {
    if (!part) continue;
    const text = plain(part);
    lines.add(text);
    const spelt = spell(text, 'pinyin');
    for (const line of [spelt, spell(text, 'first'), roughly(spelt)]) {
      if (line) lines.add(line);
    }
  }
  return [...lines].join('\n');
}

const spell = (text: string, pattern: 'pinyin' | 'first') =>
  pinyin(text, { pattern, toneType: 'none', type: 'array', nonZh: 'removed', v: true }).join('');

/** Pinyin without what southern ears and older spellings mix up: zh and z, ch, q and c, sh and s, ng and n. */
const roughly = (spelt: string) =>
  spelt
    .replaceAll('q', 'c')
    .replaceAll(/([zcs])h/g, '$1')
    .replaceAll('ng', 'n');

/** The most words of a search that are looked at. */
const MOST_WORDS = 8;

/** The words of a search, each of which must be found; 太极拳 taijiquan and TJQ are the same to {@link searchTextOf}. */
export function searchWords(typed: string): string[] {
  const words = plain(typed).split(/[\s,。、;]+/u);
  return [...new Set(words.filter(Boolean))].slice(0, MOST_WORDS);
}

/**
 * What else the words of a search may have meant, for those who chose the wrong one of several characters (太级拳 is
 * taijiquan) or spell by ear (taijichuan). A single character, and few letters, sound like too much to say anything.
 *
 * @returns for each word what may stand in its place, itself included; null where that is nothing but the words
 */
export function searchBySound(words: readonly string[]): string[][] | null {
  const meant = words.map((word) => {
    const spelt = /^\p{Script=Han}{2,}$/u.test(word) ? spell(word, 'pinyin') : word;
    return /^[a-z]{4,}$/.test(spelt) ? [...new Set([spelt, roughly(spelt)])] : [spelt];
  });
  return meant.some((any, index) => any.some((one) => one !== words[index])) ? meant : null;
}

/** A LIKE pattern that finds the word as it stands, wildcards included. */
export function containsPattern(word: string): string {
  return `%${word.replace(/[\\%_]/g, '\\$&')}%`;
}
