export { CoverageService } from './coverage/coverage.service.js';
export { ForecastService } from './wall-chart/forecast.service.js';
export { RegistersService } from './registers/registers.service.js';
export { ReportedFiguresService } from './reported-figures/reported-figures.service.js';
export { TargetsLoader } from './targets.loader.js';
export { TargetsHttpModule, TargetsJobsModule, TargetsModule } from './targets.module.js';
