export { AttendanceHttpModule, AttendanceModule } from './attendance.module.js';
export { AttendanceService } from './attendance.service.js';
