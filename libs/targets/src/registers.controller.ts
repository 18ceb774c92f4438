import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
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
import { RegisterEntryRequest, RegisterEntryView, RegisterQuery, WithdrawEntryRequest } from './registers.dto.js';
import { RegistersService } from './registers.service.js';
import { ReportedFigureView, ReportFigureRequest } from './reported-figures.dto.js';
import { ReportedFiguresService } from './reported-figures.service.js';

/** What feeds the indicators that no seat feeds. */
@ApiTags('targets')
@Controller()
export class RegistersController {
  constructor(
    private readonly registers: RegistersService,
    private readonly figures: ReportedFiguresService,
  ) {}

  @Get('indicators/:code/register-entries')
  @Allow('targets.read')
  @ApiOperation({ summary: 'The awards, events and approvals that count for an indicator, the latest first' })
  @ApiOkResponse({ type: pageOf(RegisterEntryView) })
  listRegisterEntries(@CurrentCaller() caller: Caller, @Param('code') code: string, @Query() query: RegisterQuery) {
    return this.registers.list(caller, code, query);
  }

  @Post('indicators/:code/register-entries')
  @Allow('registers.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Record an award, an event or an approval' })
  @ApiCreatedResponse({ type: RegisterEntryView })
  recordRegisterEntry(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @WriteOnce() once: OnceKey,
    @Body() request: RegisterEntryRequest,
  ) {
    return this.registers.record(caller, code, request, once);
  }

  @Post('register-entries/:id/withdrawal')
  @Allow('registers.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Take back what was recorded; it stays in the register with the reason' })
  @ApiCreatedResponse({ type: RegisterEntryView })
  withdrawRegisterEntry(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() { reason }: WithdrawEntryRequest,
  ) {
    return this.registers.withdraw(caller, id, version, reason);
  }

  @Get('indicators/:code/reported-figures')
  @Allow('targets.read')
  @ApiOperation({ summary: 'The figures that the department reported of an indicator, the latest day first' })
  @ApiOkResponse({ type: pageOf(ReportedFigureView) })
  listReportedFigures(@CurrentCaller() caller: Caller, @Param('code') code: string, @Query() query: PageQuery) {
    return this.figures.list(caller, code, query);
  }

  @Post('indicators/:code/reported-figures')
  @Allow('figures.report')
  @ApiOnce()
  @ApiOperation({ summary: "Report the department's figure of a day, or put another in its place" })
  @ApiCreatedResponse({ type: ReportedFigureView })
  reportFigure(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @WriteOnce() once: OnceKey,
    @Body() request: ReportFigureRequest,
  ) {
    return this.figures.report(caller, code, request, once);
  }
}
