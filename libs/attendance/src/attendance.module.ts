import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogueModule } from '#catalogue';
import { EnrollmentModule } from '#enrollment';
import { MessagesModule } from '#messages';
import { PeopleModule } from '#people';
import { AttendanceController } from './attendance.controller.js';
import { AttendanceEntity, MarkEntity } from './attendance.entities.js';
import { AttendanceProcessor } from './attendance.processor.js';
import { AttendanceService } from './attendance.service.js';
import { CheckInDesk } from './check-in.desk.js';
import { FirstSessionService } from './first-session.service.js';
import { MergedAttendanceService } from './merged-attendance.service.js';
import { NoShowService } from './no-show.service.js';
import { SessionRosterService } from './roster.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([MarkEntity, AttendanceEntity]),
    PeopleModule,
    CatalogueModule,
    EnrollmentModule,
    MessagesModule,
  ],
  providers: [
    AttendanceService,
    CheckInDesk,
    FirstSessionService,
    MergedAttendanceService,
    NoShowService,
    SessionRosterService,
  ],
  exports: [AttendanceService, FirstSessionService, MergedAttendanceService, NoShowService, SessionRosterService],
})
export class AttendanceModule {}

@Module({
  imports: [AttendanceModule],
  controllers: [AttendanceController],
})
export class AttendanceHttpModule {}

@Module({ imports: [AttendanceModule], providers: [AttendanceProcessor] })
export class AttendanceJobsModule {}
