import { type DynamicModule, Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AttendanceModule } from '#attendance';
import { CatalogueModule } from '#catalogue';
import { EnrollmentModule } from '#enrollment';
import { DeliveryModule } from '#messages';
import { ParticipationModule } from '#participation';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { TargetsModule } from '#targets';
import type { Settings } from '#core';
import { DemoClasses } from './demo-classes.service.js';
import { DemoFollower } from './demo-follower.service.js';
import { DemoInstitutions } from './demo-institutions.service.js';
import { DemoPeople } from './demo-people.service.js';
import { DemoController } from './demo.controller.js';
import { DemoLoadEntity } from './demo.entities.js';
import { DemoLoader } from './demo.loader.js';

/** Loads the demo; for the command line. */
@Module({
  imports: [
    TypeOrmModule.forFeature([DemoLoadEntity]),
    PlacesModule,
    PeopleModule,
    DeliveryModule,
    CatalogueModule,
    EnrollmentModule,
    AttendanceModule,
    ParticipationModule,
    TargetsModule,
  ],
  providers: [DemoInstitutions, DemoPeople, DemoClasses, DemoFollower, DemoLoader],
  exports: [DemoLoader],
})
export class DemoModule {}

/** What the sign-in page of the demo asks; nothing at all in production. */
@Module({})
export class DemoHttpModule {
  static forMode({ MODE }: Pick<Settings, 'MODE'>): DynamicModule {
    const shown = MODE === 'demo';
    return {
      module: DemoHttpModule,
      imports: [TypeOrmModule.forFeature([DemoLoadEntity]), ...(shown ? [PeopleModule] : [])],
      controllers: shown ? [DemoController] : [],
    };
  }
}
