import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, ApiOnce, Caller, CurrentCaller, IdParam, type OnceKey, PageQuery, WriteOnce } from '#core';
import { ClassEnrollmentsService } from './classes/class-enrollments.service.js';
import {
  ApplyRequest,
  EligibilityQuery,
  EligibilityView,
  EnrollmentDetailView,
  EnrollmentView,
  LeaveRequest,
  MyEnrollmentPage,
  TransferRequest,
} from './enrollment.dto.js';
import { type ApplyAnswer, EnrollmentsService } from './enrollment.service.js';

@ApiTags('enrollment')
@Controller()
export class EnrollmentController {
  constructor(
    private readonly enrollments: EnrollmentsService,
    private readonly ofSchool: ClassEnrollmentsService,
  ) {}

  @Post('enrollments')
  @Allow('enrollments.apply')
  @ApiOnce()
  @ApiOperation({ summary: 'Apply for a seat, for oneself or a family member' })
  @ApiCreatedResponse({ type: EnrollmentView })
  @ApiOkResponse({ type: EnrollmentView, description: 'The resident had applied before; this is how it stands.' })
  async apply(
    @CurrentCaller() caller: Caller,
    @Body() request: ApplyRequest,
    @WriteOnce() once: OnceKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EnrollmentView> {
    return answered(await this.enrollments.apply(caller, request, once), reply);
  }

  @Get('classes/:id/eligibility')
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Whether a resident of mine may enroll, and what it would lead to' })
  @ApiOkResponse({ type: EligibilityView })
  eligibility(
    @CurrentCaller() caller: Caller,
    @IdParam() classId: string,
    @Query() query: EligibilityQuery,
  ): Promise<EligibilityView> {
    return this.enrollments.eligibility(caller, classId, query);
  }

  @Get('me/enrollments')
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Enrollments of my residents, the newest first' })
  @ApiOkResponse({ type: MyEnrollmentPage })
  mine(@CurrentCaller() caller: Caller, @Query() page: PageQuery) {
    return this.enrollments.mine(caller, page);
  }

  @Get('me/enrollments/:id')
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'One enrollment of mine with its moves' })
  @ApiOkResponse({ type: EnrollmentDetailView })
  myDetail(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<EnrollmentDetailView> {
    return this.enrollments.detail(caller, id);
  }

  @Post('me/enrollments/:id/acceptance')
  @HttpCode(200)
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Take the offered seat; repeating it changes nothing' })
  @ApiOkResponse({ type: EnrollmentView })
  accept(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<EnrollmentView> {
    return this.enrollments.accept(caller, id);
  }

  @Post('me/enrollments/:id/declination')
  @HttpCode(200)
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Let the offered seat go to the next; repeating it changes nothing' })
  @ApiOkResponse({ type: EnrollmentView })
  decline(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<EnrollmentView> {
    return this.enrollments.decline(caller, id);
  }

  @Post('me/enrollments/:id/cancellation')
  @HttpCode(200)
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Give up seat, offer or place in the queue; repeating it changes nothing' })
  @ApiOkResponse({ type: EnrollmentView })
  cancel(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Body() request: LeaveRequest,
  ): Promise<EnrollmentView> {
    return this.enrollments.leave(caller, id, request.reason);
  }

  @Post('me/enrollments/:id/undo')
  @HttpCode(200)
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Take cancelling back, within ten minutes; repeating it changes nothing' })
  @ApiOkResponse({ type: EnrollmentView })
  undo(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<EnrollmentView> {
    return this.enrollments.undo(caller, id);
  }

  @Post('me/enrollments/:id/transfer')
  @HttpCode(200)
  @Allow('enrollments.own')
  @ApiOperation({ summary: 'Change to a parallel class where a seat is free; repeating it changes nothing' })
  @ApiOkResponse({ type: EnrollmentView })
  transfer(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Body() request: TransferRequest,
  ): Promise<EnrollmentView> {
    return this.ofSchool.transfer(caller, id, request);
  }
}

/** 201 for an enrollment that this request made, 200 for one that stood before. */
function answered({ created, view }: ApplyAnswer, reply: FastifyReply): EnrollmentView {
  void reply.status(created ? 201 : 200);
  return view;
}
