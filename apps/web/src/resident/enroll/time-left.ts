import { onMounted, onUnmounted, ref } from 'vue';
import { useI18n } from 'vue-i18n';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

/** The present moment, which goes on while a page is looked at. */
export function useNow() {
  const now = ref(Date.now());
  let timer: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    timer = setInterval(() => (now.value = Date.now()), SECOND);
  });
  onUnmounted(() => clearInterval(timer));
  return now;
}

/** How long it is until a moment, in words that do not promise more than there is. */
export function useTimeLeft() {
  const now = useNow();
  const { t } = useI18n();
  const left = (until: string) => Math.max(0, Date.parse(until) - now.value);
  function words(until: string): string {
    const ms = left(until);
    if (ms < MINUTE) return t('enrollment.left.seconds', { count: Math.floor(ms / SECOND) });
    if (ms < HOUR) return t('enrollment.left.minutes', { count: Math.floor(ms / MINUTE) });
    if (ms < 2 * DAY) return t('enrollment.left.hours', { count: Math.floor(ms / HOUR) });
    return t('enrollment.left.days', { count: Math.floor(ms / DAY) });
  }
  return { left, words };
}
