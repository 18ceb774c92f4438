import { ref, watchEffect } from 'vue';
import type { Language } from '#contracts';

const KEPT_AS = 'huixue-language';

function initial(): Language {
  const kept = localStorage.getItem(KEPT_AS);
  if (kept === 'zh' || kept === 'en') return kept;
  return navigator.language.toLowerCase().startsWith('en') ? 'en' : 'zh';
}

/** The language of the page; kept on the device. */
export const language = ref<Language>(initial());

watchEffect(() => {
  document.documentElement.lang = language.value === 'zh' ? 'zh-CN' : 'en';
  localStorage.setItem(KEPT_AS, language.value);
});
