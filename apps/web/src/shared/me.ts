import { ref } from 'vue';
import { api, ApiProblem, ask, Offline, type Schema } from './api';

/** Who is signed in on this device; null: nobody; undefined: not known yet. */
export const me = ref<Schema<'MeView'> | null | undefined>(undefined);

const UNAUTHORIZED = 401;
let asking: Promise<void> | null = null;

let recall: (() => Promise<Schema<'MeView'> | null>) | null = null;

/** Takes who was signed in from what an area keeps on this device, when the platform cannot be reached. */
export function recallMeBy(how: NonNullable<typeof recall>): void {
  recall = how;
}

/** Asks who is signed in; those who ask at once get the one answer. @throws ApiProblem, Offline */
export function findOutWhoIAm(): Promise<void> {
  asking ??= askWhoIAm().finally(() => (asking = null));
  return asking;
}

async function askWhoIAm(): Promise<void> {
  try {
    me.value = await ask(() => api.GET('/api/v1/me'), { again: true });
  } catch (error) {
    const remembered = error instanceof Offline && recall ? await recall() : null;
    if (remembered) {
      me.value = remembered;
      return;
    }
    if (!(error instanceof ApiProblem && error.problem.status === UNAUTHORIZED)) throw error;
    me.value = null;
  }
}

/** Signs out on this device. @throws ApiProblem, Offline */
export async function signOut(): Promise<void> {
  await ask(() => api.DELETE('/api/v1/sign-in'));
  me.value = null;
  // Going back may bring this very page out of the browser's memory, with all that stood on it.
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted) window.location.reload();
  });
}
