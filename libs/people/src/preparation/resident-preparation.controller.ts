import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
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
  withVersion,
  WriteOnce,
} from '#core';
import {
  CompanionGroupView,
  CounterJoinCompanionsRequest,
  CounterMakeCompanionsRequest,
} from '../companions/companions.dto.js';
import { CompanionsService } from '../companions/companions.service.js';
import { DeclarationsService } from './declarations.service.js';
import { ChangeDetailsRequest, ResidentDetailsView } from './details.dto.js';
import { DetailsService } from './details.service.js';
import { LikelySameListView, LikelySameRequest } from '../merging/likely-same.dto.js';
import { LikelySameService } from '../merging/likely-same.service.js';
import { DeclarationView, DeclareRequest, PreparationQuery, PreparationView } from './preparation.dto.js';
import { PreparationService } from './preparation.service.js';
import { ProxyView, RecordConsentRequest } from '../proxies/proxies.dto.js';
import { ProxiesService } from '../proxies/proxies.service.js';

/** 报名准备 at the counter, for residents with a card and without a phone. */
@ApiTags('residents')
@Controller('residents')
export class ResidentPreparationController {
  constructor(
    private readonly preparation: PreparationService,
    private readonly details: DetailsService,
    private readonly declarations: DeclarationsService,
    private readonly proxies: ProxiesService,
    private readonly companions: CompanionsService,
    private readonly likelySame: LikelySameService,
  ) {}

  /** A POST, because what is looked for is personal data; it changes nothing. */
  @Post('likely-same')
  @HttpCode(200)
  @Allow('residents.read')
  @ApiOperation({ summary: 'Who is likely the person being typed, and why; at most twenty. Every look is audited.' })
  @ApiOkResponse({ type: LikelySameListView })
  findLikelySame(@CurrentCaller() caller: Caller, @Body() request: LikelySameRequest) {
    return this.likelySame.find(caller, request);
  }

  @Get(':id/preparation')
  @Allow('residents.read')
  @ApiOperation({ summary: 'What a resident has ready for enrolling; audited.' })
  @ApiOkResponse({ type: PreparationView })
  getResidentPreparation(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Query() { termId }: PreparationQuery,
  ) {
    return this.preparation.of(caller, id, termId);
  }

  @Get(':id/details')
  @Allow('residents.read')
  @ApiOperation({
    summary: 'Where a resident lives, works and is registered; groups, needs, emergency contact; audited.',
  })
  @ApiOkResponse({ type: ResidentDetailsView })
  async getResidentDetails(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.details.get(caller, id));
  }

  @Patch(':id/details')
  @Allow('residents.register')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Changes them; what is left out stays. Certifying a group wants residents.verify.' })
  @ApiOkResponse({ type: ResidentDetailsView })
  async changeResidentDetails(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeDetailsRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.details.changeAtCounter(caller, id, version, request));
  }

  /** Takes no Idempotency-Key and no version: the same answer again changes nothing, another one supersedes it. */
  @Put(':id/safety-declarations/:termId')
  @Allow('residents.register')
  @ApiOperation({ summary: 'Records for a term whether a resident of 70 or older declares to be fit.' })
  @ApiOkResponse({ type: DeclarationView })
  declareForResident(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('termId') termId: string,
    @Body() request: DeclareRequest,
  ) {
    return this.declarations.declareAtCounter(caller, id, termId, request.fit);
  }

  @Get(':id/proxies')
  @Allow('residents.read')
  @ApiOperation({ summary: 'Who of the family acts for a resident, with the consents; at most eight. Audited.' })
  @ApiOkResponse({ type: [ProxyView] })
  listProxies(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.proxies.of(caller, id);
  }

  @Post(':id/proxy-consents')
  @Allow('residents.register')
  @ApiOnce()
  @ApiOperation({ summary: 'A resident whose card was seen agrees that one of the family enrolls them.' })
  @ApiCreatedResponse({ type: ProxyView })
  recordProxyConsent(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @WriteOnce() once: OnceKey,
    @Body() request: RecordConsentRequest,
  ) {
    return this.proxies.consentAtCounter(caller, id, request, once);
  }

  @Post(':id/proxy-consents/:consentId/revocation')
  @HttpCode(200)
  @Allow('residents.register')
  @ApiOperation({ summary: 'The resident agrees no longer; doing it again changes nothing.' })
  @ApiOkResponse({ type: ProxyView })
  revokeRecordedConsent(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('consentId') consentId: string,
  ) {
    return this.proxies.revokeAtCounter(caller, id, consentId);
  }

  @Get(':id/companion-groups')
  @Allow('residents.read')
  @ApiOperation({ summary: 'With whom a resident applies together; at most five groups. Audited.' })
  @ApiOkResponse({ type: [CompanionGroupView] })
  listCompanionGroups(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.companions.of(caller, id);
  }

  @Post(':id/companion-groups')
  @Allow('residents.register')
  @ApiOnce()
  @ApiOperation({ summary: 'Makes a group of the resident and those who stand at the counter too.' })
  @ApiCreatedResponse({ type: CompanionGroupView })
  makeCompanionGroupAtCounter(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @WriteOnce() once: OnceKey,
    @Body() request: CounterMakeCompanionsRequest,
  ) {
    return this.companions.makeAtCounter(caller, id, request.companionIds, once);
  }

  @Post(':id/companion-groups/joining')
  @Allow('residents.register')
  @ApiOnce()
  @ApiOperation({ summary: 'The resident joins a friend’s group by its code.' })
  @ApiCreatedResponse({ type: CompanionGroupView })
  joinCompanionGroupAtCounter(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @WriteOnce() once: OnceKey,
    @Body() request: CounterJoinCompanionsRequest,
  ) {
    return this.companions.joinAtCounter(caller, id, request.code, once);
  }

  @Delete(':id/companion-groups/:groupId')
  @HttpCode(204)
  @Allow('residents.register')
  @ApiOperation({ summary: 'The resident leaves a group; the last one out dissolves it.' })
  @ApiNoContentResponse()
  async leaveCompanionGroupAtCounter(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('groupId') groupId: string,
  ) {
    await this.companions.leaveAtCounter(caller, id, groupId);
  }
}
