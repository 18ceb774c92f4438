import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogueModule } from '#catalogue';
import { MessagesModule } from '#messages';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { AdmissionQueries } from './admission.queries.js';
import { AdmissionService } from './admission.service.js';
import { SituationReader } from './admission.situation.js';
import { AdmissionTold } from './admission.told.js';
import { AdmissionWriter } from './admission.writer.js';
import { AppealsController } from './appeals.controller.js';
import { AppealsService } from './appeals.service.js';
import { ClassEnrollmentsController } from './class-enrollments.controller.js';
import { ClassEnrollmentsService } from './class-enrollments.service.js';
import { ClassFollowerService } from './class-follower.service.js';
import { CompletedCoursesService } from './completed-courses.service.js';
import { CounterEnrollmentController } from './counter-enrollment.controller.js';
import { CounterEnrollmentService } from './counter-enrollment.service.js';
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
import { LotteryController } from './lottery.controller.js';
import { MergingFollowerService } from './merging.service.js';
import { LotteryDrawService } from './lottery-draw.service.js';
import { LotterySecrets } from './lottery-secrets.js';
import { Lottery, LotteryEntryEnrollment, LotteryEntryRow, LotteryFileRow } from './lottery.entities.js';
import { LotteryQueries } from './lottery.queries.js';
import { LotteriesService } from './lottery.service.js';
import { PaymentsService } from './payments.service.js';
import { RosterService } from './roster.service.js';
import { VillageAgentsService } from './village-agents.service.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([
      Appeal,
      CompletedCourse,
      Enrollment,
      EnrollmentMove,
      EnrollmentPayment,
      EnrollmentTransfer,
      Lottery,
      LotteryEntryEnrollment,
      LotteryEntryRow,
      LotteryFileRow,
      ResidentTerm,
      ToldCancellation,
    ]),
    CatalogueModule,
    PlacesModule,
    PeopleModule,
    MessagesModule,
  ],
  providers: [
    AdmissionQueries,
    AdmissionService,
    AdmissionTold,
    AdmissionWriter,
    AppealsService,
    ClassEnrollmentsService,
    ClassFollowerService,
    MergingFollowerService,
    CompletedCoursesService,
    CounterEnrollmentService,
    EnrollmentQueries,
    EnrollmentsService,
    LotteriesService,
    LotteryDrawService,
    LotterySecrets,
    LotteryQueries,
    PaymentsService,
    RosterService,
    SituationReader,
    VillageAgentsService,
  ],
  exports: [
    AdmissionService,
    AppealsService,
    ClassEnrollmentsService,
    ClassFollowerService,
    MergingFollowerService,
    CompletedCoursesService,
    CounterEnrollmentService,
    EnrollmentsService,
    LotteriesService,
    LotteryDrawService,
    LotterySecrets,
    PaymentsService,
    RosterService,
  ],
})
export class EnrollmentModule {}

@Module({
  imports: [EnrollmentModule],
  controllers: [
    AppealsController,
    ClassEnrollmentsController,
    CounterEnrollmentController,
    EnrollmentController,
    LotteryController,
  ],
})
export class EnrollmentHttpModule {}

@Module({ imports: [EnrollmentModule], providers: [EnrollmentProcessor] })
export class EnrollmentJobsModule {}
