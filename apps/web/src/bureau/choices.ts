import { computed, shallowRef } from 'vue';
import { api, ask, type Schema } from '../shared/api';
import { nameOf, regionNameOf } from '../shared/names';
import { readAll } from '../shared/staff/lists';

const PAGE = 100;
const townshipList = shallowRef<Schema<'RegionView'>[]>();
const organisationList = shallowRef<Schema<'OrganisationView'>[]>();
const figureList = shallowRef<{ code: string; name: string; nameEn: string }[]>();

const choicesFrom = <Item>(
  read: () => readonly Item[] | undefined,
  value: (item: Item) => string,
  name: (item: Item) => string,
) => computed(() => (read() ?? []).map((item) => ({ value: value(item), name: name(item) })));

/** The years of the plan. */
export const PLAN_YEARS: readonly number[] = [2023, 2024, 2025, 2026, 2027];

/** The years of the plan, to choose from. */
export const planYears = PLAN_YEARS.map((year) => ({ value: String(year), name: String(year) }));

/** The months of a year of the plan, or of all of them, to choose from. @param year empty: of all */
export const planMonths = (year: string) =>
  PLAN_YEARS.filter((one) => !year || String(one) === year)
    .flatMap((one) => Array.from({ length: 12 }, (_, month) => `${one}-${String(month + 1).padStart(2, '0')}`))
    .map((month) => ({ value: month, name: month }));

/** The townships of the district, to choose from. */
export const townships = choicesFrom(
  () => townshipList.value,
  ({ code }) => code,
  regionNameOf,
);

/** The organisations that run classes, to choose from. */
export const organisations = choicesFrom(
  () => organisationList.value,
  ({ id }) => id,
  nameOf,
);

const OFFICES: readonly string[] = ['bureau', 'department'];

/** The organisations that may have somebody of this role: departments and the bureau have no classes, schools no figures. */
export const organisationsFor = (role: string) =>
  (organisationList.value ?? [])
    .filter(({ kind }) => OFFICES.includes(kind) === (role === 'department_officer'))
    .map((one) => ({ value: one.id, name: nameOf(one) }));

/** The figures that the ledger feeds: indicators and the measures beside them. */
export const countedFigures = choicesFrom(
  () => figureList.value,
  ({ code }) => code,
  nameOf,
);

/**
 * Reads what filters choose from, once for all pages.
 *
 * @throws ApiProblem, Offline
 */
export async function loadChoices(): Promise<void> {
  await Promise.all([
    loadOnce(townshipList, () =>
      readAll((cursor) =>
        ask(() => api.GET('/api/v1/regions', { params: { query: { level: 'township', limit: PAGE, cursor } } }), {
          again: true,
        }),
      ),
    ),
    loadOrganisations(),
    loadOnce(figureList, async () => {
      const { indicators, measures } = await ask(() => api.GET('/api/v1/wall-chart'), { again: true });
      return [
        ...indicators.filter(({ measure }) => measure === 'counted'),
        ...measures.filter(({ noData }) => !noData),
      ];
    }),
  ]);
}

/** Reads the organisations alone. @throws ApiProblem, Offline */
export const loadOrganisations = (): Promise<void> =>
  loadOnce(organisationList, () =>
    readAll((cursor) =>
      ask(() => api.GET('/api/v1/organisations', { params: { query: { limit: PAGE, cursor } } }), { again: true }),
    ),
  );

/** Has them read again by whoever asks next: one was added or changed. */
export const forgetOrganisations = (): void => void (organisationList.value = undefined);

async function loadOnce<List>(list: { value: List | undefined }, read: () => Promise<List>): Promise<void> {
  list.value ??= await read();
}

/** The name of a counted figure by its code. */
export const figureName = (code: string): string =>
  countedFigures.value.find(({ value }) => value === code)?.name ?? code;
