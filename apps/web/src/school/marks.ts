import { computed, reactive, ref, watch } from 'vue';
import { api, ApiProblem, ask, newKey, Offline } from '../shared/api';
import { me } from '../shared/me';
import { ownId } from '../shared/own-id';
import {
  adoptedBy,
  fateOf,
  keptFrom,
  type KeptMark,
  type Mark,
  type MarkAnswer,
  reasonsOf,
  requestsOf,
  toSendOnceMore,
  withoutAnswered,
  withoutGivenUp,
  withRefusal,
} from './marks.rules';

/*
 * Marks on their way from this device to the platform. A mark is kept on the device before it is sent and until the
 * platform has answered it, each under an id of its own, so that nothing is lost without network and nothing counts
 * twice. What is kept holds ids and scanned codes, never names.
 */

const KEPT_AS = 'huixue-marks';
const DEVICE_KEPT_AS = 'huixue-device';
const TRY_AGAIN_EVERY_MS = 20_000;

const kept = ref<KeptMark[]>(keptFrom(localStorage.getItem(KEPT_AS)));
/** Whether the device takes no more; what is made then lives as long as the page. */
let full = false;
/** What became of marks that were sent since the page was opened, by their id. */
const answers = reactive(new Map<string, MarkAnswer>());
let sending: Promise<void> | null = null;

/** Who was signed in last on this page; a sign-in that runs out in the middle of a roll does not make its marks nobody's. */
const lastKnown = ref('');
watch(
  me,
  (now) => {
    if (now) lastKnown.value = now.id;
  },
  { immediate: true, flush: 'sync' },
);
const by = () => me.value?.id ?? lastKnown.value;
const mine = computed(() => kept.value.filter((entry) => entry.by === by()));

/** How many marks are not sent yet. */
export const notSent = computed(() => mine.value.length);
/** Requests that the platform would not take, one for each reason, with their session. */
export const refusedMarks = computed(() => reasonsOf(kept.value, by()));
/** Whether they wait for somebody to sign in. */
export const signInNeeded = ref(false);

/** The marks of a session that are not sent yet. */
export const notSentOf = (sessionId: string): Mark[] =>
  mine.value.filter((entry) => entry.sessionId === sessionId).map(({ mark }) => mark);

/** A new mark, made now. */
export function newMark(made: Pick<Mark, 'kind' | 'status'> & Partial<Mark>): Mark {
  return { id: ownId(), deviceTime: new Date().toISOString(), ...made };
}

/**
 * Keeps marks on the device and sends them if it can.
 *
 * @returns what the platform answered, by id; a mark that is not there is kept and sent later
 */
export async function recordMarks(classId: string, sessionId: string, marks: Mark[]): Promise<Map<string, MarkAnswer>> {
  change((before) => [...before, ...marks.map((mark) => ({ by: by(), classId, sessionId, mark }))]);
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
  change((before) => toSendOnceMore(before, by()));
  return sendMarks();
}

/** Gives up what the platform would not take. */
export function giveUpRefused(): void {
  change((before) => withoutGivenUp(before, by()));
}

/** Sends whenever there is a chance to, as long as the page is open. */
export function keepSending(): void {
  window.addEventListener('online', () => void sendMarks());
  window.addEventListener('storage', ({ key }) => key === KEPT_AS && (kept.value = readKept()));
  setInterval(() => notSent.value > 0 && navigator.onLine && void sendMarks(), TRY_AGAIN_EVERY_MS);
  watch(
    () => me.value?.id,
    (id) => {
      if (id && kept.value.some((entry) => entry.by === '')) change((before) => adoptedBy(before, id));
      void sendMarks();
    },
    { immediate: true },
  );
}

async function sendAll(): Promise<void> {
  for (const { sessionId, items } of requestsOf(kept.value, by())) {
    if (!(await send(sessionId, items))) return;
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
    change((before) => withoutAnswered(before, ids));
    signInNeeded.value = false;
    return true;
  } catch (error) {
    if (error instanceof Offline) return false;
    if (!(error instanceof ApiProblem)) throw error;
    const { status, title, next } = error.problem;
    const fate = fateOf(status);
    signInNeeded.value = fate === 'signed-out';
    if (fate !== 'refused') return false;
    change((before) => withRefusal(before, ids, { title, next }));
    return true;
  }
}

/** Changes what is kept, starting from what another window may have kept meanwhile. */
function change(how: (before: KeptMark[]) => KeptMark[]): void {
  kept.value = how(readKept());
  try {
    localStorage.setItem(KEPT_AS, JSON.stringify(kept.value));
    full = false;
  } catch {
    full = true;
  }
}

const readKept = (): KeptMark[] => (full ? kept.value : keptFrom(localStorage.getItem(KEPT_AS)));

function thisDevice(): string {
  const known = localStorage.getItem(DEVICE_KEPT_AS);
  if (known) return known;
  const made = newKey();
  localStorage.setItem(DEVICE_KEPT_AS, made);
  return made;
}
