import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, AllowEveryone, Caller, CurrentCaller, IdParam, pageOf, PageQuery } from '#core';
import { CountingRules } from './counting-rules.service.js';
import { LedgerService } from './ledger.service.js';
import {
  CountingRuleView,
  LedgerEntryDetailView,
  LedgerEntryView,
  LedgerQuery,
  ParticipationView,
  UnverifiedQuery,
  UnverifiedView,
} from './participation.dto.js';

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
  constructor(private readonly rules: CountingRules) {}

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
}
