import { reactive, watch } from 'vue';
import { useRoute, useRouter } from 'vue-router';

/**
 * Filters that live in the address, so that a filtered list can be kept, sent and come back to.
 *
 * @param empty the value of each filter when it is not set
 * @param changed called after one has changed
 */
export function useFilters<Filters extends Record<string, string>>(empty: Filters, changed: () => void): Filters {
  const route = useRoute();
  const router = useRouter();
  const page = route.path;
  const read = (): Filters =>
    Object.fromEntries(
      Object.entries(empty).map(([name, none]) => {
        const given = route.query[name];
        return [name, typeof given === 'string' ? given : none];
      }),
    ) as Filters;
  const filters = reactive(read()) as Filters;

  watch(
    () => route.query,
    () => {
      if (route.path === page) Object.assign(filters, read());
    },
  );
  watch(
    () => ({ ...filters }),
    (now) => {
      const query = Object.fromEntries(Object.entries(now).filter(([name, value]) => value !== empty[name]));
      void router.replace({ query });
      changed();
    },
  );
  return filters;
}
