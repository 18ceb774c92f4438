import { computed, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * The state by which a list is filtered. It stands in the address: that which is looked for first unless another, or
 * `all`, is asked for.
 *
 * @param changed called after another is asked for
 */
export function useStateFilter<State extends string>(states: readonly State[], first: State, changed: () => void) {
  const route = useRoute();
  const router = useRouter();
  /** Undefined: all. */
  const wanted = computed(() =>
    route.query.state === 'all' ? undefined : (states.find((one) => one === route.query.state) ?? first),
  );
  watch(() => route.query.state, changed);
  const choose = (state: string) => void router.replace({ query: { ...route.query, state } });
  return { wanted, choose };
}
