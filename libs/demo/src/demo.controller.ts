import { Body, Controller, Get, HttpCode, Post } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DataSource, IsNull, Not } from 'typeorm';
import { AllowEveryone } from '#core';
import { SignInService } from '#people';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './demo-accounts.js';
import { DemoProgress } from './demo-progress.js';
import { DemoAccountsView, DemoProgressView, LastSmsRequest, LastSmsView } from './demo.dto.js';
import { DemoLoadEntity } from './demo.entities.js';

/** For the pages of the demo. Mounted with MODE=demo only, and no part of the described API. */
@ApiExcludeController()
@Controller('demo')
export class DemoController {
  constructor(
    private readonly source: DataSource,
    private readonly signIn: SignInService,
    private readonly progress: DemoProgress,
  ) {}

  /** For the pages that are open while the demo is being loaded. */
  @Get('progress')
  @AllowEveryone()
  howFar(): DemoProgressView {
    return { percent: this.progress.now };
  }

  /** As whom one may look around. */
  @Get('accounts')
  @AllowEveryone()
  async accounts(): Promise<DemoAccountsView> {
    const loaded = await this.source.getRepository(DemoLoadEntity).existsBy({ loadedAt: Not(IsNull()) });
    const items = DEMO_ACCOUNTS.map((account) => ({ ...account, password: account.username ? DEMO_PASSWORD : null }));
    return { items: loaded ? items : [] };
  }

  /** What a resident would read on the phone. The number is in the body, so that it stands in no log of addresses. */
  @Post('last-sms')
  @HttpCode(200)
  @AllowEveryone()
  async lastSms(@Body() { phone }: LastSmsRequest): Promise<LastSmsView> {
    return { code: await this.signIn.newestCode(phone) };
  }
}
