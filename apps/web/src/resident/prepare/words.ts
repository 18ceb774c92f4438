import { useI18n } from 'vue-i18n';
import en from '../messages/prepare.en.json';
import zh from '../messages/prepare.zh.json';

/** The words of getting ready, which come along only where somebody does. */
export function usePrepareWords(): void {
  const i18n = useI18n({ useScope: 'global' });
  i18n.mergeLocaleMessage('zh', zh);
  i18n.mergeLocaleMessage('en', en);
}
