import { createRouter, createWebHistory, type RouteLocationNormalized, type RouteRecordRaw } from 'vue-router';
import type { Permission } from '#contracts';
import { watchReach } from '../shared/reach';
import { guardArea } from '../shared/staff/area';
import { may } from './access';

declare module 'vue-router' {
  interface RouteMeta {
    /** Key of the page's name in the messages. */
    title: string;
    /** What its content demands; pages without it are open to everyone. */
    needs?: Permission;
  }
}

const routes: RouteRecordRaw[] = [
  { path: '/', redirect: '/wall-chart' },
  { path: '/sign-in', component: () => import('./pages/SignInPage.vue'), meta: { title: 'signIn.title' } },
  {
    path: '/wall-chart',
    component: () => import('./pages/WallChartPage.vue'),
    meta: { title: 'chart.title', needs: 'targets.read' },
  },
  {
    path: '/indicators/:code',
    component: () => import('./pages/IndicatorPage.vue'),
    meta: { title: 'indicator.title', needs: 'targets.read' },
  },
  {
    path: '/measures/:code',
    component: () => import('./pages/MeasurePage.vue'),
    meta: { title: 'measure.title', needs: 'targets.read' },
  },
  {
    path: '/regular-elderly',
    component: () => import('./pages/RegularElderlyPage.vue'),
    meta: { title: 'regular.title', needs: 'regular-elderly.read' },
  },
  {
    path: '/attendances',
    component: () => import('./pages/AttendancesPage.vue'),
    meta: { title: 'attendances.title', needs: 'ledger.read' },
  },
  {
    path: '/figures',
    component: () => import('./pages/FiguresPage.vue'),
    meta: { title: 'figures.title', needs: 'figures.report' },
  },
  {
    path: '/coverage',
    component: () => import('./pages/CoveragePage.vue'),
    meta: { title: 'coverage.title', needs: 'targets.read' },
  },
  {
    path: '/coverage/list',
    component: () => import('./pages/CoverageListPage.vue'),
    meta: { title: 'coverageList.title', needs: 'targets.read' },
  },
  {
    path: '/ledger',
    component: () => import('./pages/LedgerPage.vue'),
    meta: { title: 'ledger.title', needs: 'ledger.read' },
  },
  {
    path: '/ledger/:id',
    component: () => import('./pages/LedgerEntryPage.vue'),
    meta: { title: 'entry.title', needs: 'ledger.read' },
  },
  {
    path: '/headcounts',
    component: () => import('./pages/HeadcountsPage.vue'),
    meta: { title: 'headcounts.title', needs: 'ledger.read' },
  },
  {
    path: '/periods',
    component: () => import('./pages/PeriodsPage.vue'),
    meta: { title: 'periods.title', needs: 'periods.read' },
  },
  {
    path: '/periods/:month',
    component: () => import('./pages/PeriodPage.vue'),
    meta: { title: 'periods.title', needs: 'periods.read' },
  },
  {
    path: '/adjustments',
    component: () => import('./pages/AdjustmentsPage.vue'),
    meta: { title: 'adjustments.title', needs: 'periods.read' },
  },
  {
    path: '/opening-figures',
    component: () => import('./pages/OpeningFiguresPage.vue'),
    meta: { title: 'opening.title', needs: 'targets.read' },
  },
  {
    path: '/opening-figures/:id',
    component: () => import('./pages/OpeningFigurePage.vue'),
    meta: { title: 'opening.title', needs: 'targets.read' },
  },
  {
    path: '/sealed-totals',
    component: () => import('./pages/SealedTotalsPage.vue'),
    meta: { title: 'sealed.title', needs: 'targets.read' },
  },
  {
    path: '/imports',
    component: () => import('./pages/ImportsPage.vue'),
    meta: { title: 'imports.title', needs: 'imports.manage' },
  },
  {
    path: '/imports/:id',
    component: () => import('./pages/ImportPage.vue'),
    meta: { title: 'imports.title', needs: 'imports.manage' },
  },
  {
    path: '/why',
    component: () => import('./pages/WhyPage.vue'),
    meta: { title: 'why.title', needs: 'participation.read' },
  },
  {
    path: '/why/:enrollmentId',
    component: () => import('./pages/ParticipationPage.vue'),
    meta: { title: 'why.answer', needs: 'participation.read' },
  },
  {
    path: '/approvals',
    component: () => import('./pages/ApprovalsPage.vue'),
    meta: { title: 'approvals.title', needs: 'classes.approve' },
  },
  {
    path: '/approvals/:id',
    component: () => import('./pages/ApprovalPage.vue'),
    meta: { title: 'approval.title', needs: 'classes.approve' },
  },
  {
    path: '/lotteries',
    component: () => import('./pages/LotteriesPage.vue'),
    meta: { title: 'lotteries.title', needs: 'lotteries.run' },
  },
  {
    path: '/lotteries/:classId',
    component: () => import('./pages/LotteryPage.vue'),
    meta: { title: 'lotteries.one', needs: 'lotteries.run' },
  },
  {
    path: '/mergers',
    component: () => import('./pages/MergersPage.vue'),
    meta: { title: 'mergers.title', needs: 'classes.merge' },
  },
  {
    path: '/caps',
    component: () => import('./pages/CapsPage.vue'),
    meta: { title: 'caps.title', needs: 'programme-caps.edit' },
  },
  {
    path: '/travel-times',
    component: () => import('./pages/TravelTimesPage.vue'),
    meta: { title: 'travel.title', needs: 'travel-times.edit' },
  },
  {
    path: '/rules',
    component: () => import('./pages/RulesPage.vue'),
    meta: { title: 'rules.title', needs: 'rules.read' },
  },
  {
    path: '/organisations',
    component: () => import('./pages/OrganisationsPage.vue'),
    meta: { title: 'organisations.title', needs: 'organisations.edit' },
  },
  {
    path: '/teaching-points',
    component: () => import('./pages/TeachingPointsPage.vue'),
    meta: { title: 'points.title', needs: 'teaching-points.edit' },
  },
  {
    path: '/terms',
    component: () => import('./pages/TermsPage.vue'),
    meta: { title: 'termList.title', needs: 'terms.edit' },
  },
  {
    path: '/courses',
    component: () => import('./pages/CoursesPage.vue'),
    meta: { title: 'courseList.title', needs: 'courses.edit' },
  },
  {
    path: '/staff',
    component: () => import('./pages/StaffPage.vue'),
    meta: { title: 'staff.title', needs: 'staff.read' },
  },
  {
    path: '/staff/:id',
    component: () => import('./pages/StaffMemberPage.vue'),
    meta: { title: 'staff.title', needs: 'staff.read' },
  },
  {
    path: '/audit',
    component: () => import('./pages/AuditPage.vue'),
    meta: { title: 'audit.title', needs: 'audit.read' },
  },
  {
    path: '/:nothing(.*)*',
    component: () => import('./pages/NotFoundPage.vue'),
    meta: { title: 'notFound.title' },
  },
];

/** Pages of this area. */
export const router = createRouter({
  history: createWebHistory('/bureau'),
  routes,
  scrollBehavior: (to, _from, saved) => saved ?? (to.hash ? { el: to.hash, top: 16 } : { top: 0 }),
});

guardArea(router, insteadOf);
watchReach(router);

/** Whoever came to the front door is shown the first page they may see. */
function insteadOf(to: RouteLocationNormalized): string | null {
  if (to.redirectedFrom?.path !== '/') return null;
  if (!may('targets.read')) return may('staff.edit') ? '/staff' : '/rules';
  return may('figures.report') && !may('figures.review') ? '/figures' : null;
}
