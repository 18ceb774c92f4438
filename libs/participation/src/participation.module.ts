import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttendanceModule } from '#attendance';
import { EnrollmentModule } from '#enrollment';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { CountingRules } from './counting-rules.service.js';
import { HeadcountsController } from './headcounts.controller.js';
import { HeadcountsService } from './headcounts.service.js';
import { ImportReader } from './import-reader.js';
import { ImportReplacementEntity } from './import-replacements.entities.js';
import { ImportReplacementsService } from './import-replacements.service.js';
import { ImportsWorkService } from './imports-work.service.js';
import { ImportsController } from './imports.controller.js';
import { ImportedRecordEntity, ImportEntity, ImportRowEntity } from './imports.entities.js';
import { ImportsProcessor } from './imports.processor.js';
import { ImportsService } from './imports.service.js';
import { LedgerService } from './ledger.service.js';
import {
  CountingRulesController,
  EnrollmentParticipationController,
  LedgerController,
} from './participation.controller.js';
import {
  CountedAttendanceEntity,
  CountingRuleEntity,
  LedgerEntryEntity,
  LedgerTotalEntity,
  RecountStateEntity,
  UnverifiedClaimEntity,
} from './participation.entities.js';
import { AdjustmentsService } from './adjustments.service.js';
import { CountingSettingsService } from './counting-settings.service.js';
import {
  CountingSettingsController,
  OpeningFiguresController,
  SealedTotalsController,
} from './opening-figures.controller.js';
import { CountingSettingsEntity, OpeningFigureEntity, SealedTotalEntity } from './opening-figures.entities.js';
import { OpeningFiguresService } from './opening-figures.service.js';
import { RuleVersionsService } from './rule-versions.service.js';
import { SealedTotalsService } from './sealed-totals.service.js';
import { AdjustmentsController, PeriodsController } from './periods.controller.js';
import { AdjustmentEntity, PeriodEntity, PeriodFigureEntity } from './periods.entities.js';
import { PeriodsService } from './periods.service.js';
import { ParticipationLoader } from './participation.loader.js';
import { ParticipationProcessor } from './participation.processor.js';
import { RecountService } from './recount.service.js';
import { VerifyLedgerService } from './verify-ledger.service.js';
import { VerifyResidentsService } from './verify-residents.service.js';

const services = [
  AdjustmentsService,
  CountingRules,
  CountingSettingsService,
  HeadcountsService,
  ImportReader,
  ImportReplacementsService,
  ImportsService,
  ImportsWorkService,
  LedgerService,
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
