import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogueModule } from '#catalogue';
import { EnrollmentModule } from '#enrollment';
import { MessagesModule } from '#messages';
import { PeopleModule } from '#people';
import { AttendanceController } from './attendance.controller.js';
import { AttendanceEntity, MarkEntity } from './attendance.entities.js';
import { AttendanceImportReader } from './imports/attendance-import-reader.js';
import { AttendanceImportWriter } from './imports/attendance-import-writer.js';
import { AttendanceImportsController } from './imports/attendance-imports.controller.js';
import {
  AttendanceImportCellEntity,
  AttendanceImportEntity,
  WithdrawnMarkEntity,
} from './imports/attendance-imports.entities.js';
import { AttendanceImportsService } from './imports/attendance-imports.service.js';
import { AttendanceProcessor } from './attendance.processor.js';
import { AttendanceService } from './attendance.service.js';
import { CheckInByCodeService } from './check-in/check-in-by-code.service.js';
import { CheckInController } from './check-in/check-in.controller.js';
import { CheckInTriesEntity, ClassMonitorEntity, SitInEntity } from './check-in/check-in.entities.js';
import { CheckInTries } from './check-in/check-in-tries.js';
import { CheckInDesk } from './check-in/check-in.desk.js';
import { FirstSessionService } from './first-session.service.js';
import { LateSheetsController } from './late-sheets/late-sheets.controller.js';
import { LateSheetEntity, LateSheetMarkEntity, LateSheetScanEntity } from './late-sheets/late-sheets.entities.js';
import { LateSheetsService } from './late-sheets/late-sheets.service.js';
import { MergedAttendanceService } from './merged-attendance.service.js';
import { MonitorsController } from './monitors/monitors.controller.js';
import { MonitorsService } from './monitors/monitors.service.js';
import { NoShowService } from './no-show/no-show.service.js';
import { SessionRosterService } from './roster.service.js';
import { RosterSheetPhotosService } from './roster-sheets/roster-sheet-photos.service.js';
import { RosterSheetsController } from './roster-sheets/roster-sheets.controller.js';
import {
  RosterSheetClaimEntity,
  RosterSheetEntity,
  RosterSheetLineEntity,
  RosterSheetPhotoEntity,
} from './roster-sheets/roster-sheets.entities.js';
import { RosterSheetsService } from './roster-sheets/roster-sheets.service.js';
import { SessionEvidenceController } from './session-evidence/session-evidence.controller.js';
import { SessionHeadcountEntity, SessionPhotoEntity } from './session-evidence/session-evidence.entities.js';
import { SessionEvidenceService } from './session-evidence/session-evidence.service.js';
import { VerifyAttendanceService } from './verify/verify-attendance.service.js';
import { WalkInsController } from './walk-ins/walk-ins.controller.js';
import { WalkInsService } from './walk-ins/walk-ins.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      MarkEntity,
      AttendanceEntity,
      AttendanceImportCellEntity,
      AttendanceImportEntity,
      CheckInTriesEntity,
      ClassMonitorEntity,
      LateSheetEntity,
      LateSheetMarkEntity,
      LateSheetScanEntity,
      RosterSheetClaimEntity,
      RosterSheetEntity,
      RosterSheetLineEntity,
      RosterSheetPhotoEntity,
      SessionHeadcountEntity,
      SessionPhotoEntity,
      SitInEntity,
      WithdrawnMarkEntity,
    ]),
    PeopleModule,
    CatalogueModule,
    EnrollmentModule,
    MessagesModule,
  ],
  providers: [
    AttendanceImportReader,
    AttendanceImportWriter,
    AttendanceImportsService,
    AttendanceService,
    CheckInByCodeService,
    CheckInDesk,
    CheckInTries,
    FirstSessionService,
    LateSheetsService,
    MergedAttendanceService,
    MonitorsService,
    NoShowService,
    RosterSheetPhotosService,
    RosterSheetsService,
    SessionEvidenceService,
    SessionRosterService,
    VerifyAttendanceService,
    WalkInsService,
  ],
  exports: [
    AttendanceImportsService,
    AttendanceService,
    CheckInByCodeService,
    CheckInDesk,
    FirstSessionService,
    LateSheetsService,
    MergedAttendanceService,
    MonitorsService,
    NoShowService,
    RosterSheetPhotosService,
    RosterSheetsService,
    SessionEvidenceService,
    SessionRosterService,
    VerifyAttendanceService,
    WalkInsService,
  ],
})
export class AttendanceModule {}

@Module({
  imports: [AttendanceModule],
  controllers: [
    AttendanceController,
    AttendanceImportsController,
    CheckInController,
    LateSheetsController,
    MonitorsController,
    RosterSheetsController,
    SessionEvidenceController,
    WalkInsController,
  ],
})
export class AttendanceHttpModule {}

@Module({ imports: [AttendanceModule], providers: [AttendanceProcessor] })
export class AttendanceJobsModule {}
