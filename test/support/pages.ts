import type { DemoIds, DemoRole } from './demo-district.js';

export const AREAS = ['resident', 'school', 'bureau'] as const;
export type Area = (typeof AREAS)[number];

/** A page of the web app, as somebody of the demo sees it. */
export interface PageOfArea {
  area: Area;
  name: string;
  /** As the area's router has it. */
  route: string;
  /** Who looks at it; null: somebody who is not signed in. */
  as: DemoRole | null;
  at: (ids: DemoIds) => string;
}

type Row = [name: string, route: string, as: DemoRole | null, at: string | ((ids: DemoIds) => string)];

const pagesOf = (area: Area, prefix: string, rows: Row[]): PageOfArea[] =>
  rows.map(([name, route, as, at]) => ({
    area,
    name,
    route,
    as,
    at: (ids) => prefix + (typeof at === 'string' ? at : at(ids)),
  }));

const sessionAt = ({ session }: DemoIds) => `/classes/${session.classId}/sessions/${session.id}`;

/** Every page of the three areas; a test compares them with the routes that there are. */
export const PAGES: readonly PageOfArea[] = [
  ...pagesOf('resident', '', [
    ['home-stranger', '/', null, '/'],
    ['home', '/', 'resident', '/'],
    ['classes', '/classes', 'resident', '/classes'],
    ['classes-found', '/classes', 'resident', '/classes?q=taijiquan'],
    ['class', '/classes/:id', 'resident', ({ free }) => `/classes/${free}`],
    ['class-full', '/classes/:id', 'resident', ({ full }) => `/classes/${full}`],
    ['class-stranger', '/classes/:id', null, ({ free }) => `/classes/${free}`],
    ['lottery', '/lottery/:id', 'resident', ({ lottery }) => `/lottery/${lottery}`],
    ['sign-in', '/sign-in', null, '/sign-in'],
    ['my-classes', '/me', 'resident', '/me'],
    ['enrollment', '/me/enrollments/:id', 'resident', ({ mine }) => `/me/enrollments/${mine}`],
    ['code', '/me/code', 'resident', '/me/code'],
    ['check-in', '/check-in', 'resident', '/check-in'],
    ['monitor', '/me/monitor', 'resident', '/me/monitor'],
    ['family', '/me/family', 'resident', '/me/family'],
    ['details', '/me/details', 'resident', '/me/details'],
    ['prepare', '/me/prepare', 'resident', '/me/prepare'],
    ['companions', '/me/companions', 'resident', '/me/companions'],
    ['resident-details', '/me/residents/:id', 'resident', ({ self }) => `/me/residents/${self}`],
    ['missing', '/:missing(.*)*', 'resident', '/nothing-here'],
  ]),
  ...pagesOf('school', '/school', [
    ['sign-in', '/sign-in', null, '/sign-in'],
    ['today', '/', 'registrar', '/'],
    ['today-teacher', '/', 'teacher', '/'],
    ['classes', '/classes', 'registrar', '/classes'],
    ['new-class', '/classes/new', 'registrar', '/classes/new'],
    ['edit-class', '/classes/:id/edit', 'registrar', ({ draft }) => `/classes/${draft}/edit`],
    ['edit-published', '/classes/:id/edit', 'registrar', ({ published }) => `/classes/${published}/edit`],
    ['class', '/classes/:id', 'registrar', ({ published }) => `/classes/${published}`],
    ['class-sessions', '/classes/:id', 'registrar', ({ published }) => `/classes/${published}?tab=sessions`],
    ['class-to-stop', '/classes/:id', 'registrar', ({ small }) => `/classes/${small}?stop=1`],
    ['class-stopped', '/classes/:id', 'registrar', ({ stopped }) => `/classes/${stopped}`],
    ['import-roll', '/classes/:id/import', 'registrar', ({ published }) => `/classes/${published}/import`],
    ['class-facts', '/classes/:id', 'registrar', ({ published }) => `/classes/${published}?tab=facts`],
    ['class-applications', '/classes/:id', 'registrar', ({ byApproval }) => `/classes/${byApproval}`],
    ['class-fees', '/classes/:id', 'registrar', ({ byApproval }) => `/classes/${byApproval}?tab=money`],
    ['enrollment', '/enrollments/:id', 'registrar', ({ enrollment }) => `/enrollments/${enrollment}`],
    ['lists', '/lists', 'registrar', ({ byApproval }) => `/lists?class=${byApproval}`],
    ['appeals', '/appeals', 'registrar', '/appeals'],
    ['appeal', '/appeals/:id', 'registrar', ({ appeal }) => `/appeals/${appeal}`],
    ['print-sheet', '/classes/:classId/sessions/:id/sheet', 'teacher', (ids) => `${sessionAt(ids)}/sheet`],
    ['enter-sheet', '/sheets', 'registrar', '/sheets'],
    ['sheet', '/sheets/:code', 'registrar', ({ sheet }) => `/sheets/${sheet}`],
    ['late-sheets', '/late-sheets', 'principal', '/late-sheets'],
    ['late-sheet', '/late-sheets/:id', 'principal', ({ lateSheet }) => `/late-sheets/${lateSheet}`],
    ['roll-call', '/classes/:classId/sessions/:id/roll-call', 'teacher', (ids) => `${sessionAt(ids)}/roll-call`],
    ['scan', '/classes/:classId/sessions/:id/scan', 'teacher', (ids) => `${sessionAt(ids)}/scan`],
    ['screen', '/classes/:classId/sessions/:id/screen', 'teacher', (ids) => `${sessionAt(ids)}/screen`],
    ['evidence', '/classes/:classId/sessions/:id/evidence', 'teacher', (ids) => `${sessionAt(ids)}/evidence`],
    ['calls', '/calls', 'registrar', '/calls'],
    ['call', '/calls/:id', 'registrar', ({ call }) => `/calls/${call}`],
    ['venues', '/venues', 'registrar', '/venues'],
    ['counter', '/counter', 'registrar', '/counter'],
    ['counter-agent', '/counter', 'village_agent', '/counter'],
    ['resident', '/counter/:id', 'registrar', ({ resident }) => `/counter/${resident}`],
    ['duplicates', '/duplicates', 'registrar', '/duplicates'],
    [
      'duplicate',
      '/duplicates/:first/:second',
      'registrar',
      ({ twice }) => `/duplicates/${twice.first}/${twice.second}`,
    ],
    ['missing', '/:nothing(.*)*', 'registrar', '/nothing-here'],
  ]),
  ...pagesOf('bureau', '/bureau', [
    ['sign-in', '/sign-in', null, '/sign-in'],
    ['wall-chart', '/wall-chart', 'bureau_officer', '/wall-chart'],
    ['indicator-counted', '/indicators/:code', 'bureau_officer', '/indicators/vocational-training'],
    ['indicator-coverage', '/indicators/:code', 'bureau_officer', '/indicators/village-elderly-classroom'],
    ['indicator-without-data', '/indicators/:code', 'bureau_officer', '/indicators/inclusive-kindergarten'],
    ['indicator-register', '/indicators/:code', 'bureau_officer', '/indicators/lifelong-brands'],
    ['indicator-reported', '/indicators/:code', 'bureau_officer', '/indicators/school-unions'],
    ['measure', '/measures/:code', 'bureau_officer', '/measures/elderly-person-times'],
    ['measure-attendances', '/measures/:code', 'bureau_officer', '/measures/session-attendances'],
    ['regular-elderly', '/regular-elderly', 'bureau_officer', '/regular-elderly'],
    ['attendances', '/attendances', 'bureau_officer', '/attendances'],
    ['figures', '/figures', 'bureau_officer', '/figures'],
    ['figures-department', '/figures', 'department_officer', '/figures'],
    ['indicator-to-report', '/indicators/:code', 'department_officer', '/indicators/expected-schooling-years'],
    ['coverage-townships', '/coverage', 'bureau_officer', '/coverage'],
    ['coverage-villages', '/coverage', 'bureau_officer', '/coverage?of=elderly_classroom.village'],
    ['coverage-list', '/coverage/list', 'bureau_officer', '/coverage/list'],
    ['ledger', '/ledger', 'bureau_officer', '/ledger'],
    ['ledger-entry', '/ledger/:id', 'bureau_officer', ({ entry }) => `/ledger/${entry.id}`],
    [
      'why',
      '/why',
      'bureau_officer',
      ({ entry }) => `/why?organisation=${entry.organisationId}&class=${entry.classId}`,
    ],
    ['headcounts', '/headcounts', 'bureau_officer', '/headcounts'],
    ['opening-figures', '/opening-figures', 'bureau_officer', '/opening-figures'],
    ['opening-figure', '/opening-figures/:id', 'bureau_officer', ({ opening }) => `/opening-figures/${opening}`],
    ['sealed-totals', '/sealed-totals', 'bureau_officer', '/sealed-totals'],
    ['why-answer', '/why/:enrollmentId', 'bureau_officer', ({ entry }) => `/why/${entry.enrollmentId}`],
    ['periods', '/periods', 'bureau_officer', '/periods'],
    ['period', '/periods/:month', 'bureau_officer', ({ entry }) => `/periods/${entry.period}`],
    ['adjustments', '/adjustments', 'bureau_officer', '/adjustments'],
    ['imports', '/imports', 'bureau_officer', '/imports'],
    ['import', '/imports/:id', 'bureau_officer', ({ import: id }) => `/imports/${id}`],
    ['approvals', '/approvals', 'bureau_officer', '/approvals'],
    ['approval', '/approvals/:id', 'bureau_officer', ({ review }) => `/approvals/${review}`],
    ['lotteries', '/lotteries', 'bureau_officer', '/lotteries'],
    ['lottery', '/lotteries/:classId', 'bureau_officer', ({ lotteryClass }) => `/lotteries/${lotteryClass}`],
    ['mergers', '/mergers', 'bureau_officer', '/mergers'],
    [
      'merger',
      '/mergers',
      'bureau_officer',
      ({ merger }) => `/mergers?organisation=${merger.organisationId}&class=${merger.classId}`,
    ],
    ['organisations', '/organisations', 'administrator', '/organisations'],
    ['teaching-points', '/teaching-points', 'bureau_officer', '/teaching-points'],
    ['terms', '/terms', 'bureau_officer', '/terms'],
    ['courses', '/courses', 'bureau_officer', '/courses'],
    ['caps', '/caps', 'bureau_officer', '/caps'],
    ['travel-times', '/travel-times', 'bureau_officer', '/travel-times'],
    ['rules', '/rules', 'bureau_officer', '/rules'],
    ['staff', '/staff', 'administrator', '/staff'],
    ['staff-seen', '/staff', 'bureau_officer', '/staff'],
    ['staff-member', '/staff/:id', 'administrator', ({ officer }) => `/staff/${officer}`],
    ['audit', '/audit', 'bureau_officer', '/audit'],
    ['missing', '/:nothing(.*)*', 'bureau_officer', '/nothing-here'],
  ]),
];
