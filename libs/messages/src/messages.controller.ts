import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, IdParam, pageOf, PageQuery } from '#core';
import { MessagesQuery, MessageView, MyMessageView } from './messages.dto.js';
import { MessagesService } from './messages.service.js';

@ApiTags('messages')
@Controller()
export class MessagesController {
  constructor(private readonly messages: MessagesService) {}

  @Get('messages')
  @Allow('messages.read')
  @ApiOperation({ summary: 'What became of messages, newest first; never what they say.' })
  @ApiOkResponse({ type: pageOf(MessageView) })
  listMessages(@CurrentCaller() caller: Caller, @Query() query: MessagesQuery) {
    return this.messages.list(caller, query);
  }

  @Get('me/residents/:id/messages')
  @Allow('me.residents')
  @ApiOperation({ summary: 'Messages to a resident of mine, newest first.' })
  @ApiOkResponse({ type: pageOf(MyMessageView) })
  listMyMessages(@CurrentCaller() caller: Caller, @IdParam() id: string, @Query() query: PageQuery) {
    return this.messages.ofResident(caller, id, query);
  }
}
