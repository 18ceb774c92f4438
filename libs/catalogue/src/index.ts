export { CatalogueHttpModule, CatalogueJobsModule, CatalogueModule } from './catalogue.module.js';
export type { CourseClass } from './catalogue.entities.js';
export { ClassSeatsService } from './class-seats.service.js';
export type { SeatClass, SeatCounts, SessionTime } from './class-seats.queries.js';
export { SessionsService } from './sessions.service.js';
export type { SessionFacts } from './sessions.queries.js';
