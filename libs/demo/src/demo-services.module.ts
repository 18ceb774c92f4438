import { Module } from '@nestjs/common';
import { AttendanceModule } from '#attendance';
import { CatalogueModule } from '#catalogue';
import { EnrollmentModule } from '#enrollment';
import { DeliveryModule } from '#messages';
import { ParticipationModule } from '#participation';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { TargetsModule } from '#targets';
import { DemoClasses } from './demo-classes.service.js';
import { DemoDecisions } from './demo-decisions.service.js';
import { DemoFigures } from './demo-figures.service.js';
import { DemoFollower } from './demo-follower.service.js';
import { DemoInstitutions } from './demo-institutions.service.js';
import { DemoOpening } from './demo-opening.service.js';
import { DemoPeople } from './demo-people.service.js';

const OURS = [DemoInstitutions, DemoPeople, DemoClasses, DemoDecisions, DemoFigures, DemoFollower, DemoOpening];

/** What lets things happen in a made-up past, through the services of the libs. */
@Module({
  imports: [
    PlacesModule,
    PeopleModule,
    DeliveryModule,
    CatalogueModule,
    EnrollmentModule,
    AttendanceModule,
    ParticipationModule,
    TargetsModule,
  ],
  providers: OURS,
  exports: OURS,
})
export class DemoServicesModule {}
