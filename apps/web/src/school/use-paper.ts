import { computed, nextTick, onScopeDispose, shallowRef } from 'vue';

/** What is on paper at present: one thing alone, else a slip would come with the one before. */
const onPaper = shallowRef<symbol | null>(null);
/** What says that it was printed; the last two for tablets that never say the first. */
const OVER = ['afterprint', 'pointerdown', 'keydown'] as const;

/**
 * Something that is made for paper: it is in the page from the moment it is to be printed until it was. Tablets go on at
 * once while they still take the picture, so that the end of `window.print()` says nothing.
 */
export function usePaper() {
  const own = Symbol('paper');
  const printing = computed(() => onPaper.value === own);

  function putAway(): void {
    for (const event of OVER) window.removeEventListener(event, putAway);
    if (printing.value) onPaper.value = null;
  }
  onScopeDispose(putAway);

  async function print(): Promise<void> {
    onPaper.value = own;
    await nextTick();
    for (const event of OVER) window.addEventListener(event, putAway);
    window.print();
  }

  return { printing, print };
}
