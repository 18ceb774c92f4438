import { onUnmounted, ref, watchEffect } from 'vue';

/** What the page that is shown calls itself; null where the name of its route says enough. */
export const pageTitle = ref<string | null>(null);

/** Names the page after what it shows, as long as it is shown. */
export function usePageTitle(title: () => string | null): void {
  watchEffect(() => (pageTitle.value = title()));
  onUnmounted(() => (pageTitle.value = null));
}
