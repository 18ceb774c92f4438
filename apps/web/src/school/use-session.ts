import { computed, shallowRef, watch } from 'vue';
import { api, ask, type Schema } from '../shared/api';
import { useLoading } from '../shared/loading';
import { readAll } from '../shared/staff/lists';
import { type Mark, notSentOf } from './marks';

/** A name on the roster with what is known of it here: what the platform says, and what this device has not sent yet. */
export interface RosterLine extends Schema<'RosterEntryView'> {
  status: Schema<'AttendanceView'>['status'] | null;
  arrivedAt: string | null;
  leftAt: string | null;
  /** Recorded on this device, and not sent yet. */
  unsent: boolean;
}

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
    return loading.state.value.data.roster.map((entry) => {
      const mark = laidOver.value.filter(({ residentId }) => residentId === entry.residentId).at(-1);
      return {
        ...entry,
        status: mark?.status ?? entry.attendance?.status ?? null,
        arrivedAt: (mark ? mark.arrivedAt : entry.attendance?.arrivedAt) ?? null,
        leftAt: (mark ? mark.leftAt : entry.attendance?.leftAt) ?? null,
        unsent: mark !== undefined && unsent.has(mark.id),
      };
    });
  });

  return { ...loading, facts, lines };
}
