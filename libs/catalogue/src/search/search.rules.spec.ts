import { describe, expect, it } from '@jest/globals';
import { containsPattern, searchBySound, searchTextOf, searchWords } from './search.rules.js';

const finds = (text: string, typed: string) => searchWords(typed).every((word) => text.includes(word));

describe('searching the catalogue', () => {
  const text = searchTextOf(['太极拳初级班', 'Tai Chi for beginners', 'B-7K2M9X', '北岙老年学校', '小朴社区', null]);

  it.each([
    ['by its name', '太极拳'],
    ['by a part of it', '极拳'],
    ['by pinyin', 'taijiquan'],
    ['by pinyin with blanks', 'tai ji quan'],
    ['by initials', 'tjq'],
    ['by initials in capitals, typed in full width', 'TJQ'],
    ['by its English name', 'Tai Chi'],
    ['by its code', 'b-7k2m9x'],
    ['by what and where', '太极 小朴'],
    ['by what and where, half in pinyin', '太极,xiaopu'],
    ['by the school', '老年学校'],
  ])('finds a class %s', (_, typed) => {
    expect(finds(text, typed)).toBe(true);
  });

  it.each([
    ['a word that is not there', '书法'],
    ['one word that is there and one that is not', '太极拳 书法'],
    ['initials that run from one name into the next', 'cjbbalnxx'],
  ])('does not find it by %s', (_, typed) => {
    expect(finds(text, typed)).toBe(false);
  });

  it('spells ü as people type it, and words as they are read there', () => {
    expect(searchTextOf(['旅游音乐'])).toBe('旅游音乐\nlvyouyinyue\nlyyy');
  });

  it.each([
    ['with a character that sounds the same', '太级拳'],
    ['beside a word that is written right', '太极 小铺'],
    ['as it was spelt of old', 'taijichuan'],
    ['without the h of the north', '太极 xiaopusequ'],
  ])('finds a class by its sound %s', (_, typed) => {
    expect(finds(text, typed)).toBe(false);
    expect(searchBySound(searchWords(typed))!.every((any) => any.some((word) => text.includes(word)))).toBe(true);
  });

  it.each(['', 'taiji', '拳', 'tai chi', 'b-7k2m9x'])('has nothing else to look for where %p is typed', (typed) => {
    expect(searchBySound(searchWords(typed))).toBeNull();
  });

  it('looks for wildcards as they stand', () => {
    expect(containsPattern('100%_a\\b')).toBe('%100\\%\\_a\\\\b%');
  });

  it('takes no more than eight words, each once', () => {
    expect(searchWords('')).toEqual([]);
    expect(searchWords('a a b c d e f g h i j')).toEqual(['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']);
  });
});
