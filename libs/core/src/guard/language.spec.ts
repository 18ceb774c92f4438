import { expect, it } from '@jest/globals';
import { languageOf } from './language.js';

it.each([
  [undefined, 'zh'],
  ['', 'zh'],
  ['en', 'en'],
  ['en-GB,en;q=0.9', 'en'],
  ['zh-CN,zh;q=0.9,en;q=0.8', 'zh'],
  ['en;q=0.3, zh;q=0.7', 'zh'],
  ['fr-FR, en;q=0.5', 'en'],
  ['fr', 'zh'],
  ['*', 'zh'],
  ['en;q=nonsense', 'zh'],
])('Accept-Language %j is answered in %s', (header, language) => {
  expect(languageOf(header)).toBe(language);
});
