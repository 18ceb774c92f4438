import { ref, watch } from 'vue';
import { api, ask, type Schema } from '../../shared/api';
import { me, recallMeBy } from '../../shared/me';
import { readAll } from '../../shared/staff/lists';
import { canKeep, dropAll, dropExpired, keptUntil, seal, unseal } from './sealed';

/*
 * Sessions with their rosters that are kept on this device, so that the roll can be called without a network: only
 * those that somebody opened or asked to be kept, only until the session is over for half a day, and only as long as
 * the same person is signed in. Marks that are not sent are kept elsewhere (marks.ts) and never expire.
 */

/** How long after the end of a session, or after it was kept, its roster stays on the device. */
const KEPT_FOR_MS = 12 * 3_600_000;
/** Sessions that begin later are not kept yet: a device that is lost should not hold names for weeks. */
const KEPT_AHEAD_MS = 3 * 24 * 3_600_000;
const SESSION = 'session ';
const ME = 'me';

export interface DownloadedSession {
  ofClass: Schema<'ClassView'>;
  session: Schema<'SessionView'> | undefined;
  roster: Schema<'RosterEntryView'>[];
}

/** A session as it is kept. */
export interface KeptSession extends DownloadedSession {
  session: Schema<'SessionView'>;
  keptAt: string;
}

interface KeptMe {
  view: Schema<'MeView'>;
}

/** Until when (milliseconds) which sessions are kept. */
export const kept = ref<ReadonlyMap<string, number>>(new Map());

/** Reads a session with everybody who has a seat in its class. @throws ApiProblem, Offline */
export async function download(classId: string, sessionId: string): Promise<DownloadedSession> {
  const [ofClass, roster] = await Promise.all([
    ask(() => api.GET('/api/v1/classes/{id}', { params: { path: { id: classId } } }), { again: true }),
    readAll((cursor) =>
      ask(
        () =>
          api.GET('/api/v1/sessions/{id}/roster', {
            params: { path: { id: sessionId }, query: { limit: 100, cursor } },
          }),
        { again: true },
      ),
    ),
  ]);
  return { ofClass, session: ofClass.sessions.find(({ id }) => id === sessionId), roster };
}

/** Keeps a session for the time without network; does nothing where the browser cannot, or the device is full. */
export async function keep({ ofClass, session, roster }: DownloadedSession): Promise<void> {
  const view = me.value;
  if (!session || !view || !canKeep()) return;
  const now = Date.now();
  if (Date.parse(session.startsAt) > now + KEPT_AHEAD_MS) return;
  const until = Math.max(Date.parse(session.endsAt), now) + KEPT_FOR_MS;
  const value: KeptSession = { ofClass, session, roster, keptAt: new Date(now).toISOString() };
  try {
    await seal(SESSION + session.id, value, until);
    const meUntil = Math.max(until, (await keptUntil()).get(ME) ?? 0);
    await seal(ME, { view } satisfies KeptMe, meUntil);
    // Whoever signed out meanwhile takes it along.
    if (me.value?.id !== view.id) await forgetSessions();
    else await look();
  } catch {
    // Not kept, and the page does not say that it is.
  }
}

/** A session as it was kept last, or null. */
export const keptSession = (sessionId: string): Promise<KeptSession | null> => open<KeptSession>(SESSION + sessionId);

/** All that are kept, by time. */
export async function keptSessions(): Promise<KeptSession[]> {
  const found = await Promise.all([...kept.value.keys()].map(keptSession));
  return found
    .filter((one) => one !== null)
    .sort((one, other) => (one.session.startsAt < other.session.startsAt ? -1 : 1));
}

/** Drops every roster from this device. */
export async function forgetSessions(): Promise<void> {
  kept.value = new Map();
  if (canKeep()) await dropAll().catch(() => undefined);
}

/** Opens the pages of the roll without network from now on, and drops what must not stay. */
export async function workWithoutNetwork(): Promise<void> {
  recallMeBy(async () => (await open<KeptMe>(ME))?.view ?? null);
  watch(me, async (now) => {
    if (now === undefined) return;
    const before = await open<KeptMe>(ME);
    if (before && before.view.id !== now?.id) await forgetSessions();
  });
  if (!canKeep()) return;
  await look();
  if ('serviceWorker' in navigator) {
    // Without it the pages work as long as they stay open.
    await navigator.serviceWorker.register('/school/worker.js').catch(() => undefined);
  }
}

async function look(): Promise<void> {
  try {
    await dropExpired(Date.now());
    const names = [...(await keptUntil())].filter(([name]) => name.startsWith(SESSION));
    kept.value = new Map(names.map(([name, until]) => [name.slice(SESSION.length), until]));
  } catch {
    kept.value = new Map();
  }
}

async function open<Value>(name: string): Promise<Value | null> {
  if (!canKeep()) return null;
  return unseal<Value>(name, Date.now()).catch(() => null);
}
