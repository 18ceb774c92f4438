import { Body, Controller, Get, HttpCode, Post, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  ApiOnce,
  Caller,
  CurrentCaller,
  IdParam,
  type OnceKey,
  setTokenCookie,
  Settings,
  SIGN_IN_DAYS,
  WriteOnce,
} from '#core';
import { FamilyService } from './proxies/family.service.js';
import { MeService } from './me.service.js';
import { OwnResidentView, PersonalCodeView, RegisterOwnResidentRequest } from './residents/residents.dto.js';
import { ChangePasswordRequest, MeView, SignedInView } from './sign-in/sign-in.dto.js';
import { SignInService } from './sign-in/sign-in.service.js';

@ApiTags('me')
@Controller('me')
export class MeController {
  constructor(
    private readonly me: MeService,
    private readonly signIn: SignInService,
    private readonly family: FamilyService,
    private readonly settings: Settings,
  ) {}

  @Get()
  @Allow('me.read')
  @ApiOperation({ summary: 'Who am I: name, roles, residents for whom I act.' })
  @ApiOkResponse({ type: MeView })
  getMe(@CurrentCaller() caller: Caller) {
    return this.me.me(caller);
  }

  @Post('password')
  @HttpCode(200)
  @Allow('me.read')
  @ApiOperation({ summary: 'Changes my password (staff); all my sign-ins end and a new one opens.' })
  @ApiOkResponse({ type: SignedInView })
  async changeMyPassword(
    @CurrentCaller() caller: Caller,
    @Body() request: ChangePasswordRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const signedIn = await this.signIn.changeOwnPassword(caller, request);
    setTokenCookie(reply, this.settings, signedIn.token, SIGN_IN_DAYS.staff);
    return signedIn;
  }

  @Get('residents')
  @Allow('me.residents')
  @ApiOperation({ summary: 'Residents for whom I act, myself first; at most eight, so there are no pages.' })
  @ApiOkResponse({ type: [OwnResidentView] })
  listMyResidents(@CurrentCaller() caller: Caller) {
    return this.family.list(caller.accountId);
  }

  @Post('residents')
  @Allow('me.residents')
  @ApiOnce()
  @ApiOperation({ summary: 'Registers myself or one of my family.' })
  @ApiCreatedResponse({ type: OwnResidentView })
  registerMyResident(
    @CurrentCaller() caller: Caller,
    @WriteOnce() once: OnceKey,
    @Body() request: RegisterOwnResidentRequest,
  ) {
    return this.family.register(caller, request, once);
  }

  @Get('residents/:id/personal-code')
  @Allow('me.residents')
  @ApiOperation({ summary: 'The check-in code of a resident of mine, made at the first asking.' })
  @ApiOkResponse({ type: PersonalCodeView })
  getMyPersonalCode(@CurrentCaller() caller: Caller, @IdParam() id: string) {
    return this.family.personalCode(caller, id);
  }
}
