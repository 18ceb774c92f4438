import { language } from './language';

/** A name in the language of the page; Chinese where there is no English one. */
export const nameOf = (one: { name: string; nameEn?: string | null }): string =>
  (language.value === 'en' ? one.nameEn : null) ?? one.name;

/** The name of a region as screens show it. */
export const regionNameOf = (region: { shortName: string; nameEn: string | null }): string =>
  (language.value === 'en' ? region.nameEn : null) ?? region.shortName;

const HAN = /\p{Script=Han}/u;

/** The language in which a text is to be spoken where it is not the page's: Chinese that nobody translated. */
export const langOf = (text: string | null | undefined): 'zh-CN' | undefined =>
  language.value === 'en' && text && HAN.test(text) ? 'zh-CN' : undefined;
