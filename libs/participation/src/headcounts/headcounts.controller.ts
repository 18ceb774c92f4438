import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, pageOf } from '#core';
import { HeadcountsQuery, HeadcountSumsQuery, HeadcountSumsView, SessionHeadcountView } from './headcounts.dto.js';
import { HeadcountsService } from './headcounts.service.js';

/** 未实名. */
@ApiTags('ledger')
@Controller('headcounts')
export class HeadcountsController {
  constructor(private readonly headcounts: HeadcountsService) {}

  @Get()
  @Allow('ledger.read')
  @ApiOperation({ summary: 'Lists sessions to which people came without their names being taken, the latest first.' })
  @ApiOkResponse({ type: pageOf(SessionHeadcountView) })
  listHeadcounts(@CurrentCaller() caller: Caller, @Query() query: HeadcountsQuery) {
    return this.headcounts.list(caller, query);
  }

  @Get('sums')
  @Allow('ledger.read')
  @ApiOperation({ summary: 'Adds up headcounts by township and organisation. They are in no figure.' })
  @ApiOkResponse({ type: HeadcountSumsView })
  sumHeadcounts(@CurrentCaller() caller: Caller, @Query() query: HeadcountSumsQuery) {
    return this.headcounts.sums(caller, query);
  }
}
