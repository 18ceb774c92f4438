import { useI18n } from 'vue-i18n';
import en from '../messages/check-in.en.json';
import zh from '../messages/check-in.zh.json';

/** The words of checking in and of the class monitor, which come along only where somebody does. */
export function useCheckInWords(): void {
  const i18n = useI18n({ useScope: 'global' });
  i18n.mergeLocaleMessage('zh', zh);
  i18n.mergeLocaleMessage('en', en);
}
