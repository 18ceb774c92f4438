import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { OrganisationsController } from './organisations.controller.js';
import { OrganisationsService } from './organisations.service.js';
import {
  ElderlyPopulationEntity,
  OrganisationEntity,
  RegionEntity,
  TeachingPointEntity,
  TravelTimeEntity,
  VenueEntity,
} from './places.entities.js';
import { ElderlyPopulationsService } from './populations.service.js';
import { RegionsController } from './regions.controller.js';
import { PlacesLoader } from './regions.loader.js';
import { PlacesService } from './regions.service.js';
import { TeachingPointsController } from './teaching-points.controller.js';
import { TeachingPointsService } from './teaching-points.service.js';
import { TravelTimesController } from './travel.controller.js';
import { TravelTimesService } from './travel.service.js';
import { VenuesController } from './venues.controller.js';
import { VenuesService } from './venues.service.js';

const services = [
  PlacesService,
  PlacesLoader,
  ElderlyPopulationsService,
  OrganisationsService,
  TeachingPointsService,
  VenuesService,
  TravelTimesService,
];

@Module({
  imports: [
    TypeOrmModule.forFeature([
      RegionEntity,
      OrganisationEntity,
      TeachingPointEntity,
      VenueEntity,
      ElderlyPopulationEntity,
      TravelTimeEntity,
    ]),
  ],
  providers: services,
  exports: services,
})
export class PlacesModule {}

@Module({
  imports: [PlacesModule],
  controllers: [
    RegionsController,
    OrganisationsController,
    TeachingPointsController,
    VenuesController,
    TravelTimesController,
  ],
})
export class PlacesHttpModule {}
