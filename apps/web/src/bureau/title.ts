import { watchEffect } from 'vue';
import { useI18n } from 'vue-i18n';

/** Keeps the title of the window in step with what the page shows. */
export function usePageTitle(words: () => string): void {
  const { t } = useI18n();
  watchEffect(() => (document.title = `${words()} · ${t('nav.area')} · ${t('app.name')}`));
}
