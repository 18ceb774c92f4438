import { Body, Controller, Get, HttpCode, Patch, Post, Put, Query, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import {
  Allow,
  AllowEveryone,
  ApiIfMatch,
  Caller,
  CurrentCaller,
  IdParam,
  IfMatch,
  PageQuery,
  withVersion,
} from '#core';
import {
  LotteriesQuery,
  LotteryFileQuery,
  LotteryNumberRequest,
  LotteryPage,
  LotteryStaffView,
  LotteryView,
  MyLotteryEntryPage,
  MyLotteryEntryView,
  NameNumberRequest,
} from './lottery.dto.js';
import { LotteriesService } from './lottery.service.js';

@ApiTags('lotteries')
@Controller()
export class LotteryController {
  constructor(private readonly lotteries: LotteriesService) {}

  @Get('lotteries')
  @AllowEveryone()
  @ApiOperation({ summary: 'Lotteries of all classes, or of one, the latest first' })
  @ApiOkResponse({ type: LotteryPage })
  list(@Query() query: LotteriesQuery) {
    return this.lotteries.list(query);
  }

  @Get('lotteries/:id')
  @AllowEveryone()
  @ApiOperation({ summary: 'A lottery: what is drawn, when, and the published hashes' })
  @ApiOkResponse({ type: LotteryView })
  get(@IdParam() id: string): Promise<LotteryView> {
    return this.lotteries.get(id);
  }

  @Get('lotteries/:id/file')
  @AllowEveryone()
  @ApiOperation({ summary: 'The published file, from which anybody can check the lottery (docs/lottery.md)' })
  @ApiOkResponse({
    description: 'The same byte for byte whenever it is asked for.',
    content: { 'application/json': { schema: { type: 'object' } } },
  })
  async file(
    @IdParam() id: string,
    @Query() query: LotteryFileQuery,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<string> {
    const { text, hash, code, stage } = await this.lotteries.file(id, query.stage ?? null);
    void reply
      .type('application/json; charset=utf-8')
      .header('ETag', `"${hash}"`)
      .header('Cache-Control', 'public, no-cache')
      .header('Content-Disposition', `attachment; filename="lottery-${code}-${stage}.json"`);
    return text;
  }

  @Get('classes/:id/lottery')
  @Allow('lotteries.run')
  @ApiOperation({ summary: 'The lottery of a class, for the school that runs it' })
  @ApiOkResponse({ type: LotteryStaffView })
  async ofClass(
    @CurrentCaller() caller: Caller,
    @IdParam() classId: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LotteryStaffView> {
    return withVersion(reply, await this.lotteries.ofClass(caller, classId));
  }

  @Patch('lotteries/:id')
  @Allow('lotteries.run')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Name the public number beforehand; not once the list is frozen' })
  @ApiOkResponse({ type: LotteryStaffView })
  async nameNumber(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: NameNumberRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LotteryStaffView> {
    return withVersion(reply, await this.lotteries.nameNumber(caller, id, version, request));
  }

  @Put('lotteries/:id/number')
  @Allow('lotteries.run')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Enter the number that was drawn in public; repeating it changes nothing' })
  @ApiOkResponse({ type: LotteryStaffView })
  async enterNumber(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: LotteryNumberRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LotteryStaffView> {
    return withVersion(reply, await this.lotteries.enterNumber(caller, id, version, request));
  }

  @Post('lotteries/:id/number-confirmation')
  @HttpCode(200)
  @Allow('lotteries.run')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Another enters the number again, and the lottery is drawn; repeating it changes nothing' })
  @ApiOkResponse({ type: LotteryStaffView })
  async confirmNumber(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: LotteryNumberRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<LotteryStaffView> {
    return withVersion(reply, await this.lotteries.confirmNumber(caller, id, version, request));
  }

  @Get('me/lotteries/:id/entries')
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Entries of my residents in a lottery, with their pseudonyms' })
  @ApiOkResponse({ type: MyLotteryEntryPage })
  myEntries(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() page: PageQuery) {
    return this.lotteries.myEntries(caller, id, page);
  }

  @Get('me/enrollments/:id/lottery-entry')
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'The lottery entry of an enrollment of mine, with its pseudonym' })
  @ApiOkResponse({ type: MyLotteryEntryView })
  myEntry(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<MyLotteryEntryView> {
    return this.lotteries.myEntry(caller, id);
  }
}
