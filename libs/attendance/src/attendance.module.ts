import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogueModule } from '#catalogue';
import { EnrollmentModule } from '#enrollment';
import { PeopleModule } from '#people';
import { AttendanceController } from './attendance.controller.js';
import { AttendanceEntity, MarkEntity } from './attendance.entities.js';
import { AttendanceService } from './attendance.service.js';
import { SessionRosterService } from './roster.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([MarkEntity, AttendanceEntity]), PeopleModule, CatalogueModule, EnrollmentModule],
  providers: [AttendanceService, SessionRosterService],
  exports: [AttendanceService, SessionRosterService],
})
export class AttendanceModule {}

@Module({
  imports: [AttendanceModule],
  controllers: [AttendanceController],
})
export class AttendanceHttpModule {}
