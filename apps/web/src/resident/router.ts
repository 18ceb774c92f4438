import { nextTick } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';
import { watchReach } from '../shared/reach';

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
    { path: '/me/enrollments/:id', component: () => import('./pages/EnrollmentPage.vue'), props: true },
    { path: '/me/code', component: () => import('./pages/CodePage.vue') },
    { path: '/check-in', component: () => import('./pages/CheckInPage.vue') },
    { path: '/me/monitor', component: () => import('./pages/MonitorPage.vue') },
    { path: '/me/family', component: () => import('./pages/FamilyPage.vue') },
    { path: '/me/prepare', component: () => import('./pages/PreparePage.vue') },
    { path: '/me/companions', component: () => import('./pages/CompanionsPage.vue') },
    { path: '/me/residents/:id', component: () => import('./pages/ResidentDetailsPage.vue'), props: true },
    { path: '/me/details', component: () => import('./pages/DetailsPage.vue') },
    { path: '/:missing(.*)*', component: () => import('./pages/MissingPage.vue') },
  ],
  scrollBehavior: (to, from, saved) => saved ?? (to.path === from.path ? undefined : { top: 0 }),
});

watchReach(router);
router.afterEach((to, from) => {
  // Screen readers and the keyboard go on in the new page; the first page of a visit begins at its top anyway.
  if (from.matched.length === 0 || to.path === from.path) return;
  void nextTick(() => document.getElementById('main')?.focus({ preventScroll: true }));
});
