import { computed, shallowRef, watch } from 'vue';
import { ApiProblem, Offline, type Schema } from '../shared/api';
import { useLoading } from '../shared/loading';
import { whenMaybeBack } from '../shared/reach';
import { notSentOf } from './marks';
import { linesOf, type Mark, type RosterLine } from './marks.rules';
import { download, type DownloadedSession, keep, keptSession } from './offline/kept-sessions';

/** A session of a class with everybody who has a seat in it; without network as it was kept on this device. */
export function useSession(classId: string, sessionId: string) {
  const facts = shallowRef<{ ofClass: Schema<'ClassView'>; session: Schema<'SessionView'> } | null>(null);
  /** When the roster that is shown was kept; null while the platform can be reached. */
  const keptAt = shallowRef<string | null>(null);
  const loading = useLoading(async () => {
    const { ofClass, session, roster } = await fresh().catch(keptOne);
    facts.value = session ? { ofClass, session } : null;
    return { ofClass, session, roster };
  });

  async function fresh(): Promise<DownloadedSession> {
    const downloaded = await download(classId, sessionId);
    keptAt.value = null;
    await keep(downloaded);
    return downloaded;
  }

  async function keptOne(error: unknown): Promise<DownloadedSession> {
    const unreachable = error instanceof Offline || (error instanceof ApiProblem && error.problem.status >= 502);
    const found = unreachable ? await keptSession(sessionId) : null;
    if (!found) throw error;
    keptAt.value = found.keptAt;
    return found;
  }

  whenMaybeBack(() => void (keptAt.value !== null && loading.reload({ quietly: true })));

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

  return { ...loading, facts, lines, keptAt };
}
