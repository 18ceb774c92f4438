export { AdmissionService } from './admission.service.js';
export { EnrollmentErrors } from './enrollment.errors.js';
export { EnrollmentHttpModule, EnrollmentJobsModule, EnrollmentModule } from './enrollment.module.js';
export { EnrollmentsService } from './enrollment.service.js';
export { RosterService, type RosterSeat } from './roster.service.js';
