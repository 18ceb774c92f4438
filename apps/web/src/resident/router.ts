import { nextTick, ref } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';

/** Pages of this area. */
export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', component: () => import('./pages/HomePage.vue') },
    { path: '/classes', component: () => import('./pages/ClassesPage.vue') },
    { path: '/classes/:id', component: () => import('./pages/ClassPage.vue'), props: true },
    { path: '/lottery/:id', component: () => import('./pages/LotteryPage.vue'), props: true },
    { path: '/sign-in', component: () => import('./pages/SignInPage.vue') },
    { path: '/me', component: () => import('./pages/MyClassesPage.vue') },
    { path: '/me/code', component: () => import('./pages/CodePage.vue') },
    { path: '/me/family', component: () => import('./pages/FamilyPage.vue') },
    { path: '/me/prepare', component: () => import('./pages/PreparePage.vue') },
    { path: '/me/companions', component: () => import('./pages/CompanionsPage.vue') },
    { path: '/me/residents/:id', component: () => import('./pages/ResidentDetailsPage.vue'), props: true },
    { path: '/me/details', component: () => import('./pages/DetailsPage.vue') },
    { path: '/:missing(.*)*', component: () => import('./pages/MissingPage.vue') },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

/** A page was wanted that this device does not have yet, and there is no network to get it. */
export const outOfReach = ref(false);

router.onError((_error, to) => {
  if (!navigator.onLine) outOfReach.value = true;
  // Else the platform was renewed since this visit began, and the page has another file now.
  else window.location.assign(to.fullPath);
});

/** Gets the other pages while nothing else is to be done, so that they open without network later. */
export function getPagesAhead(): void {
  const get = () => {
    for (const { components } of router.getRoutes()) {
      const page = components?.default;
      // A page that fails to come now is asked for again when it is wanted.
      if (typeof page === 'function') void (page as () => Promise<unknown>)().catch(() => undefined);
    }
  };
  if ('requestIdleCallback' in window) window.requestIdleCallback(get, { timeout: 10_000 });
  else setTimeout(get, 3_000);
}

router.afterEach((to, from) => {
  outOfReach.value = false;
  // Screen readers and the keyboard go on in the new page; the first page of a visit begins at its top anyway.
  if (from.matched.length === 0 || to.path === from.path) return;
  void nextTick(() => document.getElementById('main')?.focus({ preventScroll: true }));
});
