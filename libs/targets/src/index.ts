export { CoverageService } from './coverage.service.js';
export { CoverageDenominator, CoverageStateRow, Indicator, IndicatorTarget, Measure } from './targets.entities.js';
export { TargetsLoader } from './targets.loader.js';
export { TargetsHttpModule, TargetsJobsModule, TargetsModule } from './targets.module.js';
export { WallChartService } from './wall-chart.service.js';
