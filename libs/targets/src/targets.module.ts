import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ParticipationModule } from '#participation';
import { CoverageService } from './coverage.service.js';
import { TargetsController } from './targets.controller.js';
import { CoverageDenominator, CoverageStateRow, Indicator, IndicatorTarget, Measure } from './targets.entities.js';
import { TargetsLoader } from './targets.loader.js';
import { TargetsProcessor } from './targets.processor.js';
import { WallChartService } from './wall-chart.service.js';

/** The plan, coverage and the wall chart. */
@Module({
  imports: [
    ParticipationModule,
    TypeOrmModule.forFeature([Indicator, IndicatorTarget, Measure, CoverageDenominator, CoverageStateRow]),
  ],
  providers: [CoverageService, WallChartService, TargetsLoader],
  exports: [CoverageService, WallChartService, TargetsLoader],
})
export class TargetsModule {}

/** Its routes. */
@Module({ imports: [TargetsModule], controllers: [TargetsController] })
export class TargetsHttpModule {}

/** Its jobs. */
@Module({ imports: [TargetsModule], providers: [TargetsProcessor] })
export class TargetsJobsModule {}
