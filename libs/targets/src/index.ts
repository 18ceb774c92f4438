export { CoverageService } from './coverage.service.js';
export { ForecastService } from './forecast.service.js';
export { RegistersService } from './registers.service.js';
export { ReportedFiguresService } from './reported-figures.service.js';
export { TargetsLoader } from './targets.loader.js';
export { TargetsHttpModule, TargetsJobsModule, TargetsModule } from './targets.module.js';
