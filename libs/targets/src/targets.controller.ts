import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, ApiIfMatch, Caller, CurrentCaller, IfMatch, type Page, PageQuery, pageOf } from '#core';
import { CoverageListQuery, CoverageListView, SignCoverageListRequest } from './coverage/coverage-lists.dto.js';
import { CoverageListsService } from './coverage/coverage-lists.service.js';
import { CoverageService } from './coverage/coverage.service.js';
import { CoverageQuery, NextCoverageQuery, RegionCoverageView } from './coverage/coverage.dto.js';
import { IndicatorDetailView, MeasureDetailView, MeasureQuery, PlannedIndicatorView } from './indicators.dto.js';
import { RegularResidentsQuery, RegularResidentView } from './wall-chart/regular-residents.dto.js';
import { RegularResidentsService } from './wall-chart/regular-residents.service.js';
import { WallChartQuery, WallChartView } from './wall-chart/wall-chart.dto.js';
import { WallChartService } from './wall-chart/wall-chart.service.js';

/** 挂图作战. */
@ApiTags('targets')
@Controller()
export class TargetsController {
  constructor(
    private readonly wallChart: WallChartService,
    private readonly coverage: CoverageService,
    private readonly coverageLists: CoverageListsService,
    private readonly regular: RegularResidentsService,
  ) {}

  @Get('wall-chart')
  @Allow('targets.read')
  @ApiOperation({ summary: 'All indicators against the plan line of a day' })
  @ApiOkResponse({ type: WallChartView })
  readWallChart(@CurrentCaller() caller: Caller, @Query() query: WallChartQuery): Promise<WallChartView> {
    return this.wallChart.chart(caller, query);
  }

  @Get('indicators')
  @Allow('targets.read')
  @ApiOperation({ summary: "The plan's indicators with their yearly targets" })
  @ApiOkResponse({ type: pageOf(PlannedIndicatorView) })
  listIndicators(@CurrentCaller() caller: Caller, @Query() query: PageQuery): Promise<Page<PlannedIndicatorView>> {
    return this.wallChart.page(caller, query);
  }

  @Get('indicators/:code')
  @Allow('targets.read')
  @ApiOperation({ summary: 'An indicator, with its figure by township, organisation, month and status' })
  @ApiOkResponse({ type: IndicatorDetailView })
  readIndicator(@CurrentCaller() caller: Caller, @Param('code') code: string): Promise<IndicatorDetailView> {
    return this.wallChart.one(caller, code);
  }

  @Get('measures/:code')
  @Allow('targets.read')
  @ApiOperation({ summary: 'A figure beside the indicators in a year, taken apart as an indicator is' })
  @ApiOkResponse({ type: MeasureDetailView })
  readMeasure(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @Query() query: MeasureQuery,
  ): Promise<MeasureDetailView> {
    return this.wallChart.measure(caller, code, query);
  }

  @Get('regular-elderly')
  @Allow('regular-elderly.read')
  @ApiOperation({ summary: 'Of whom the share of the elderly who come regularly consists, who came most often first' })
  @ApiOkResponse({ type: pageOf(RegularResidentView) })
  listRegularElderly(@Query() query: RegularResidentsQuery): Promise<Page<RegularResidentView>> {
    return this.regular.list(query);
  }

  @Get('coverage')
  @Allow('targets.read')
  @ApiOperation({ summary: 'Townships or villages, whether their plates are listed and active, and what is missing' })
  @ApiOkResponse({ type: pageOf(RegionCoverageView) })
  listCoverage(@CurrentCaller() caller: Caller, @Query() query: CoverageQuery): Promise<Page<RegionCoverageView>> {
    return this.coverage.page(caller, query);
  }

  @Get('coverage/next')
  @Allow('targets.read')
  @ApiOperation({ summary: 'Regions that are not active yet, those first that need the least' })
  @ApiOkResponse({ type: pageOf(RegionCoverageView) })
  listNextCoverage(
    @CurrentCaller() caller: Caller,
    @Query() query: NextCoverageQuery,
  ): Promise<Page<RegionCoverageView>> {
    return this.coverage.next(caller, query);
  }

  @Get('coverage/list')
  @Allow('targets.read')
  @ApiOperation({ summary: 'The townships and villages by which coverage of a year is judged' })
  @ApiOkResponse({ type: CoverageListView })
  readCoverageList(@CurrentCaller() caller: Caller, @Query() { year }: CoverageListQuery): Promise<CoverageListView> {
    return this.coverageLists.read(caller, year);
  }

  @Put('coverage/list')
  @Allow('coverage-lists.sign')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Lays down, by a signed paper, by which townships and villages a year is judged' })
  @ApiOkResponse({ type: CoverageListView })
  signCoverageList(
    @CurrentCaller() caller: Caller,
    @IfMatch() version: number,
    @Body() request: SignCoverageListRequest,
  ): Promise<CoverageListView> {
    return this.coverageLists.sign(caller, version, request);
  }
}
