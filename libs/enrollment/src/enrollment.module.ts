import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogueModule } from '#catalogue';
import { MessagesModule } from '#messages';
import { PeopleModule } from '#people';
import { AdmissionQueries } from './admission.queries.js';
import { AdmissionService } from './admission.service.js';
import { SituationReader } from './admission.situation.js';
import { ClassFollowerService } from './class-follower.service.js';
import { EligibilityQueries } from './eligibility.queries.js';
import { EnrollmentController } from './enrollment.controller.js';
import {
  Appeal,
  CompletedCourse,
  Enrollment,
  EnrollmentMove,
  EnrollmentPayment,
  EnrollmentTransfer,
  ResidentTerm,
  ToldCancellation,
} from './enrollment.entities.js';
import { EnrollmentProcessor } from './enrollment.processor.js';
import { EnrollmentQueries } from './enrollment.queries.js';
import { EnrollmentsService } from './enrollment.service.js';
import { RosterService } from './roster.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      Appeal,
      CompletedCourse,
      Enrollment,
      EnrollmentMove,
      EnrollmentPayment,
      EnrollmentTransfer,
      ResidentTerm,
      ToldCancellation,
    ]),
    CatalogueModule,
    PeopleModule,
    MessagesModule,
  ],
  providers: [
    AdmissionQueries,
    AdmissionService,
    ClassFollowerService,
    EligibilityQueries,
    EnrollmentQueries,
    EnrollmentsService,
    RosterService,
    SituationReader,
  ],
  exports: [AdmissionService, ClassFollowerService, EnrollmentsService, RosterService],
})
export class EnrollmentModule {}

@Module({ imports: [EnrollmentModule], controllers: [EnrollmentController] })
export class EnrollmentHttpModule {}

@Module({ imports: [EnrollmentModule], providers: [EnrollmentProcessor] })
export class EnrollmentJobsModule {}
