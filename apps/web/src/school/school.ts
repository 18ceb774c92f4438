import { computed, ref } from 'vue';
import { holds, type Permission } from '#contracts';
import { me } from '../shared/me';

const KEPT_AS = 'huixue-school';

/** A school in which the person who is signed in holds a role. */
export interface School {
  id: string;
  name: string;
  nameEn: string | null;
}

const chosen = ref(localStorage.getItem(KEPT_AS));

/** All schools of the person, each once. */
export const schools = computed<School[]>(() => {
  const found = new Map<string, School>();
  for (const { organisationId, organisationName, organisationNameEn } of me.value?.roles ?? []) {
    if (organisationId)
      found.set(organisationId, { id: organisationId, name: organisationName ?? '', nameEn: organisationNameEn });
  }
  return [...found.values()];
});

/** The school whose pages are shown; null for somebody who works at none. */
export const school = computed<School | null>(
  () => schools.value.find(({ id }) => id === chosen.value) ?? schools.value[0] ?? null,
);

/** Changes the school whose pages are shown; kept on the device. */
export function chooseSchool(id: string): void {
  chosen.value = id;
  localStorage.setItem(KEPT_AS, id);
}

/** The school on a page that is shown only where there is one. */
export function theSchool(): School {
  if (!school.value) throw new Error('The page needs a school.');
  return school.value;
}

/** Whether the person may do this in the school that is shown. */
export const may = (permission: Permission): boolean =>
  school.value !== null && holds(me.value?.roles ?? [], permission, school.value.id);
