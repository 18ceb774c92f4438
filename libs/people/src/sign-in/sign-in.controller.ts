import { Body, Controller, Delete, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { RouteConfig } from '@nestjs/platform-fastify';
import { ApiAcceptedResponse, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  AllowEveryone,
  Caller,
  clearTokenCookie,
  CoreErrors,
  CurrentCaller,
  setTokenCookie,
  Settings,
  SIGN_IN_DAYS,
} from '#core';
import { PasswordGuard, type PasswordRequest } from './password.strategy.js';
import { PasswordSignInRequest, SignedInView, SmsCodeRequest, SmsSignInRequest } from './sign-in.dto.js';
import { SignInService } from './sign-in.service.js';

/** A whole village may share one address, so this only stops floods; phones and usernames have limits of their own. */
const PER_ADDRESS = RouteConfig({ rateLimit: { max: 300, timeWindow: '1 minute' } });

@ApiTags('sign-in')
@Controller('sign-in')
export class SignInController {
  constructor(
    private readonly signIn: SignInService,
    private readonly settings: Settings,
  ) {}

  @Post('password')
  @HttpCode(200)
  @AllowEveryone()
  @PER_ADDRESS
  @UseGuards(PasswordGuard)
  @ApiOperation({ summary: 'Signs in staff. Ten wrong passwords lock the account for 15 minutes.' })
  @ApiOkResponse({ type: SignedInView })
  async signInWithPassword(
    @CurrentCaller() caller: Caller,
    @Req() request: PasswordRequest,
    @Body() _credentials: PasswordSignInRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    // Credentials that validation passes and passport does not look at would leave nobody.
    if (!request.user) throw CoreErrors.SIGN_IN_REQUIRED();
    return this.remember(reply, await this.signIn.signInStaff(caller, request.user.staffId));
  }

  /**
   * Takes no Idempotency-Key: the limits per phone already make a repeated request harmless, and the answer is always
   * the same, so there is nothing to keep.
   */
  @Post('sms-codes')
  @HttpCode(202)
  @AllowEveryone()
  @PER_ADDRESS
  @ApiOperation({ summary: 'Sends a code by SMS: one a minute, five an hour, ten a day for each phone.' })
  @ApiAcceptedResponse({ description: 'The same answer for any phone.' })
  async requestSmsCode(@CurrentCaller() caller: Caller, @Body() request: SmsCodeRequest) {
    await this.signIn.requestCode(caller, request.phone);
  }

  @Post('sms')
  @HttpCode(200)
  @AllowEveryone()
  @PER_ADDRESS
  @ApiOperation({ summary: 'Signs in a resident by the code sent to the phone; the first time makes the account.' })
  @ApiOkResponse({ type: SignedInView })
  async signInWithSms(
    @CurrentCaller() caller: Caller,
    @Body() request: SmsSignInRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.remember(reply, await this.signIn.signInBySms(caller, request.phone, request.code));
  }

  @Post('renewal')
  @HttpCode(200)
  @Allow('me.read')
  @ApiOperation({ summary: 'Gives a new token for a sign-in that holds.' })
  @ApiOkResponse({ type: SignedInView })
  async renewSignIn(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.remember(reply, await this.signIn.renew(caller));
  }

  @Delete()
  @HttpCode(204)
  @AllowEveryone()
  @ApiOperation({ summary: 'Signs out; whoever is not signed in stays so.' })
  @ApiNoContentResponse()
  async signOut(@CurrentCaller() caller: Caller, @Res({ passthrough: true }) reply: FastifyReply) {
    await this.signIn.signOut(caller);
    clearTokenCookie(reply, this.settings);
  }

  private remember(reply: FastifyReply, signedIn: SignedInView): SignedInView {
    setTokenCookie(reply, this.settings, signedIn.token, SIGN_IN_DAYS[signedIn.me.kind]);
    return signedIn;
  }
}
