import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, ApiIfMatch, ApiOnce, Caller, CurrentCaller, IdParam, IfMatch, type OnceKey, WriteOnce } from '#core';
import {
  AnswerMergerRequest,
  MergerProposalPage,
  MergerProposalsQuery,
  MergerProposalView,
  ProposeMergerRequest,
} from './merger-proposals.dto.js';
import { MergerProposalsService } from './merger-proposals.service.js';

/** A school is asked before people of another school's class come into one of its own; the bureau decides. */
@ApiTags('classes')
@Controller()
export class MergerProposalsController {
  constructor(private readonly proposals: MergerProposalsService) {}

  @Post('classes/:id/merger-proposals')
  @Allow('mergers.propose')
  @ApiOnce()
  @ApiOperation({ summary: 'Ask another school whether a class may be merged into one of its own' })
  @ApiCreatedResponse({ type: MergerProposalView })
  proposeMerger(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Body() request: ProposeMergerRequest,
    @WriteOnce() once: OnceKey,
  ): Promise<MergerProposalView> {
    return this.proposals.propose(caller, id, request, once);
  }

  @Get('merger-proposals')
  @Allow('classes.read')
  @ApiOperation({ summary: 'Mergers that a school asks for or is asked about, the newest first' })
  @ApiOkResponse({ type: MergerProposalPage })
  listMergerProposals(@CurrentCaller() caller: Caller, @Query() query: MergerProposalsQuery) {
    return this.proposals.list(caller, query);
  }

  @Post('merger-proposals/:id/answer')
  @HttpCode(200)
  @Allow('mergers.answer')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Agree to a merger into a class of the own school, or object with a reason' })
  @ApiOkResponse({ type: MergerProposalView })
  answerMerger(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: AnswerMergerRequest,
  ): Promise<MergerProposalView> {
    return this.proposals.answer(caller, id, version, request);
  }

  @Post('merger-proposals/:id/withdrawal')
  @HttpCode(200)
  @Allow('mergers.propose')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Take the question back' })
  @ApiOkResponse({ type: MergerProposalView })
  dropMerger(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
  ): Promise<MergerProposalView> {
    return this.proposals.drop(caller, id, version);
  }
}
