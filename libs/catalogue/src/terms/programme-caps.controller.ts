import { Body, Controller, Get, Param, Put, Query, UseInterceptors } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, AllowEveryone, ApiIfMatch, Caller, CurrentCaller, IfMatch, pageOf, PageQuery } from '#core';
import { EntityTags } from '../entity-tags.js';
import { ProgrammeCapRequest, ProgrammeCapView } from './programme-caps.dto.js';
import { ProgrammeCapsService } from './programme-caps.service.js';

@ApiTags('programme caps')
@UseInterceptors(EntityTags)
@Controller('programme-caps')
export class ProgrammeCapsController {
  constructor(private readonly caps: ProgrammeCapsService) {}

  @Get()
  @AllowEveryone()
  @ApiOperation({ summary: 'How many classes of each kind a resident may hold in a term' })
  @ApiOkResponse({ type: pageOf(ProgrammeCapView) })
  listProgrammeCaps(@Query() query: PageQuery) {
    return this.caps.list(query);
  }

  @Put(':kind')
  @Allow('programme-caps.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Lay down how many classes of a kind a resident may hold in a term' })
  @ApiOkResponse({ type: ProgrammeCapView })
  putProgrammeCap(
    @CurrentCaller() caller: Caller,
    @Param('kind') kind: string,
    @IfMatch() version: number,
    @Body() request: ProgrammeCapRequest,
  ) {
    return this.caps.put(caller, kind, version, request);
  }
}
