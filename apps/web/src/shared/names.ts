import { language } from './language';

/** A name in the language of the page; Chinese where there is no English one. */
export const nameOf = (one: { name: string; nameEn?: string | null }): string =>
  (language.value === 'en' ? one.nameEn : null) ?? one.name;

/** The name of a region as screens show it. */
export const regionNameOf = (region: { shortName: string; nameEn: string | null }): string =>
  (language.value === 'en' ? region.nameEn : null) ?? region.shortName;
