import { api, ask, type Schema } from '../api';
import { nameOf } from '../names';
import { readAll } from './lists';

const read = (level: 'district' | 'township' | 'village') =>
  readAll((cursor) =>
    ask(() => api.GET('/api/v1/regions', { params: { query: { level, limit: 100, cursor } } }), { again: true }),
  );

/** A region that terms may speak of, with the one that it lies in. */
export interface RegionChoice {
  code: string;
  level: 'district' | 'township' | 'village';
  name: string;
  nameEn: string | null;
  /** Tells villages of one name apart; empty where nothing need be told apart. */
  within: string;
}

/** The district, its townships, each with its villages behind it. @throws ApiProblem, Offline */
export async function regionChoices(): Promise<RegionChoice[]> {
  const [districts, townships, villages] = await Promise.all([read('district'), read('township'), read('village')]);
  const stands = ({ validTo }: Schema<'RegionView'>) => validTo === null;
  const choice = (region: Schema<'RegionView'>, level: RegionChoice['level'], within = ''): RegionChoice => ({
    code: region.code,
    level,
    name: region.shortName,
    nameEn: region.nameEn,
    within,
  });
  return [
    ...districts.filter(stands).map((district) => choice(district, 'district')),
    ...townships
      .filter(stands)
      .flatMap((township) => [
        choice(township, 'township'),
        ...villages
          .filter((village) => stands(village) && village.parentCode === township.code)
          .map((village) => choice(village, 'village', township.shortName)),
      ]),
  ];
}

/** Regions of these levels to choose from, a village with the township that it lies in. */
export const regionOptions = (all: readonly RegionChoice[], levels: readonly RegionChoice['level'][]) =>
  all
    .filter(({ level }) => levels.includes(level))
    .map((one) => ({ value: one.code, name: [one.within, nameOf(one)].filter(Boolean).join(' · ') }));
