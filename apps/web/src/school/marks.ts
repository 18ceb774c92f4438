import { computed, reactive, ref, watch } from 'vue';
import { api, ApiProblem, ask, newKey, Offline, type Schema } from '../shared/api';
import { me } from '../shared/me';

/*
 * Marks on their way from this device to the platform. A mark is kept on the device before it is sent and until the
 * platform has answered it, each under an id of its own, so that nothing is lost without network and nothing counts
 * twice. What is kept holds ids and scanned codes, never names.
 */

export type Mark = Schema<'MarkRequest'>;
export type MarkAnswer = Schema<'MarkAnswerView'>;

interface KeptMark {
  /** Who made it; only that person's sign-in sends it. */
  by: string;
  classId: string;
  sessionId: string;
  mark: Mark;
  /** Why the platform would not take the request it came in; it is sent again only when somebody says so. */
  refused?: { title: string; next: string };
}

const KEPT_AS = 'huixue-marks';
const DEVICE_KEPT_AS = 'huixue-device';
/** Marks that one request carries at most. */
const PER_REQUEST = 500;
const TRY_AGAIN_EVERY_MS = 20_000;
/** Refusals that pass by themselves: too many requests, a lock that was held, a platform that restarts. */
const PASSING = [0, 401, 408, 409, 425, 429];

const kept = ref<KeptMark[]>(readKept());
/** What became of marks that were sent since the page was opened, by their id. */
const answers = reactive(new Map<string, MarkAnswer>());
let sending: Promise<void> | null = null;

const mine = computed(() => kept.value.filter(({ by }) => by === me.value?.id));

/** How many marks are not sent yet. */
export const notSent = computed(() => mine.value.length);
/** Requests that the platform would not take, one for each reason, with their session. */
export const refusedMarks = computed(() => {
  const reasons = new Map<string, KeptMark & { refused: { title: string; next: string }; count: number }>();
  for (const entry of mine.value) {
    if (!entry.refused) continue;
    const reason = reasons.get(entry.sessionId + entry.refused.title);
    if (reason) reason.count++;
    else reasons.set(entry.sessionId + entry.refused.title, { ...entry, refused: entry.refused, count: 1 });
  }
  return [...reasons.values()];
});

/** The marks of a session that are not sent yet. */
export const notSentOf = (sessionId: string): Mark[] =>
  mine.value.filter((entry) => entry.sessionId === sessionId).map(({ mark }) => mark);

/** A new mark, made now. */
export function newMark(made: Pick<Mark, 'kind' | 'status'> & Partial<Mark>): Mark {
  return { id: newUuid(), deviceTime: new Date().toISOString(), ...made };
}

/**
 * Keeps marks on the device and sends them if it can.
 *
 * @returns what the platform answered, by id; a mark that is not there is kept and sent later
 */
export async function recordMarks(classId: string, sessionId: string, marks: Mark[]): Promise<Map<string, MarkAnswer>> {
  const by = me.value?.id ?? '';
  change((before) => [...before, ...marks.map((mark) => ({ by, classId, sessionId, mark }))]);
  // A sending that is under way began without them.
  await sending;
  await sendMarks();
  return new Map(marks.flatMap(({ id }) => (answers.has(id) ? [[id, answers.get(id)!]] : [])));
}

/** Sends what is kept; what the platform cannot be reached for stays. */
export function sendMarks(): Promise<void> {
  sending ??= sendAll().finally(() => (sending = null));
  return sending;
}

/** Sends once more what the platform would not take. */
export function sendRefusedAgain(): Promise<void> {
  change((before) => before.map(({ refused: _, ...entry }) => entry));
  return sendMarks();
}

/** Gives up what the platform would not take. */
export function giveUpRefused(): void {
  change((before) => before.filter(({ by, refused }) => !refused || by !== me.value?.id));
}

/** Sends whenever there is a chance to, as long as the page is open. */
export function keepSending(): void {
  window.addEventListener('online', () => void sendMarks());
  window.addEventListener('storage', ({ key }) => key === KEPT_AS && (kept.value = readKept()));
  setInterval(() => notSent.value > 0 && navigator.onLine && void sendMarks(), TRY_AGAIN_EVERY_MS);
  watch(
    () => me.value?.id,
    () => void sendMarks(),
    { immediate: true },
  );
}

async function sendAll(): Promise<void> {
  const sessions = new Set(mine.value.filter(({ refused }) => !refused).map(({ sessionId }) => sessionId));
  for (const sessionId of sessions) {
    const ofSession = mine.value.filter((entry) => entry.sessionId === sessionId && !entry.refused);
    for (let from = 0; from < ofSession.length; from += PER_REQUEST) {
      const items = ofSession.slice(from, from + PER_REQUEST).map(({ mark }) => mark);
      if (!(await send(sessionId, items))) return;
    }
  }
}

/** @returns whether it makes sense to go on with others */
async function send(sessionId: string, items: Mark[]): Promise<boolean> {
  const ids = new Set(items.map(({ id }) => id));
  try {
    const body = { deviceId: thisDevice(), items };
    const sent = await ask(() =>
      api.POST('/api/v1/sessions/{id}/marks', { params: { path: { id: sessionId } }, body }),
    );
    for (const answer of sent.items) answers.set(answer.id, answer);
    change((before) => before.filter(({ mark }) => !ids.has(mark.id)));
    return true;
  } catch (error) {
    if (error instanceof Offline) return false;
    if (!(error instanceof ApiProblem)) throw error;
    const { status, title, next } = error.problem;
    if (status >= 500 || PASSING.includes(status)) return false;
    change((before) =>
      before.map((entry) => (ids.has(entry.mark.id) ? { ...entry, refused: { title, next } } : entry)),
    );
    return true;
  }
}

/** Changes what is kept, starting from what another window may have kept meanwhile. */
function change(by: (before: KeptMark[]) => KeptMark[]): void {
  kept.value = by(readKept());
  localStorage.setItem(KEPT_AS, JSON.stringify(kept.value));
}

function readKept(): KeptMark[] {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS) ?? '[]') as KeptMark[];
  } catch {
    return [];
  }
}

function thisDevice(): string {
  const known = localStorage.getItem(DEVICE_KEPT_AS);
  if (known) return known;
  const made = newKey();
  localStorage.setItem(DEVICE_KEPT_AS, made);
  return made;
}

/** A random UUID; `crypto.randomUUID` is missing on pages that came by plain http. */
function newUuid(): string {
  const digits = [...newKey()];
  digits[12] = '4';
  digits[16] = '89ab'.charAt(parseInt(digits[16]!, 16) % 4);
  const hex = digits.join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
