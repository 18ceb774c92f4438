export { AttendanceHttpModule, AttendanceJobsModule, AttendanceModule } from './attendance.module.js';
export { AttendanceService } from './attendance.service.js';
export { CheckInDesk } from './check-in/check-in.desk.js';
export { LateSheetsService } from './late-sheets/late-sheets.service.js';
export { MARKS_CHAIN } from './verify/marks.chain.js';
export { MergedAttendanceService } from './merged-attendance.service.js';
export { NoShowService } from './no-show/no-show.service.js';
export { SessionEvidenceService } from './session-evidence/session-evidence.service.js';
export { type AttendanceFault, VerifyAttendanceService } from './verify/verify-attendance.service.js';
