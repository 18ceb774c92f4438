import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  AllowEveryone,
  ApiIfMatch,
  ApiOnce,
  Caller,
  CurrentCaller,
  IdParam,
  IfMatch,
  type OnceKey,
  pageOf,
  PageQuery,
  WriteOnce,
} from '#core';
import { BelowMinimumView, DecideClassRequest, MergeClassRequest, StopClassRequest } from './class-moves.dto.js';
import { ClassMovesService } from './class-moves.service.js';
import { ClassCardView, ClassView, SessionView } from './class-views.dto.js';
import { ChangeClassRequest, CreateClassRequest, OrganisationClassesQuery } from './classes.dto.js';
import { ClassesService } from './classes.service.js';
import { EntityTags } from '../entity-tags.js';
import { ParallelClassesService } from './parallel-classes.service.js';
import { SearchClassesQuery } from '../search/search.dto.js';
import { SearchService } from '../search/search.service.js';
import {
  AddSessionRequest,
  CancelSessionRequest,
  OrganisationSessionsQuery,
  SessionOfDayView,
  SubstituteRequest,
} from '../sessions/sessions.dto.js';
import { SessionsService } from '../sessions/sessions.service.js';
import { SubstitutesService } from '../sessions/substitutes.service.js';

@ApiTags('classes')
@UseInterceptors(EntityTags)
@Controller('classes')
export class ClassesController {
  constructor(
    private readonly classes: ClassesService,
    private readonly moves: ClassMovesService,
    private readonly parallel: ParallelClassesService,
    private readonly sessions: SessionsService,
    private readonly substitutes: SubstitutesService,
    private readonly search: SearchService,
  ) {}

  @Get()
  @AllowEveryone()
  @ApiOperation({ summary: 'Published classes that are not over, by first session' })
  @ApiOkResponse({ type: pageOf(ClassCardView) })
  searchClasses(@Query() query: SearchClassesQuery) {
    return this.search.search(query);
  }

  @Post()
  @Allow('classes.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Draft a class' })
  @ApiCreatedResponse({ type: ClassView })
  createClass(@CurrentCaller() caller: Caller, @WriteOnce() once: OnceKey, @Body() request: CreateClassRequest) {
    return this.classes.create(caller, once, request);
  }

  @Get(':id')
  @AllowEveryone()
  @ApiOperation({ summary: 'One class: published and finished ones for everyone, all that is planned for its staff' })
  @ApiOkResponse({ type: ClassView })
  getClass(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.classes.get(caller, id);
  }

  @Patch(':id')
  @Allow('classes.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Change a draft; of a published class what residents may see change' })
  @ApiOkResponse({ type: ClassView })
  changeClass(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeClassRequest,
  ) {
    return this.classes.change(caller, id, version, request);
  }

  @Post(':id/submission')
  @HttpCode(200)
  @Allow('classes.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Submit a draft to the bureau; it holds its room and teacher from now on' })
  @ApiOkResponse({ type: ClassView })
  submitClass(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.moves.submit(caller, id, version);
  }

  @Post(':id/decision')
  @HttpCode(200)
  @Allow('classes.approve')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Approve a submitted class, or return it with a note' })
  @ApiOkResponse({ type: ClassView })
  decideClass(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: DecideClassRequest,
  ) {
    return this.moves.decide(caller, id, version, request);
  }

  @Post(':id/publication')
  @HttpCode(200)
  @Allow('classes.publish')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Publish an approved class' })
  @ApiOkResponse({ type: ClassView })
  publishClass(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.moves.publish(caller, id, version);
  }

  @Post(':id/completion')
  @HttpCode(200)
  @Allow('classes.finish')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Finish a class whose sessions are over' })
  @ApiOkResponse({ type: ClassView })
  finishClass(@CurrentCaller() caller: Caller, @IdParam() id: string, @IfMatch() version: number) {
    return this.moves.finish(caller, id, version);
  }

  @Post(':id/stoppage')
  @HttpCode(200)
  @Allow('classes.stop')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Stop a published class, or merge it into a parallel one; everyone is told' })
  @ApiOkResponse({ type: ClassView })
  stopClass(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: StopClassRequest,
  ) {
    return this.moves.stop(caller, id, version, request);
  }

  @Post(':id/merger')
  @HttpCode(200)
  @Allow('classes.merge')
  @ApiIfMatch()
  @ApiOperation({ summary: 'The bureau merges a class into a parallel one, also of another school; everyone is told' })
  @ApiOkResponse({ type: ClassView })
  mergeClass(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: MergeClassRequest,
  ) {
    return this.moves.merge(caller, id, version, request);
  }

  @Get(':id/parallel')
  @AllowEveryone()
  @ApiOperation({ summary: 'Other classes of the same course and term that people of this one can move to' })
  @ApiOkResponse({ type: pageOf(ClassCardView) })
  listParallelClasses(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.parallel.list(caller, id, query);
  }

  @Post(':id/sessions')
  @Allow('classes.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Add a session to a published class, such as a makeup' })
  @ApiCreatedResponse({ type: SessionView })
  addSession(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @IdParam() id: string,
    @Body() request: AddSessionRequest,
  ) {
    return this.sessions.add(caller, once, id, request);
  }

  @Post(':id/sessions/:sessionId/cancellation')
  @HttpCode(200)
  @Allow('sessions.cancel')
  @ApiOperation({ summary: 'Cancel a session that was not held; residents are told' })
  @ApiOkResponse({ type: SessionView })
  cancelSession(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('sessionId') sessionId: string,
    @Body() request: CancelSessionRequest,
  ) {
    return this.sessions.cancel(caller, id, sessionId, request);
  }

  @Put(':id/sessions/:sessionId/substitute')
  @ApiIfMatch()
  @Allow('classes.edit')
  @ApiOperation({ summary: 'Name who teaches a session instead; the version is that of the class' })
  @ApiOkResponse({ type: SessionView })
  nameSubstitute(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('sessionId') sessionId: string,
    @IfMatch() version: number,
    @Body() request: SubstituteRequest,
  ) {
    return this.substitutes.name(caller, id, sessionId, version, request);
  }

  @Delete(':id/sessions/:sessionId/substitute')
  @ApiIfMatch()
  @Allow('classes.edit')
  @ApiOperation({ summary: "The class's teacher teaches after all; the version is that of the class" })
  @ApiOkResponse({ type: SessionView })
  clearSubstitute(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('sessionId') sessionId: string,
    @IfMatch() version: number,
  ) {
    return this.substitutes.clear(caller, id, sessionId, version);
  }
}

