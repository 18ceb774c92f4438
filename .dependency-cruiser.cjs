/**
 * The rules of the house: a lib imports only libs listed above it, through their index.ts.
 * The order is the order of the school year: places, people, messages, catalogue, enrollment, attendance,
 * participation, targets; last what only shows them, demo.
 */
const order = [
  'contracts',
  'core',
  'places',
  'people',
  'messages',
  'catalogue',
  'enrollment',
  'attendance',
  'participation',
  'targets',
  'demo',
];

const upwards = order.map((lib, index) => ({
  name: `${lib}-imports-only-above`,
  severity: 'error',
  comment: `${lib} may import only ${order.slice(0, index).join(', ') || 'nothing of the house'}.`,
  from: { path: `^libs/${lib}/`, pathNot: '\\.spec\\.ts$' },
  to: { path: `^(libs/(?!(${order.slice(0, index + 1).join('|')})/)|apps/|migrations/|test/)` },
}));

const throughIndex = order.map((lib) => ({
  name: `${lib}-through-its-index`,
  severity: 'error',
  comment: `Outside of libs/${lib}, import #${lib}.`,
  from: { path: '^(apps|libs|migrations)/', pathNot: `^libs/${lib}/` },
  to: { path: `^libs/${lib}/`, pathNot: `^libs/${lib}/src/(index|configuration/index)\\.ts$` },
}));

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    ...upwards,
    ...throughIndex,
    {
      name: 'contracts-depend-on-nothing',
      severity: 'error',
      from: { path: '^libs/contracts/', pathNot: '\\.spec\\.ts$' },
      to: { pathNot: '^libs/contracts/' },
    },
    {
      name: 'rules-are-pure',
      severity: 'error',
      comment: 'Rules import neither Nest nor TypeORM nor Node; clock and dice are arguments.',
      from: { path: '\\.rules\\.ts$' },
      to: { path: '(@nestjs|typeorm|^node:|\\.(service|queries|entities|controller|module|processor)\\.ts$)' },
    },
    {
      name: 'code-does-not-import-tests',
      severity: 'error',
      from: { path: '^(apps|libs|migrations)/', pathNot: '\\.spec\\.ts$' },
      to: { path: '(^test/|\\.spec\\.ts$)' },
    },
    {
      name: 'apps-do-not-import-apps',
      severity: 'error',
      comment: 'The standalone supervisor starts the others as processes.',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|build)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
