import { nextTick } from 'vue';
import { createRouter, createWebHistory } from 'vue-router';
import { withWords } from '../shared/i18n';
import { watchReach } from '../shared/reach';

/** Pages of this area. */
export const router = createRouter({
  history: createWebHistory('/'),
  routes: [
    { path: '/', component: () => import('./pages/HomePage.vue') },
    { path: '/classes', component: () => import('./pages/ClassesPage.vue') },
    { path: '/classes/:id', component: () => import('./pages/ClassPage.vue'), props: true },
    {
      path: '/lottery/:id',
      component: () => withWords(import('./pages/LotteryPage.vue'), import('./lottery/words')),
      props: true,
    },
    { path: '/sign-in', component: () => import('./pages/SignInPage.vue') },
    { path: '/me', component: () => withWords(import('./pages/MyClassesPage.vue'), import('./enroll/words')) },
    {
      path: '/me/enrollments/:id',
      component: () => withWords(import('./pages/EnrollmentPage.vue'), import('./enroll/words')),
      props: true,
    },
    { path: '/me/code', component: () => import('./pages/CodePage.vue') },
    { path: '/check-in', component: () => withWords(import('./pages/CheckInPage.vue'), import('./check-in/words')) },
    { path: '/me/monitor', component: () => withWords(import('./pages/MonitorPage.vue'), import('./check-in/words')) },
    { path: '/me/family', component: () => withWords(import('./pages/FamilyPage.vue'), import('./prepare/words')) },
    { path: '/me/prepare', component: () => withWords(import('./pages/PreparePage.vue'), import('./prepare/words')) },
    {
      path: '/me/companions',
      component: () => withWords(import('./pages/CompanionsPage.vue'), import('./prepare/words')),
    },
    {
      path: '/me/residents/:id',
      component: () => withWords(import('./pages/ResidentDetailsPage.vue'), import('./prepare/words')),
      props: true,
    },
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
