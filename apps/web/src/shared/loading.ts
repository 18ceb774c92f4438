import { onActivated, onMounted, ref, shallowRef, watch } from 'vue';
import { ApiProblem, Offline } from './api';
import { demoProgress } from './demo-progress';
import { language } from './language';
import { whenMaybeBack } from './reach';

/** How a page's content stands; each state says something to the reader. */
export type Loading<Data> =
  | { kind: 'loading'; slow: boolean }
  | { kind: 'ready'; data: Data }
  | { kind: 'signed-out' }
  | { kind: 'offline' }
  | { kind: 'failed'; title: string; next: string; traceId: string };

/** After so many milliseconds a page says that it takes longer than usual. */
const SLOW_MS = 2_500;

/**
 * Loads a page's content when it is mounted, and again on demand, by itself where the platform could not be reached, when a
 * kept page is shown again, or when the demo has been loaded meanwhile.
 *
 * @param load must be safe to repeat
 */
export function useLoading<Data>(load: () => Promise<Data>) {
  const state = shallowRef<Loading<Data>>({ kind: 'loading', slow: false });
  const busy = ref(false);
  let turn = 0;
  /** Whether nothing is shown because the platform could not be reached. */
  let away = false;

  async function reload({ quietly = false } = {}): Promise<void> {
    const mine = ++turn;
    busy.value = true;
    if (!quietly) state.value = { kind: 'loading', slow: false };
    const slow = setTimeout(() => {
      if (state.value.kind === 'loading') state.value = { kind: 'loading', slow: true };
    }, SLOW_MS);
    try {
      const data = await load();
      if (mine !== turn) return;
      away = false;
      state.value = { kind: 'ready', data };
    } catch (error) {
      if (mine === turn && !(quietly && passes(error))) {
        state.value = stateOf(error);
        away = unreachable(error);
      }
      if (!isAnswer(error)) throw error;
    } finally {
      clearTimeout(slow);
      if (mine === turn) busy.value = false;
    }
  }

  // Quietly: what is said stays until there is something else to say.
  whenMaybeBack(() => void (away && !busy.value && reload({ quietly: true })));
  let shownBefore = false;
  // A page that was kept comes back as it was, and is then brought up to date.
  onActivated(() => {
    if (shownBefore) void reload({ quietly: state.value.kind === 'ready' });
    shownBefore = true;
  });
  watch(demoProgress, (now) => {
    if (now === null) void reload({ quietly: state.value.kind === 'ready' });
  });
  onMounted(() => {
    void reload();
  });
  return { state, busy, reload };
}

/** What soon is over by itself is no reason to take away what is shown. */
const passes = (error: unknown) =>
  error instanceof Offline ||
  (error instanceof ApiProblem && (error.problem.status >= 500 || error.problem.status === 429));

/** No answer, or one of what stands before the platform while that starts anew. */
const unreachable = (error: unknown) =>
  error instanceof Offline || (error instanceof ApiProblem && error.problem.status >= 502);

const isAnswer = (error: unknown) => error instanceof Offline || error instanceof ApiProblem;

const BROKEN = {
  zh: { title: '这一页出了问题', next: '请再试一次。如果还是这样，请告诉工作人员。' },
  en: { title: 'Something is wrong with this page', next: 'Try again. If it stays like this, please tell the staff.' },
};

function stateOf(error: unknown): Loading<never> {
  if (error instanceof Offline) return { kind: 'offline' };
  if (!(error instanceof ApiProblem)) return { kind: 'failed', ...BROKEN[language.value], traceId: '' };
  const { status, title, next, traceId } = error.problem;
  return status === 401 ? { kind: 'signed-out' } : { kind: 'failed', title, next, traceId };
}
