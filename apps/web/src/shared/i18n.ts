import { createI18n } from 'vue-i18n';
import { watch } from 'vue';
import { language } from './language';
import sharedEn from './messages/en.json';
import sharedZh from './messages/zh.json';

/** The words of one area, laid over the shared ones, in the language of the page. */
export function wordsOf(zh: Record<string, unknown>, en: Record<string, unknown>) {
  const i18n = createI18n({
    legacy: false,
    locale: language.value,
    fallbackLocale: 'zh',
    messages: { zh: { ...sharedZh, ...zh }, en: { ...sharedEn, ...en } },
  });
  watch(language, (now) => (i18n.global.locale.value = now));
  return i18n;
}

type Messages = Record<string, unknown>;

/**
 * {@link wordsOf} for phones: English comes along only where somebody reads it.
 *
 * @returns once the words of the page's language are there
 */
export async function wordsOnDemand(zh: Messages, loadEn: () => Promise<Messages>) {
  const i18n = createI18n({
    legacy: false,
    locale: language.value,
    fallbackLocale: 'zh',
    messages: { zh: { ...sharedZh, ...zh }, en: sharedEn },
  });
  let englishIsHere = false;
  const speak = async () => {
    const wanted = language.value;
    try {
      if (wanted === 'en' && !englishIsHere) {
        i18n.global.mergeLocaleMessage('en', await loadEn());
        englishIsHere = true;
      }
      i18n.global.locale.value = wanted;
    } catch {
      // Without network what is missing is said in Chinese, which is always there.
    }
  };
  watch(language, speak);
  await speak();
  return i18n;
}
