import { computed, ref, shallowRef } from 'vue';
import { useLoading } from '../shared/loading';

interface Page<Item> {
  items: Item[];
  next: string | null;
}

/**
 * A list that shows its first page and more on demand.
 *
 * @param read one page; must be safe to repeat
 */
export function usePages<Item>(read: (cursor: string | undefined) => Promise<Page<Item>>) {
  const further = shallowRef<Item[]>([]);
  const next = ref<string | null>(null);
  const moreFailed = shallowRef<unknown>(null);
  const busyMore = ref(false);
  let turn = 0;

  const { state, reload } = useLoading(async () => {
    turn++;
    moreFailed.value = null;
    const page = await read(undefined);
    further.value = [];
    next.value = page.next;
    return page.items;
  });

  const items = computed(() => (state.value.kind === 'ready' ? [...state.value.data, ...further.value] : []));

  async function more(): Promise<void> {
    if (!next.value) return;
    const mine = turn;
    busyMore.value = true;
    moreFailed.value = null;
    try {
      const page = await read(next.value);
      // Somebody changed the filter meanwhile: this page belongs to the list before.
      if (mine !== turn) return;
      further.value = [...further.value, ...page.items];
      next.value = page.next;
    } catch (error) {
      moreFailed.value = error;
    } finally {
      busyMore.value = false;
    }
  }

  return { state, items, next, more, moreFailed, busyMore, reload };
}

/** All pages of a list that is known to be short, such as the villages of the district. */
export async function readAll<Item>(read: (cursor: string | undefined) => Promise<Page<Item>>): Promise<Item[]> {
  const all: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(cursor);
    all.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  return all;
}
