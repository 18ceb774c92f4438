import { onActivated, toValue, watchEffect, type MaybeRefOrGetter } from 'vue';
import { useI18n } from 'vue-i18n';

/** Names the page in the browser's tab and to screen readers. */
export function useTitle(title: MaybeRefOrGetter<string>): void {
  const { t } = useI18n();
  const set = () => {
    const own = toValue(title);
    document.title = own ? `${own} · ${t('app.name')}` : t('app.name');
  };
  watchEffect(set);
  onActivated(set);
}
