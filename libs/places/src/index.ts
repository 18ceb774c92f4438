export { OrganisationsService } from './organisations.service.js';
export { PlacesHttpModule, PlacesModule } from './places.module.js';
export { ElderlyPopulationsService } from './populations.service.js';
export { PlacesLoader } from './regions.loader.js';
export { PlacesService } from './regions.service.js';
export { TeachingPointsService } from './teaching-points.service.js';
export type { Spot } from './travel.rules.js';
export { TravelTimesService } from './travel.service.js';
export { type Venue, VenuesService } from './venues.service.js';
