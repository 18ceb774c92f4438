import { ref } from 'vue';
import { api, ApiProblem, ask, type Schema } from './api';

/** Who is signed in on this device; null: nobody; undefined: not asked yet. */
export const me = ref<Schema<'MeView'> | null | undefined>(undefined);

/** Asks who is signed in. @throws Offline */
export async function findOutWhoIAm(): Promise<void> {
  try {
    me.value = await ask(() => api.GET('/api/v1/me'), { again: true });
  } catch (error) {
    if (!(error instanceof ApiProblem)) throw error;
    me.value = null;
  }
}

/** Signs out on this device. */
export async function signOut(): Promise<void> {
  await ask(() => api.DELETE('/api/v1/sign-in'));
  me.value = null;
}
