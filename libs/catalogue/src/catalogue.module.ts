import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PeopleModule } from '#people';
import { PlacesModule } from '#places';
import { ClassAvailability, ClassSession, Course, CourseClass, ProgrammeCap, Term } from './catalogue.entities.js';
import { CatalogueProcessor } from './catalogue.processor.js';
import { ClassMovesService } from './classes/class-moves.service.js';
import { ClassPlans } from './classes/class-plans.service.js';
import { ClassSeatsService } from './classes/class-seats.service.js';
import { ClassViews } from './classes/class-views.service.js';
import {
  ClassesController,
  ClassReviewsController,
  OrganisationClassesController,
} from './classes/classes.controller.js';
import { ClassesService } from './classes/classes.service.js';
import { CoursesController } from './courses/courses.controller.js';
import { CoursesService } from './courses/courses.service.js';
import { MergerProposalsController } from './merger-proposals/merger-proposals.controller.js';
import { MergerProposal } from './merger-proposals/merger-proposals.entities.js';
import { MergerProposalsService } from './merger-proposals/merger-proposals.service.js';
import { ParallelClassesService } from './classes/parallel-classes.service.js';
import { ProgrammeCapsController } from './terms/programme-caps.controller.js';
import { ProgrammeCapsService } from './terms/programme-caps.service.js';
import { SearchService } from './search/search.service.js';
import { SessionsService } from './sessions/sessions.service.js';
import { SubstitutesService } from './sessions/substitutes.service.js';
import { TermsController } from './terms/terms.controller.js';
import { TermsService } from './terms/terms.service.js';

const services = [
  TermsService,
  CoursesService,
  ClassPlans,
  ClassViews,
  ClassesService,
  ParallelClassesService,
  MergerProposalsService,
  ClassMovesService,
  SessionsService,
  SubstitutesService,
  SearchService,
  ClassSeatsService,
  ProgrammeCapsService,
];

/** Terms, courses, classes, sessions and the seats that classes have. */
@Module({
  imports: [
    TypeOrmModule.forFeature([
      Term,
      Course,
      CourseClass,
      ClassSession,
      ClassAvailability,
      MergerProposal,
      ProgrammeCap,
    ]),
    PlacesModule,
    PeopleModule,
  ],
  providers: services,
  exports: services,
})
export class CatalogueModule {}

@Module({
  imports: [CatalogueModule],
  controllers: [
    TermsController,
    CoursesController,
    ClassesController,
    OrganisationClassesController,
    ClassReviewsController,
    MergerProposalsController,
    ProgrammeCapsController,
  ],
})
export class CatalogueHttpModule {}

@Module({ imports: [CatalogueModule], providers: [CatalogueProcessor] })
export class CatalogueJobsModule {}
