import { computed, type ComputedRef } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/** Where to sign in, and to come back to this page of the area. */
export function useSignInAt(): ComputedRef<string> {
  const route = useRoute();
  const { base } = useRouter().options.history;
  return computed(() => `${base}/sign-in?next=${encodeURIComponent(base + route.fullPath)}`);
}
