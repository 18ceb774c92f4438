import { onActivated, onDeactivated, onUnmounted, shallowRef, watch, type WatchSource } from 'vue';
import type { Schema } from '../shared/api';

type School = Pick<Schema<'OrganisationView'>, 'name' | 'nameEn' | 'phone'>;

/** The school that the button "call and ask" calls on the page that is shown; without one there is no button. */
export const schoolToCall = shallowRef<School | null>(null);

/** Lets the page say whom to call, for as long as it is shown. */
export function useSchoolToCall(source: WatchSource<School | null | undefined>): void {
  let here = true;
  let mine: School | null = null;
  const say = () => {
    if (here) schoolToCall.value = mine?.phone ? mine : null;
  };
  const leave = () => {
    here = false;
    schoolToCall.value = null;
  };
  watch(
    source,
    (school) => {
      mine = school ?? null;
      say();
    },
    { immediate: true },
  );
  onActivated(() => {
    here = true;
    say();
  });
  onDeactivated(leave);
  onUnmounted(leave);
}
