import { api, ask, type Schema } from '../shared/api';
import { regionNameOf } from '../shared/names';
import { readAll } from '../shared/staff/lists';

export interface Township {
  name: string;
  villages: { code: string; name: string }[];
}

const read = (level: 'township' | 'village') =>
  readAll((cursor) =>
    ask(() => api.GET('/api/v1/regions', { params: { query: { level, limit: 100, cursor } } }), { again: true }),
  );
let known: Promise<[Schema<'RegionView'>[], Schema<'RegionView'>[]]> | undefined;

/** The villages of the district by township, read once. @throws ApiProblem, Offline */
export async function villagesByTownship(): Promise<Township[]> {
  known ??= Promise.all([read('township'), read('village')]);
  try {
    const [townships, villages] = await known;
    const stands = ({ validTo }: Schema<'RegionView'>) => validTo === null;
    return townships.filter(stands).map((township) => ({
      name: regionNameOf(township),
      villages: villages
        .filter((village) => stands(village) && village.parentCode === township.code)
        .map((village) => ({ code: village.code, name: regionNameOf(village) })),
    }));
  } catch (error) {
    known = undefined;
    throw error;
  }
}
