import { computed, ref, shallowRef } from 'vue';
import { api, ask, newKey, type Problem, type Schema } from '../../shared/api';
import { once, problemFrom } from '../../shared/staff/actions';
import { faultOf, hasFailed, type ListedPerson, type ListRow, requestOf, ROWS_AT_ONCE } from './list.rules';

/**
 * Applies for the people of a list, some rows at a time. Whatever comes in between, rows that have an answer keep it,
 * and the others can be sent again: nobody is enrolled twice.
 */
export function useListEnrollment(wordsFor: (fault: NonNullable<ReturnType<typeof faultOf>>) => string) {
  const rows = ref<ListRow[]>([]);
  const progress = shallowRef<{ done: number; all: number } | null>(null);
  const problem = shallowRef<Problem | null>(null);
  /** The same rows go under the same key, so that an answer that was lost comes again as it was. */
  const keys = new Map<string, string>();

  const failed = computed(() => rows.value.filter(hasFailed));
  const unsent = computed(() => rows.value.filter(({ result }) => result === null));

  /** Begins a new list. */
  function take(people: readonly ListedPerson[]): void {
    rows.value = people.map((person, index) => ({ ...person, number: index + 1, result: null }));
    problem.value = null;
  }

  /** Sends these rows; stops at what comes in between, such as no network, and leaves the rest as it was. */
  async function send(classId: string, which: readonly ListRow[]): Promise<void> {
    if (progress.value) return;
    problem.value = null;
    const good = which.filter((row) => {
      const fault = faultOf(row);
      if (fault) row.result = { outcome: 'wrong', sentence: wordsFor(fault), enrollmentId: null };
      return fault === null;
    });
    progress.value = { done: 0, all: good.length };
    try {
      for (let from = 0; from < good.length; from += ROWS_AT_ONCE) {
        const part = good.slice(from, from + ROWS_AT_ONCE);
        const answers = await apply(classId, part.map(requestOf));
        for (const [index, { outcome, sentence, enrollmentId }] of answers.entries()) {
          part[index]!.result = { outcome, sentence, enrollmentId };
        }
        progress.value = { done: from + part.length, all: good.length };
      }
    } catch (error) {
      problem.value = problemFrom(error);
    } finally {
      progress.value = null;
    }
  }

  async function apply(classId: string, people: Schema<'ListedPersonRequest'>[]): Promise<Schema<'ListRowView'>[]> {
    const body = { rows: people };
    const wish = JSON.stringify([classId, body]);
    const key = keys.get(wish) ?? newKey();
    keys.set(wish, key);
    const params = { path: { id: classId }, header: once(key) };
    const answer = await ask(() => api.POST('/api/v1/classes/{id}/list-enrollments', { params, body }), {
      again: true,
    });
    // Answered, so the same people another time are another wish: they may have been registered in between.
    keys.delete(wish);
    return answer.rows;
  }

  return { rows, failed, unsent, progress, problem, take, send };
}