@ApiTags('classes')
@Controller('organisations/:organisationId')
export class OrganisationClassesController {
  constructor(
    private readonly classes: ClassesService,
    private readonly parallel: ParallelClassesService,
    private readonly sessions: SessionsService,
  ) {}

  @Get('classes')
  @Allow('classes.read')
  @ApiOperation({ summary: 'Classes of a school in every state, the latest first' })
  @ApiOkResponse({ type: pageOf(ClassCardView) })
  listOrganisationClasses(
    @CurrentCaller() caller: Caller,
    @IdParam('organisationId') organisationId: string,
    @Query() query: OrganisationClassesQuery,
  ) {
    return this.classes.ofOrganisation(caller, organisationId, query);
  }

  @Get('classes-below-minimum')
  @Allow('classes.read')
  @ApiOperation({ summary: 'Classes of a school that soon must be decided on, having fewer people than they need' })
  @ApiOkResponse({ type: pageOf(BelowMinimumView) })
  listClassesBelowMinimum(
    @CurrentCaller() caller: Caller,
    @IdParam('organisationId') organisationId: string,
    @Query() query: PageQuery,
  ) {
    return this.parallel.belowMinimum(caller, organisationId, query);
  }

  @Get('sessions')
  @Allow('classes.read')
  @ApiOperation({ summary: "A school's sessions of a day, by time" })
  @ApiOkResponse({ type: pageOf(SessionOfDayView) })
  listOrganisationSessions(
    @CurrentCaller() caller: Caller,
    @IdParam('organisationId') organisationId: string,
    @Query() query: OrganisationSessionsQuery,
  ) {
    return this.sessions.ofDay(caller, organisationId, query);
  }
}

@ApiTags('classes')
@Controller('class-reviews')
export class ClassReviewsController {
  constructor(private readonly classes: ClassesService) {}

  @Get()
  @Allow('classes.approve')
  @ApiOperation({ summary: 'Classes that wait for a decision, the longest waiting first' })
  @ApiOkResponse({ type: pageOf(ClassCardView) })
  listClassReviews(@CurrentCaller() caller: Caller, @Query() query: PageQuery) {
    return this.classes.toReview(caller, query);
  }
}
