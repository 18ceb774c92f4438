import { ref, shallowRef } from 'vue';
import type { Problem } from '../api';
import { useLoading } from '../loading';
import { problemFrom } from './actions';

/** A list as far as it has been read. */
export interface Read<Item> {
  items: Item[];
  next: string | null;
}

/**
 * A list that is read page by page: the first when the page is mounted, the others on demand.
 *
 * @param readPage reads the page behind a cursor, or the first
 */
export function useList<Item>(readPage: (cursor?: string) => Promise<Read<Item>>) {
  const loading = useLoading<Read<Item>>(() => readPage());
  const readingMore = ref(false);
  const moreProblem = shallowRef<Problem | null>(null);

  async function more(): Promise<void> {
    const { state } = loading;
    if (state.value.kind !== 'ready' || !state.value.data.next || readingMore.value) return;
    const before = state.value;
    readingMore.value = true;
    moreProblem.value = null;
    try {
      const { items, next } = await readPage(before.data.next ?? undefined);
      // A reload that came in between has made a new list, to which this page does not belong.
      if (state.value === before)
        state.value = { kind: 'ready', data: { items: [...before.data.items, ...items], next } };
    } catch (error) {
      moreProblem.value = problemFrom(error);
    } finally {
      readingMore.value = false;
    }
  }

  return { ...loading, more, readingMore, moreProblem };
}

/** All of a list that is short by nature, such as the roster of a class. */
export async function readAll<Item>(readPage: (cursor?: string) => Promise<Read<Item>>): Promise<Item[]> {
  const items: Item[] = [];
  let cursor: string | undefined;
  do {
    const page = await readPage(cursor);
    items.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  return items;
}
