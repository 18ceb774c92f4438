import { shallowRef, ref } from 'vue';
import { ApiProblem, newKey, Offline } from './api';
import { language } from './language';

/** Why an attempt did not succeed, in sentences for the reader. */
export interface Refusal {
  code: string;
  title: string;
  next: string;
  /** Sentences by the path of a field. */
  fields: Record<string, string>;
  traceId: string;
}

const NO_ANSWER = {
  zh: { title: '没有网络，或平台没有回应', next: '已填的内容还在。有网络后再按一次，不会重复提交。' },
  en: {
    title: 'There is no network, or the platform does not answer',
    next: 'What you filled in is still here. Press again when you are online; nothing is done twice.',
  },
};

/** Things that a person does on a page by pressing a button: one at a time, and what came in between. */
export function useAttempt() {
  const busy = ref(false);
  const refusal = shallowRef<Refusal | null>(null);

  /** Does it; undefined where it did not succeed or another attempt is still under way. */
  async function attempt<Answer>(act: () => Promise<Answer>): Promise<Answer | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    refusal.value = null;
    try {
      return await act();
    } catch (error) {
      refusal.value = refusalOf(error);
      return undefined;
    } finally {
      busy.value = false;
    }
  }
  return { busy, refusal, attempt };
}

function refusalOf(error: unknown): Refusal {
  if (error instanceof Offline) return { code: 'OFFLINE', ...NO_ANSWER[language.value], fields: {}, traceId: '' };
  if (!(error instanceof ApiProblem)) throw error;
  const { code, title, next, traceId } = error.problem;
  return { code, title, next, fields: error.fields, traceId };
}

/**
 * Keys for what is written: the same key for the same words until they are done, so that pressing again after a lost
 * answer does nothing twice, and another key once something was changed.
 */
export function useWish() {
  let said = '';
  let key = newKey();
  return {
    keyFor(body: unknown): string {
      const now = JSON.stringify(body);
      if (now !== said) [said, key] = [now, newKey()];
      return key;
    },
    done(): void {
      said = '';
    },
  };
}
