import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CatalogueModule } from '#catalogue';
import { MessagesModule } from '#messages';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { AdmissionQueries } from './admission/admission.queries.js';
import { AdmissionService } from './admission/admission.service.js';
import { SituationReader } from './admission/admission.situation.js';
import { AdmissionTold } from './admission/admission.told.js';
import { AdmissionWriter } from './admission/admission.writer.js';
import { AppealsController } from './appeals/appeals.controller.js';
import { AppealsService } from './appeals/appeals.service.js';
import { ClassEnrollmentsController } from './classes/class-enrollments.controller.js';
import { ClassEnrollmentsService } from './classes/class-enrollments.service.js';
import { ClassFollowerService } from './classes/class-follower.service.js';
import { CompletedCoursesService } from './completed-courses.service.js';
import { CounterEnrollmentController } from './counter/counter-enrollment.controller.js';
import { CounterEnrollmentService } from './counter/counter-enrollment.service.js';
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
import { LotteryController } from './lottery/lottery.controller.js';
import { MergingFollowerService } from './merging/merging.service.js';
import { LotteryDrawService } from './lottery/lottery-draw.service.js';
import { LotterySecrets } from './lottery/lottery-secrets.js';
import { Lottery, LotteryEntryEnrollment, LotteryEntryRow, LotteryFileRow } from './lottery/lottery.entities.js';
import { LotteryQueries } from './lottery/lottery.queries.js';
import { LotteriesService } from './lottery/lottery.service.js';
import { PaymentsService } from './counter/payments.service.js';
import { RosterService } from './classes/roster.service.js';
import { VillageAgentsService } from './counter/village-agents.service.js';

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
