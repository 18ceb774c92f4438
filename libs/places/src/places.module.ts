import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganisationsController } from './organisations.controller.js';
import { OrganisationsService } from './organisations.service.js';
import {
  ElderlyPopulationEntity,
  OrganisationEntity,
  RegionEntity,
  TeachingPointEntity,
  VenueEntity,
} from './places.entities.js';
import { ElderlyPopulationsService } from './populations.service.js';
import { RegionsController } from './regions.controller.js';
import { PlacesLoader } from './regions.loader.js';
import { PlacesService } from './regions.service.js';
import { TeachingPointsController } from './teaching-points.controller.js';
import { TeachingPointsService } from './teaching-points.service.js';
import { VenuesController } from './venues.controller.js';
import { VenuesService } from './venues.service.js';

const services = [
  PlacesService,
  PlacesLoader,
  ElderlyPopulationsService,
  OrganisationsService,
  TeachingPointsService,
  VenuesService,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([
      RegionEntity,
      OrganisationEntity,
      TeachingPointEntity,
      VenueEntity,
      ElderlyPopulationEntity,
    ]),
  ],
  providers: services,
  exports: services,
})
export class PlacesModule {}

@Module({
  imports: [PlacesModule],
  controllers: [RegionsController, OrganisationsController, TeachingPointsController, VenuesController],
})
export class PlacesHttpModule {}
