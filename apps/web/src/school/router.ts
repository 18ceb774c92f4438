import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router';
import type { Permission } from '#contracts';
import { watchReach } from '../shared/reach';
import { guardArea } from '../shared/staff/area';
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
    path: '/classes/:id/import',
    component: () => import('./pages/ImportRollPage.vue'),
    props: true,
    meta: { title: 'rollImport.title', needs: 'attendance.mark' },
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
    path: '/classes/:classId/sessions/:id/screen',
    component: () => import('./pages/ScreenPage.vue'),
    props: true,
    meta: { title: 'screen.title', needs: 'attendance.mark' },
  },
  {
    path: '/classes/:classId/sessions/:id/evidence',
    component: () => import('./pages/EvidencePage.vue'),
    props: true,
    meta: { title: 'evidence.title', needs: 'attendance.mark' },
  },
  {
    path: '/calls',
    component: () => import('./pages/CallsPage.vue'),
    meta: { title: 'calls.title', needs: 'calls.work' },
  },
  {
    path: '/calls/:id',
    component: () => import('./pages/CallPage.vue'),
    props: true,
    meta: { title: 'calls.title', needs: 'calls.work' },
  },
  {
    path: '/enrollments/:id',
    component: () => import('./pages/EnrollmentPage.vue'),
    props: true,
    meta: { title: 'enrollment.title', needs: 'enrollments.read' },
  },
  {
    path: '/lists',
    component: () => import('./pages/ListPage.vue'),
    meta: { title: 'list.title', needs: 'enrollments.counter' },
  },
  {
    path: '/appeals',
    component: () => import('./pages/AppealsPage.vue'),
    meta: { title: 'appeals.title', needs: 'enrollments.decide' },
  },
  {
    path: '/appeals/:id',
    component: () => import('./pages/AppealPage.vue'),
    props: true,
    meta: { title: 'appeals.one', needs: 'enrollments.decide' },
  },
  {
    path: '/classes/:classId/sessions/:id/sheet',
    component: () => import('./pages/PrintSheetPage.vue'),
    props: true,
    meta: { title: 'paper.print', needs: 'attendance.mark' },
  },
  {
    path: '/sheets',
    component: () => import('./pages/SheetsPage.vue'),
    meta: { title: 'paper.enter', needs: 'attendance.mark' },
  },
  {
    path: '/sheets/:code',
    component: () => import('./pages/SheetPage.vue'),
    props: true,
    meta: { title: 'paper.title', needs: 'attendance.mark' },
  },
  {
    path: '/late-sheets',
    component: () => import('./pages/LateSheetsPage.vue'),
    meta: { title: 'late.title', needs: 'attendance.read' },
  },
  {
    path: '/late-sheets/:id',
    component: () => import('./pages/LateSheetPage.vue'),
    props: true,
    meta: { title: 'late.one', needs: 'attendance.read' },
  },
  {
    path: '/venues',
    component: () => import('./pages/VenuesPage.vue'),
    meta: { title: 'venues.title', needs: 'venues.edit' },
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
  {
    path: '/duplicates',
    component: () => import('./pages/DuplicatesPage.vue'),
    meta: { title: 'duplicates.title', needs: 'residents.merge' },
  },
  {
    path: '/duplicates/:first/:second',
    component: () => import('./pages/DuplicatePage.vue'),
    props: true,
    meta: { title: 'duplicates.one', needs: 'residents.merge' },
  },
  { path: '/:nothing(.*)*', component: () => import('./pages/NotFoundPage.vue'), meta: { title: 'notFound.title' } },
];

/** Pages of this area. */
export const router = createRouter({
  history: createWebHistory('/school'),
  routes,
  scrollBehavior: (_to, _from, saved) => saved ?? { top: 0 },
});

guardArea(router, insteadOf);
watchReach(router);

/** A village agent has no classes, but a counter. */
function insteadOf(to: RouteLocationNormalized): string | null {
  return to.path === '/' && !may('classes.read') && may('residents.read') ? '/counter' : null;
}
