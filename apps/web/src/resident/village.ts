import { ref, watchEffect } from 'vue';
import { api, ask, type Schema } from '../shared/api';

type Region = Schema<'RegionView'>;

const KEPT_AS = 'huixue-village';

function kept(): Region | null {
  try {
    return JSON.parse(localStorage.getItem(KEPT_AS) ?? 'null') as Region | null;
  } catch {
    return null;
  }
}

/** 家门口: the village that this device is at home in; null until someone says so. */
export const homeVillage = ref<Region | null>(kept());

watchEffect(() => {
  if (homeVillage.value) localStorage.setItem(KEPT_AS, JSON.stringify(homeVillage.value));
  else localStorage.removeItem(KEPT_AS);
});

let asked: Promise<{ townships: Region[]; villages: Region[] }> | null = null;

/** All townships and villages; asked for once. @throws ApiProblem, Offline */
export function townshipsAndVillages(): Promise<{ townships: Region[]; villages: Region[] }> {
  asked ??= Promise.all([regionsOf('township'), regionsOf('village')]).then(
    ([townships, villages]) => ({ townships, villages }),
    (error: unknown) => {
      asked = null;
      throw error;
    },
  );
  return asked;
}

async function regionsOf(level: 'township' | 'village'): Promise<Region[]> {
  const found: Region[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask(() => api.GET('/api/v1/regions', { params: { query: { level, limit: 100, cursor } } }), {
      again: true,
    });
    found.push(...page.items);
    cursor = page.next ?? undefined;
  } while (cursor);
  return found;
}
