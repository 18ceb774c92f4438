import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, AllowEveryone, Caller, CurrentCaller, pageOf } from '#core';
import { ElderlyPopulationRequest, RegionDetailView, RegionsQuery, RegionView } from './places.dto.js';
import { ElderlyPopulationsService } from './populations.service.js';
import { PlacesService } from './regions.service.js';

@ApiTags('regions')
@Controller('regions')
export class RegionsController {
  constructor(
    private readonly places: PlacesService,
    private readonly populations: ElderlyPopulationsService,
  ) {}

  @Get()
  @AllowEveryone()
  @ApiOperation({ summary: 'Lists regions by code.' })
  @ApiOkResponse({ type: pageOf(RegionView) })
  listRegions(@Query() query: RegionsQuery) {
    return this.places.list(query);
  }

  @Get(':code')
  @AllowEveryone()
  @ApiOperation({ summary: 'Shows a region and its latest count of residents of 60 and over.' })
  @ApiOkResponse({ type: RegionDetailView })
  getRegion(@Param('code') code: string) {
    return this.populations.regionWithPopulation(code);
  }

  @Put(':code/elderly-population')
  @Allow('populations.edit')
  @ApiOperation({ summary: 'Puts down how many residents of 60 and over a township or village had on a day.' })
  @ApiOkResponse({ type: RegionDetailView })
  putElderlyPopulation(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @Body() request: ElderlyPopulationRequest,
  ) {
    return this.populations.put(caller, code, request);
  }
}
