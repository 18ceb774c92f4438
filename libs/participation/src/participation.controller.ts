import { Body, Controller, Get, Param, Post, Put, Query } from '@nestjs/common';
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
import { CountingRules } from './counting/counting-rules.service.js';
import { CountedAttendancesService } from './ledger/counted-attendances.service.js';
import { LedgerService } from './ledger/ledger.service.js';
import {
  CountedAttendancesQuery,
  CountedAttendanceView,
  CountingRuleView,
  LedgerEntryDetailView,
  LedgerEntryView,
  LedgerQuery,
  ParticipationView,
  UnverifiedQuery,
  UnverifiedView,
} from './participation.dto.js';
import {
  ChangeRuleRequest,
  DraftRuleRequest,
  PublishRuleRequest,
  RepealRuleRequest,
  TryRuleRequest,
} from './counting/rule-versions.dto.js';
import { RuleVersionsService } from './counting/rule-versions.service.js';

@ApiTags('ledger')
@Controller('ledger-entries')
export class LedgerController {
  constructor(private readonly ledger: LedgerService) {}

  @Get()
  @Allow('ledger.read')
  @ApiOperation({ summary: 'Lists entries of the ledger of person-times, the newest first.' })
  @ApiOkResponse({ type: pageOf(LedgerEntryView) })
  listLedgerEntries(@CurrentCaller() caller: Caller, @Query() query: LedgerQuery) {
    return this.ledger.list(caller, query);
  }

  @Get('unverified')
  @Allow('ledger.read')
  @ApiOperation({ summary: 'Shows what would count of residents whose identity nobody has verified yet.' })
  @ApiOkResponse({ type: UnverifiedView })
  readUnverified(@CurrentCaller() caller: Caller, @Query() query: UnverifiedQuery) {
    return this.ledger.unverified(caller, query);
  }

  @Get(':id')
  @Allow('ledger.read')
  @ApiOperation({ summary: 'Shows an entry with the sessions behind it, the rules that counted it, and its seal.' })
  @ApiOkResponse({ type: LedgerEntryDetailView })
  getLedgerEntry(@CurrentCaller() caller: Caller, @Param('id') id: string) {
    return this.ledger.get(caller, id);
  }
}

@ApiTags('ledger')
@Controller('counted-attendances')
export class CountedAttendancesController {
  constructor(private readonly attendances: CountedAttendancesService) {}

  @Get()
  @Allow('ledger.read')
  @ApiOperation({ summary: 'Lists what session attendances are the sum of, the latest month first.' })
  @ApiOkResponse({ type: pageOf(CountedAttendanceView) })
  listCountedAttendances(@CurrentCaller() caller: Caller, @Query() query: CountedAttendancesQuery) {
    return this.attendances.list(caller, query);
  }
}

@ApiTags('ledger')
@Controller('enrollments')
export class EnrollmentParticipationController {
  constructor(private readonly ledger: LedgerService) {}

  @Get(':id/participation')
  @Allow('participation.read')
  @ApiOperation({ summary: 'Says whether an enrollment counts, and why or why not (yet).' })
  @ApiOkResponse({ type: ParticipationView })
  explainParticipation(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.ledger.explain(caller, id);
  }
}

@ApiTags('counting rules')
@Controller('counting-rules')
export class CountingRulesController {
  constructor(
    private readonly rules: CountingRules,
    private readonly versions: RuleVersionsService,
  ) {}

  @Get()
  @Allow('rules.read')
  @ApiOperation({ summary: 'Lists the versions of the counting rules, the latest first.' })
  @ApiOkResponse({ type: pageOf(CountingRuleView) })
  listCountingRules(@CurrentCaller() caller: Caller, @Query() query: PageQuery) {
    return this.rules.list(caller, query);
  }

  @Get('current')
  @AllowEveryone()
  @ApiOperation({ summary: 'Shows the counting rules in force, for whoever reads a number.' })
  @ApiOkResponse({ type: CountingRuleView })
  currentCountingRules(@CurrentCaller() caller: Caller) {
    return this.rules.current(caller.language);
  }

  @Get(':id')
  @Allow('rules.read')
  @ApiOperation({ summary: 'Shows a version of the counting rules, and what it says otherwise than the one before.' })
  @ApiOkResponse({ type: CountingRuleView })
  getCountingRule(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.rules.get(caller, id);
  }

  @Post()
  @Allow('rules.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Drafts a version with the parameters of another.' })
  @ApiCreatedResponse({ type: CountingRuleView })
  draftCountingRule(@CurrentCaller() caller: Caller, @WriteOnce() once: OnceKey, @Body() request: DraftRuleRequest) {
    return this.versions.draft(caller, request, once);
  }

  @Put(':id')
  @Allow('rules.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Changes what a draft says.' })
  @ApiOkResponse({ type: CountingRuleView })
  changeCountingRule(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() revision: number,
    @Body() request: ChangeRuleRequest,
  ) {
    return this.versions.change(caller, id, revision, request);
  }

  @Post(':id/trial')
  @Allow('rules.publish')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Tries a draft out: it counts what begins from a day on, stamped as trial.' })
  @ApiCreatedResponse({ type: CountingRuleView })
  tryCountingRule(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() revision: number,
    @Body() request: TryRuleRequest,
  ) {
    return this.versions.try(caller, id, revision, request);
  }

  @Post(':id/publication')
  @Allow('rules.publish')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Publishes a version by a signed document, from a day on that has not passed.' })
  @ApiCreatedResponse({ type: CountingRuleView })
  publishCountingRule(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() revision: number,
    @Body() request: PublishRuleRequest,
  ) {
    return this.versions.publish(caller, id, revision, request);
  }

  @Post(':id/repeal')
  @Allow('rules.publish')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Repeals a version from a day on; what it counted stays.' })
  @ApiCreatedResponse({ type: CountingRuleView })
  repealCountingRule(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() revision: number,
    @Body() request: RepealRuleRequest,
  ) {
    return this.versions.repeal(caller, id, revision, request);
  }
}
