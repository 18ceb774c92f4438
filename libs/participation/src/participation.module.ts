import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttendanceModule } from '#attendance';
import { EnrollmentModule } from '#enrollment';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { CountingRules } from './counting/counting-rules.service.js';
import { HeadcountsController } from './headcounts/headcounts.controller.js';
import { HeadcountsService } from './headcounts/headcounts.service.js';
import { ImportReader } from './imports/import-reader.js';
import { ImportReplacementEntity } from './imports/import-replacements.entities.js';
import { ImportReplacementsService } from './imports/import-replacements.service.js';
import { ImportsReadingService } from './imports/imports-reading.service.js';
import { ImportsWorkService } from './imports/imports-work.service.js';
import { ImportsController } from './imports/imports.controller.js';
import { ImportedRecordEntity, ImportEntity, ImportRowEntity } from './imports/imports.entities.js';
import { ImportsProcessor } from './imports/imports.processor.js';
import { ImportsService } from './imports/imports.service.js';
import { CountedAttendancesService } from './ledger/counted-attendances.service.js';
import { LedgerService } from './ledger/ledger.service.js';
import {
  CountedAttendancesController,
  CountingRulesController,
  EnrollmentParticipationController,
  LedgerController,
} from './participation.controller.js';
import {
  CountedAttendanceEntity,
  CountingRuleEntity,
  LedgerEntryEntity,
  LedgerGroupTotalEntity,
  LedgerTotalEntity,
  RecountStateEntity,
  UnverifiedClaimEntity,
} from './participation.entities.js';
import { AdjustmentsService } from './periods/adjustments.service.js';
import { CountingSettingsService } from './counting/counting-settings.service.js';
import {
  CountingSettingsController,
  OpeningFiguresController,
  SealedTotalsController,
} from './opening-figures/opening-figures.controller.js';
import {
  CountingSettingsEntity,
  OpeningFigureEntity,
  SealedTotalEntity,
} from './opening-figures/opening-figures.entities.js';
import { OpeningFiguresService } from './opening-figures/opening-figures.service.js';
import { RuleVersionsService } from './counting/rule-versions.service.js';
import { SealedTotalsService } from './periods/sealed-totals.service.js';
import { AdjustmentsController, PeriodsController } from './periods/periods.controller.js';
import { AdjustmentEntity, PeriodEntity, PeriodFigureEntity } from './periods/periods.entities.js';
import { PeriodsService } from './periods/periods.service.js';
import { ParticipationLoader } from './participation.loader.js';
import { ParticipationProcessor } from './participation.processor.js';
import { RecountService } from './ledger/recount.service.js';
import { VerifyLedgerService } from './verify/verify-ledger.service.js';
import { VerifyResidentsService } from './verify/verify-residents.service.js';

const services = [
  AdjustmentsService,
  CountingRules,
  CountingSettingsService,
  HeadcountsService,
  ImportReader,
  ImportReplacementsService,
  ImportsService,
  ImportsReadingService,
  ImportsWorkService,
  LedgerService,
  CountedAttendancesService,
  OpeningFiguresService,
  ParticipationLoader,
  PeriodsService,
  RecountService,
  RuleVersionsService,
  SealedTotalsService,
  VerifyLedgerService,
  VerifyResidentsService,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([
      CountingRuleEntity,
      LedgerEntryEntity,
      LedgerTotalEntity,
      LedgerGroupTotalEntity,
      CountedAttendanceEntity,
      RecountStateEntity,
      UnverifiedClaimEntity,
      PeriodEntity,
      PeriodFigureEntity,
      AdjustmentEntity,
      ImportEntity,
      ImportRowEntity,
      ImportedRecordEntity,
      ImportReplacementEntity,
      CountingSettingsEntity,
      OpeningFigureEntity,
      SealedTotalEntity,
    ]),
    AttendanceModule,
    EnrollmentModule,
    PeopleModule,
    PlacesModule,
  ],
  providers: services,
  exports: services,
})
export class ParticipationModule {}

@Module({
  imports: [ParticipationModule],
  controllers: [
    LedgerController,
    CountedAttendancesController,
    HeadcountsController,
    EnrollmentParticipationController,
    CountingRulesController,
    PeriodsController,
    ImportsController,
    AdjustmentsController,
    CountingSettingsController,
    OpeningFiguresController,
    SealedTotalsController,
  ],
})
export class ParticipationHttpModule {}

@Module({
  imports: [ParticipationModule],
  providers: [ParticipationProcessor, ImportsProcessor],
})
export class ParticipationJobsModule {}
