export { TargetsLoader } from './targets.loader.js';
export { TargetsHttpModule, TargetsJobsModule, TargetsModule } from './targets.module.js';
