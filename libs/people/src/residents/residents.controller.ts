import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
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
  withVersion,
  WriteOnce,
} from '#core';
import { CounterService } from './counter.service.js';
import { LikelyTwiceQuery, LikelyTwiceView } from '../merging/likely-twice.dto.js';
import { LikelyTwiceService } from '../merging/likely-twice.service.js';
import { MergeResidentRequest } from '../merging/merging.dto.js';
import { MergingService } from '../merging/merging.service.js';
import {
  FoundResidentView,
  PersonalCodeView,
  RegisterResidentRequest,
  ResidentsSearchRequest,
  ResidentView,
  VerifyIdentityRequest,
} from './residents.dto.js';

@ApiTags('residents')
@Controller('residents')
export class ResidentsController {
  constructor(
    private readonly counter: CounterService,
    private readonly merging: MergingService,
    private readonly likelyTwice: LikelyTwiceService,
  ) {}

  /** A POST, because what is looked for is personal data, which a URL never holds; it changes nothing. */
  @Post('search')
  @HttpCode(200)
  @Allow('residents.read')
  @ApiOperation({ summary: 'Looks for residents by name, phone, document or personal code; every look is audited.' })
  @ApiOkResponse({ type: pageOf(FoundResidentView) })
  searchResidents(@CurrentCaller() caller: Caller, @Body() query: ResidentsSearchRequest) {
    return this.counter.search(caller, query);
  }

  @Get('likely-twice')
  @Allow('residents.merge')
  @ApiOperation({ summary: 'Pairs of records that are likely of one person, and why; every look is audited.' })
  @ApiOkResponse({ type: pageOf(LikelyTwiceView) })
  listLikelyTwice(@CurrentCaller() caller: Caller, @Query() query: LikelyTwiceQuery) {
    return this.likelyTwice.list(caller, query);
  }

  @Get(':id')
  @Allow('residents.read')
  @ApiOperation({ summary: 'Shows a resident; audited.' })
  @ApiOkResponse({ type: ResidentView })
  async getResident(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.counter.get(caller, id));
  }

  @Post()
  @Allow('residents.register')
  @ApiOnce()
  @ApiOperation({ summary: 'Registers someone at the counter, with or without a phone.' })
  @ApiCreatedResponse({ type: ResidentView })
  registerResident(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: RegisterResidentRequest,
  ) {
    return this.counter.register(caller, request, once);
  }

  @Post(':id/identity-verification')
  @HttpCode(200)
  @Allow('residents.verify')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Staff saw the document: the identity is verified. Doing it again changes nothing.' })
  @ApiOkResponse({ type: ResidentView })
  async verifyIdentity(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: VerifyIdentityRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.counter.verifyIdentity(caller, id, version, request));
  }

  @Post(':id/merger')
  @HttpCode(200)
  @Allow('residents.merge')
  @ApiIfMatch()
  @ApiOperation({
    summary: 'Merges another record of the same person into this one; it cannot be taken back.',
    description:
      'Accounts, enrollments, attendance and consents go over within seconds. Doing it again changes nothing.',
  })
  @ApiOkResponse({ type: ResidentView })
  async mergeResident(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: MergeResidentRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.merging.merge(caller, id, version, request));
  }

  @Post(':id/personal-code')
  @Allow('residents.register')
  @ApiOnce()
  @ApiOperation({ summary: 'Issues a new card; the code of the old one is good no more.' })
  @ApiCreatedResponse({ type: PersonalCodeView })
  issuePersonalCode(@CurrentCaller() caller: Caller, @IdParam() id: string, @WriteOnce() once: OnceKey) {
    return this.counter.issueCard(caller, id, once);
  }
}
