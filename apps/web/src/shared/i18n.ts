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
