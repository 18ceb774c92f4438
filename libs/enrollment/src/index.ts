export { type AdmissionAnswer, AdmissionService } from './admission.service.js';
export { ClassFollowerService } from './class-follower.service.js';
export { type Completion, CompletedCoursesService } from './completed-courses.service.js';
export { EnrollmentHttpModule, EnrollmentJobsModule, EnrollmentModule } from './enrollment.module.js';
export { LotteriesService } from './lottery.service.js';
export { LotteryDrawService } from './lottery-draw.service.js';
export { MergingFollowerService } from './merging.service.js';
export { RosterService } from './roster.service.js';
