import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ParticipationModule } from '#participation';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { AssignmentsController } from './assignments/assignments.controller.js';
import { IndicatorAssignment } from './assignments/assignments.entities.js';
import { AssignmentsService } from './assignments/assignments.service.js';
import { CoverageList } from './coverage/coverage-lists.entities.js';
import { CoverageListsService } from './coverage/coverage-lists.service.js';
import { CoverageService } from './coverage/coverage.service.js';
import { ForecastService } from './wall-chart/forecast.service.js';
import { RegistersController } from './registers/registers.controller.js';
import { FigureReview, RegisterEntry, ReportedFigure } from './registers/registers.entities.js';
import { RegistersService } from './registers/registers.service.js';
import { RegularResidentsService } from './wall-chart/regular-residents.service.js';
import { RegularShareService } from './wall-chart/regular-share.service.js';
import { ReportedFiguresService } from './reported-figures/reported-figures.service.js';
import { TargetsController } from './targets.controller.js';
import {
  CoverageDenominator,
  CoverageStateRow,
  Indicator,
  IndicatorForecast,
  IndicatorTarget,
  Measure,
  RegularResident,
  RegularShare,
} from './targets.entities.js';
import { TargetsLoader } from './targets.loader.js';
import { TargetsProcessor } from './targets.processor.js';
import { WallChartService } from './wall-chart/wall-chart.service.js';

/** The plan, coverage and the wall chart. */
@Module({
  imports: [
    PeopleModule,
    PlacesModule,
    ParticipationModule,
    TypeOrmModule.forFeature([
      Indicator,
      IndicatorTarget,
      Measure,
      CoverageDenominator,
      CoverageList,
      CoverageStateRow,
      IndicatorAssignment,
      IndicatorForecast,
      FigureReview,
      RegisterEntry,
      ReportedFigure,
      RegularResident,
      RegularShare,
    ]),
  ],
  providers: [
    AssignmentsService,
    CoverageListsService,
    CoverageService,
    ForecastService,
    RegularResidentsService,
    RegularShareService,
    RegistersService,
    ReportedFiguresService,
    WallChartService,
    TargetsLoader,
  ],
  exports: [
    AssignmentsService,
    CoverageListsService,
    CoverageService,
    ForecastService,
    RegularResidentsService,
    RegularShareService,
    RegistersService,
    ReportedFiguresService,
    WallChartService,
    TargetsLoader,
  ],
})
export class TargetsModule {}

/** Its routes. */
@Module({ imports: [TargetsModule], controllers: [TargetsController, AssignmentsController, RegistersController] })
export class TargetsHttpModule {}

/** Its jobs. */
@Module({ imports: [TargetsModule], providers: [TargetsProcessor] })
export class TargetsJobsModule {}
