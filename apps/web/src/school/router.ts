import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import type { Permission } from '#contracts';
import { Offline } from '../shared/api';
import { findOutWhoIAm, me } from '../shared/me';
import { may } from './school';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the messages. */
    title: string;
    /** What the page is for; without it, it is open to everyone. */
    needs?: Permission;
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: 'signIn.title' } },
  {
    path: '/',
    component: () => import('./pages/TodayPage.vue'),
    meta: { title: 'today.title', needs: 'classes.read' },
    // A village agent has no classes, but a counter.
    beforeEnter: () => (!may('classes.read') && may('residents.read') ? '/counter' : true),
  },
  {
    path: '/classes',
    component: () => import('./pages/ClassesPage.vue'),
    meta: { title: 'classes.title', needs: 'classes.read' },
  },
  {
    path: '/classes/new',
    component: () => import('./pages/ClassEditorPage.vue'),
    meta: { title: 'editor.new', needs: 'classes.edit' },
  },
  {
    path: '/classes/:id/edit',
    component: () => import('./pages/ClassEditorPage.vue'),
    props: true,
    meta: { title: 'editor.change', needs: 'classes.edit' },
  },
  {
    path: '/classes/:id',
    component: () => import('./pages/ClassPage.vue'),
    props: true,
    meta: { title: 'class.title', needs: 'classes.read' },
  },
  {
    path: '/classes/:classId/sessions/:id/roll-call',
    component: () => import('./pages/RollCallPage.vue'),
    props: true,
    meta: { title: 'roll.title', needs: 'attendance.mark' },
  },
  {
    path: '/classes/:classId/sessions/:id/scan',
    component: () => import('./pages/ScanPage.vue'),
    props: true,
    meta: { title: 'scan.title', needs: 'attendance.mark' },
  },
  {
    path: '/counter',
    component: () => import('./pages/CounterPage.vue'),
    meta: { title: 'counter.title', needs: 'residents.read' },
  },
  {
    path: '/counter/:id',
    component: () => import('./pages/ResidentPage.vue'),
    props: true,
    meta: { title: 'resident.title', needs: 'residents.read' },
  },
  { path: '/:nothing(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'notFound.title' } },
];

/** Pages of this area. Whoever is not signed in is asked to, and comes back to the page. */
export const router = createRouter({
  history: createWebHistory('/school'),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

router.beforeEach(async (to) => {
  if (to.path === '/sign-in') return true;
  try {
    if (me.value === undefined) await findOutWhoIAm();
  } catch (error) {
    // The page itself says that there is no network, and tries again.
    if (error instanceof Offline) return true;
    throw error;
  }
  if (me.value?.kind === 'staff') return true;
  return { path: '/sign-in', query: { next: `/school${to.fullPath}` } };
});
