import { watch } from 'vue';
import type { RouteLocationNormalized, Router } from 'vue-router';
import { me } from '../me';

/**
 * Lets into the pages of an area only who is signed in as staff; others are asked to, and come back to the page.
 *
 * @param insteadOf where somebody belongs who may not use the page that was asked for; null where it is theirs
 */
export function guardArea(router: Router, insteadOf: (to: RouteLocationNormalized) => string | null): void {
  const { base } = router.options.history;

  function elsewhere(to: RouteLocationNormalized) {
    if (to.path === '/sign-in' || me.value === undefined) return null;
    if (me.value?.kind === 'staff') return insteadOf(to);
    return { path: '/sign-in', query: { next: base + to.fullPath } };
  }

  router.beforeEach((to) => elsewhere(to) ?? true);
  // Whoever was not known yet when the page was opened, see StaffDoor.
  watch(me, () => {
    const other = elsewhere(router.currentRoute.value);
    if (other) void router.replace(other);
  });
}
