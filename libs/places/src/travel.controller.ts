import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, pageOf, PageQuery } from '#core';
import { TravelTimeRequest, TravelTimeView } from './places.dto.js';
import { TravelTimesService } from './travel.service.js';

@ApiTags('travel times')
@Controller('travel-times')
export class TravelTimesController {
  constructor(private readonly travel: TravelTimesService) {}

  @Get()
  @Allow('organisations.read')
  @ApiOperation({ summary: 'Lists how long it takes between each two townships.' })
  @ApiOkResponse({ type: pageOf(TravelTimeView) })
  listTravelTimes(@Query() query: PageQuery) {
    return this.travel.list(query);
  }

  @Put(':code/:otherCode')
  @Allow('travel-times.edit')
  @ApiOperation({ summary: 'Puts down how long it takes between two townships, both ways.' })
  @ApiOkResponse({ type: TravelTimeView })
  putTravelTime(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @Param('otherCode') otherCode: string,
    @Body() request: TravelTimeRequest,
  ) {
    return this.travel.put(caller, code, otherCode, request);
  }
}
