export { type AdmissionAnswer, AdmissionService } from './admission.service.js';
export { ClassEnrollmentsService } from './class-enrollments.service.js';
export { ClassFollowerService } from './class-follower.service.js';
export { CompletedCoursesService } from './completed-courses.service.js';
export { CounterEnrollmentService } from './counter-enrollment.service.js';
export { EnrollmentHttpModule, EnrollmentJobsModule, EnrollmentModule } from './enrollment.module.js';
export { RosterService } from './roster.service.js';
