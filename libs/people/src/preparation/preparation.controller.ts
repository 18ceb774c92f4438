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
import { CompanionGroupView, JoinCompanionsRequest, MakeCompanionsRequest } from '../companions/companions.dto.js';
import { CompanionsService } from '../companions/companions.service.js';
import { DeclarationsService } from './declarations.service.js';
import { ChangeOwnDetailsRequest, ResidentDetailsView } from './details.dto.js';
import { DetailsService } from './details.service.js';
import { RegisteredAlreadyRequest, RegisteredAlreadyView } from '../merging/likely-same.dto.js';
import { LikelySameService } from '../merging/likely-same.service.js';
import { DeclarationView, DeclareRequest, PreparationQuery, PreparationView } from './preparation.dto.js';
import { PreparationService } from './preparation.service.js';
import { AcceptInvitationRequest, GiveConsentRequest, ProxyInvitationView, ProxyView } from '../proxies/proxies.dto.js';
import { ProxiesService } from '../proxies/proxies.service.js';

/** 报名准备: what residents do beforehand for themselves and their family. */
@ApiTags('me')
@Controller('me')
export class PreparationController {
  constructor(
    private readonly preparation: PreparationService,
    private readonly details: DetailsService,
    private readonly declarations: DeclarationsService,
    private readonly proxies: ProxiesService,
    private readonly companions: CompanionsService,
    private readonly likelySame: LikelySameService,
  ) {}

  @Get('preparation')
  @Allow('me.residents')
  @ApiOperation({ summary: 'What my residents have ready for enrolling; at most eight, so there are no pages.' })
  @ApiOkResponse({ type: [PreparationView] })
  getMyPreparation(@CurrentCaller() caller: Caller, @Query() { termId }: PreparationQuery) {
    return this.preparation.mine(caller, termId);
  }

  @Get('residents/:id/details')
  @Allow('me.residents')
  @ApiOperation({
    summary: 'Where a resident of mine lives, works and is registered; groups, needs, emergency contact.',
  })
  @ApiOkResponse({ type: ResidentDetailsView })
  async getMyResidentDetails(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.details.mine(caller, id));
  }

  @Patch('residents/:id/details')
  @Allow('me.residents')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Changes them; what is left out stays.' })
  @ApiOkResponse({ type: ResidentDetailsView })
  async changeMyResidentDetails(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeOwnDetailsRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.details.changeMine(caller, id, version, request));
  }

  /** Takes no Idempotency-Key and no version: the same answer again changes nothing, another one supersedes it. */
  @Put('residents/:id/safety-declarations/:termId')
  @Allow('me.residents')
  @ApiOperation({ summary: 'Declares for a term whether a resident of 70 or older is fit: yes or no.' })
  @ApiOkResponse({ type: DeclarationView })
  declareForMyResident(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('termId') termId: string,
    @Body() request: DeclareRequest,
  ) {
    return this.declarations.declare(caller, id, termId, request.fit);
  }

  @Get('proxies')
  @Allow('me.residents')
  @ApiOperation({
    summary: 'For whom my account acts and who acts for me, with the consents; at most sixteen, so there are no pages.',
  })
  @ApiOkResponse({ type: [ProxyView] })
  listMyProxies(@CurrentCaller() caller: Caller) {
    return this.proxies.mine(caller);
  }

  @Post('residents/:id/proxy-invitations')
  @Allow('me.residents')
  @ApiOnce()
  @ApiOperation({ summary: 'A code for one of the family, who then may act for me; it works once, for a day.' })
  @ApiCreatedResponse({ type: ProxyInvitationView })
  inviteProxy(@CurrentCaller() caller: Caller, @IdParam() id: string, @WriteOnce() once: OnceKey) {
    return this.proxies.invite(caller, id, once);
  }

  @Post('proxy-invitations/acceptance')
  @Allow('me.residents')
  @ApiOnce()
  @ApiOperation({ summary: 'My account acts for the resident who told me this code; ten tries an hour.' })
  @ApiCreatedResponse({ type: ProxyView })
  acceptProxyInvitation(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: AcceptInvitationRequest,
  ) {
    return this.proxies.accept(caller, request.code, once);
  }

  @Post('residents/:id/proxy-consents')
  @Allow('me.residents')
  @ApiOnce()
  @ApiOperation({ summary: 'I agree that an account which acts for me already enrolls me.' })
  @ApiCreatedResponse({ type: ProxyView })
  giveProxyConsent(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @WriteOnce() once: OnceKey,
    @Body() request: GiveConsentRequest,
  ) {
    return this.proxies.consent(caller, id, request.accountId, once);
  }

  @Post('residents/:id/proxy-consents/:consentId/revocation')
  @HttpCode(200)
  @Allow('me.residents')
  @ApiOperation({ summary: 'I agree no longer; doing it again changes nothing.' })
  @ApiOkResponse({ type: ProxyView })
  revokeProxyConsent(@CurrentCaller() caller: Caller, @IdParam() id: string, @IdParam('consentId') consentId: string) {
    return this.proxies.revoke(caller, id, consentId);
  }

  @Get('companion-groups')
  @Allow('me.residents')
  @ApiOperation({ summary: 'With whom my residents apply together; at most five groups each, so there are no pages.' })
  @ApiOkResponse({ type: [CompanionGroupView] })
  listMyCompanionGroups(@CurrentCaller() caller: Caller) {
    return this.companions.mine(caller);
  }

  @Post('companion-groups')
  @Allow('me.residents')
  @ApiOnce()
  @ApiOperation({ summary: 'Makes a group of my residents, with a code that friends join by.' })
  @ApiCreatedResponse({ type: CompanionGroupView })
  makeCompanionGroup(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: MakeCompanionsRequest,
  ) {
    return this.companions.make(caller, request.residentIds, once);
  }

  @Post('companion-groups/joining')
  @Allow('me.residents')
  @ApiOnce()
  @ApiOperation({
    summary: 'Joins a friend’s group by its code: they may apply for my residents together; ten tries an hour.',
  })
  @ApiCreatedResponse({ type: CompanionGroupView })
  joinCompanionGroup(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: JoinCompanionsRequest,
  ) {
    return this.companions.join(caller, request.code, request.residentIds, once);
  }

  @Post('companion-groups/:id/members')
  @Allow('me.residents')
  @ApiOnce()
  @ApiOperation({ summary: 'More of my residents into a group in which one of them is.' })
  @ApiCreatedResponse({ type: CompanionGroupView })
  addCompanions(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @WriteOnce() once: OnceKey,
    @Body() request: MakeCompanionsRequest,
  ) {
    return this.companions.add(caller, id, request.residentIds, once);
  }

  @Delete('companion-groups/:id/members/:residentId')
  @HttpCode(204)
  @Allow('me.residents')
  @ApiOperation({ summary: 'A resident of mine leaves a group; the last one out dissolves it.' })
  @ApiNoContentResponse()
  async leaveCompanionGroup(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IdParam('residentId') residentId: string,
  ) {
    await this.companions.leave(caller, id, residentId);
  }

  /** A POST, because what is looked for is personal data; it changes nothing but the count of tries. */
  @Post('registered-already')
  @HttpCode(200)
  @Allow('me.residents')
  @ApiOperation({
    summary: 'Whether somebody of this name and birth date is registered: yes or no; twenty times an hour.',
  })
  @ApiOkResponse({ type: RegisteredAlreadyView })
  askRegisteredAlready(@CurrentCaller() caller: Caller, @Body() request: RegisteredAlreadyRequest) {
    return this.likelySame.registered(caller, request);
  }
}
