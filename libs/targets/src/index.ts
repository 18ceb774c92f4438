export { CoverageService } from './coverage.service.js';
export { TargetsLoader } from './targets.loader.js';
export { TargetsHttpModule, TargetsJobsModule, TargetsModule } from './targets.module.js';
