import { Body, Controller, Get, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
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
import { EntityTags } from '../entity-tags.js';
import { ChangeTermRequest, CreateTermRequest, TermView } from './terms.dto.js';
import { TermsService } from './terms.service.js';

@ApiTags('terms')
@UseInterceptors(EntityTags)
@Controller('terms')
export class TermsController {
  constructor(private readonly terms: TermsService) {}

  @Post()
  @Allow('terms.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Lay down a term' })
  @ApiCreatedResponse({ type: TermView })
  createTerm(@CurrentCaller() caller: Caller, @WriteOnce() once: OnceKey, @Body() request: CreateTermRequest) {
    return this.terms.create(caller, once, request);
  }

  @Get()
  @AllowEveryone()
  @ApiOperation({ summary: 'All terms, the latest first' })
  @ApiOkResponse({ type: pageOf(TermView) })
  listTerms(@Query() query: PageQuery) {
    return this.terms.list(query);
  }

  @Get(':id')
  @AllowEveryone()
  @ApiOperation({ summary: 'One term' })
  @ApiOkResponse({ type: TermView })
  getTerm(@IdParam() id: string) {
    return this.terms.get(id);
  }

  @Patch(':id')
  @Allow('terms.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Change a term; sessions of its classes must stay within it' })
  @ApiOkResponse({ type: TermView })
  changeTerm(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeTermRequest,
  ) {
    return this.terms.change(caller, id, version, request);
  }
}
