export { type Organisation, OrganisationsService } from './organisations.service.js';
export { PlacesHttpModule, PlacesModule } from './places.module.js';
export { PlacesErrors } from './places.errors.js';
export { PlacesLoader } from './regions.loader.js';
export { PlacesService, type Region } from './regions.service.js';
export { TeachingPointsService } from './teaching-points.service.js';
export { type Venue, VenuesService } from './venues.service.js';
