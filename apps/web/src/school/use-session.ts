import { computed, shallowRef, watch } from 'vue';
import { api, ask, type Schema } from '../shared/api';
import { useLoading } from '../shared/loading';
import { readAll } from '../shared/staff/lists';
import { notSentOf } from './marks';
import { linesOf, type Mark, type RosterLine } from './marks.rules';

/** A session of a class with everybody who has a seat in it. */
export function useSession(classId: string, sessionId: string) {
  const facts = shallowRef<{ ofClass: Schema<'ClassView'>; session: Schema<'SessionView'> } | null>(null);
  const loading = useLoading(async () => {
    const [ofClass, roster] = await Promise.all([
      ask(() => api.GET('/api/v1/classes/{id}', { params: { path: { id: classId } } }), { again: true }),
      readAll((cursor) =>
        ask(
          () =>
            api.GET('/api/v1/sessions/{id}/roster', {
              params: { path: { id: sessionId }, query: { limit: 100, cursor } },
            }),
          {
            again: true,
          },
        ),
      ),
    ]);
    const session = ofClass.sessions.find(({ id }) => id === sessionId);
    facts.value = session ? { ofClass, session } : null;
    return { ofClass, session, roster };
  });

  /** What is laid over the roster; a mark that was sent stays until the roster that holds it is there. */
  const laidOver = shallowRef<Mark[]>(notSentOf(sessionId));
  watch(
    () => notSentOf(sessionId),
    async (now, before) => {
      if (now.length < before.length) await loading.reload({ quietly: true });
      laidOver.value = notSentOf(sessionId);
    },
  );

  const lines = computed<RosterLine[]>(() => {
    if (loading.state.value.kind !== 'ready') return [];
    const unsent = new Set(notSentOf(sessionId).map(({ id }) => id));
    return linesOf(loading.state.value.data.roster, laidOver.value, unsent);
  });

  return { ...loading, facts, lines };
}
