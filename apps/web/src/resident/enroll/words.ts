import { useI18n } from 'vue-i18n';
import en from '../messages/enrollment.en.json';
import zh from '../messages/enrollment.zh.json';

/** The words of enrolling and of an enrollment, which come along only where somebody looks into one. */
export function useEnrollmentWords(): void {
  const i18n = useI18n({ useScope: 'global' });
  i18n.mergeLocaleMessage('zh', zh);
  i18n.mergeLocaleMessage('en', en);
}
