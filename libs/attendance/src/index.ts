export { AttendanceHttpModule, AttendanceJobsModule, AttendanceModule } from './attendance.module.js';
export { AttendanceService } from './attendance.service.js';
