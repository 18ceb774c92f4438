import { type DynamicModule, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import type { Settings } from '#core';
import { EnrollmentModule } from '#enrollment';
import { ParticipationModule } from '#participation';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { TargetsModule } from '#targets';
import { DemoLanes } from './demo-lanes.service.js';
import { DemoMark } from './demo-mark.service.js';
import { DemoGuard, DemoProgress } from './demo-progress.js';
import { DemoServicesModule } from './demo-services.module.js';
import { DemoController } from './demo.controller.js';
import { DemoLoadEntity } from './demo.entities.js';
import { DemoLoader } from './demo.loader.js';
import { SimulatedMonths } from './simulation/simulated-months.service.js';
import { SimulationService } from './simulation/simulation.service.js';

/** Whether the demo is there or is to be loaded; light, for what runs at every start. */
@Module({
  imports: [TypeOrmModule.forFeature([DemoLoadEntity])],
  providers: [DemoMark],
  exports: [DemoMark],
})
export class DemoMarkModule {}

/** Loads the demo, or plays a whole year; for the command line. */
@Module({
  imports: [DemoMarkModule, DemoServicesModule, PlacesModule, EnrollmentModule, ParticipationModule, TargetsModule],
  providers: [DemoLanes, DemoLoader, SimulatedMonths, SimulationService],
  exports: [DemoLoader, SimulationService],
})
export class DemoModule {}

/** What the pages of the demo ask, and the guard over its loading; nothing at all in production. */
@Module({})
export class DemoHttpModule {
  static forMode({ MODE }: Pick<Settings, 'MODE'>): DynamicModule {
    const shown = MODE === 'demo';
    return {
      module: DemoHttpModule,
      imports: [TypeOrmModule.forFeature([DemoLoadEntity]), ...(shown ? [PeopleModule] : [])],
      controllers: shown ? [DemoController] : [],
      providers: shown ? [DemoProgress, { provide: APP_GUARD, useClass: DemoGuard }] : [],
    };
  }
}
