import { computed, ref, shallowRef } from 'vue';
import { ApiProblem, Offline, type Problem } from '../api';
import { language } from '../language';

/** What a person is told when something they did was not done. @throws what is no answer of the platform's */
export function problemFrom(error: unknown): Problem {
  if (error instanceof ApiProblem) return error.problem;
  if (!(error instanceof Offline)) throw error;
  const zh = language.value === 'zh';
  return {
    type: 'about:blank',
    status: 0,
    code: 'OFFLINE',
    title: zh ? '现在没有网络，或平台没有回应' : 'There is no network, or the platform does not answer',
    next: zh ? '已填的内容还在，连上后请再按一次。' : 'What you filled in is still here; press again once it is back.',
    traceId: '',
  };
}

/** Something that a button does: whether it runs, and what came in its way. */
export function useAction() {
  const busy = ref(false);
  const problem = shallowRef<Problem | null>(null);
  /** Sentences for fields by path, in the language of the page. */
  const fields = computed<Record<string, string>>(() => (problem.value ? new ApiProblem(problem.value).fields : {}));

  /** @returns what the work gave, or undefined where it was refused, or was running already */
  async function run<Result>(work: () => Promise<Result>): Promise<Result | undefined> {
    if (busy.value) return undefined;
    busy.value = true;
    problem.value = null;
    try {
      return await work();
    } catch (error) {
      problem.value = problemFrom(error);
      return undefined;
    } finally {
      busy.value = false;
    }
  }

  return { busy, problem, fields, run };
}

/** Headers of a change to what was read in this version. */
export const ifMatch = (version: number | undefined) => ({ 'If-Match': `"${version}"` });

/** Headers of a wish that may be sent again without being done again. */
export const once = (key: string) => ({ 'Idempotency-Key': key });
