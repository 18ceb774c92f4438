import { Body, Controller, Get, HttpCode, Post, Query, Res } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Allow, ApiOnce, Caller, CurrentCaller, IdParam, type OnceKey, WriteOnce } from '#core';
import { CounterEnrollmentService } from './counter-enrollment.service.js';
import {
  CounterApplyRequest,
  EligibilityQuery,
  EligibilityView,
  EnrollmentView,
  LeaveRequest,
  ListApplyRequest,
  ListResultView,
} from '../enrollment.dto.js';
import { EnrollmentsService } from '../enrollment.service.js';

/** Enrollment at the counter (窗口), by staff of the class's school and by village agents. */
@ApiTags('enrollment')
@Controller()
export class CounterEnrollmentController {
  constructor(
    private readonly counter: CounterEnrollmentService,
    private readonly enrollments: EnrollmentsService,
  ) {}

  @Post('classes/:id/counter-enrollments')
  @Allow('enrollments.counter')
  @ApiOnce()
  @ApiOperation({ summary: 'Apply at the counter for a resident' })
  @ApiCreatedResponse({ type: EnrollmentView })
  @ApiOkResponse({ type: EnrollmentView, description: 'The resident had applied before; this is how it stands.' })
  async apply(
    @CurrentCaller() caller: Caller,
    @IdParam() classId: string,
    @Body() request: CounterApplyRequest,
    @WriteOnce() once: OnceKey,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<EnrollmentView> {
    const { created, view } = await this.counter.apply(caller, classId, request, once);
    void reply.status(created ? 201 : 200);
    return view;
  }

  @Post('classes/:id/list-enrollments')
  @HttpCode(200)
  @Allow('enrollments.counter')
  @ApiOnce()
  @ApiOperation({ summary: 'Apply for a list of people; a result per row' })
  @ApiOkResponse({ type: ListResultView })
  applyForList(
    @CurrentCaller() caller: Caller,
    @IdParam() classId: string,
    @Body() request: ListApplyRequest,
    @WriteOnce() once: OnceKey,
  ): Promise<ListResultView> {
    return this.counter.applyForList(caller, classId, request, once);
  }

  @Get('classes/:id/counter-eligibility')
  @Allow('enrollments.counter')
  @ApiOperation({ summary: 'Whether a resident at the counter may enroll, and what it would lead to' })
  @ApiOkResponse({ type: EligibilityView })
  eligibility(@CurrentCaller() caller: Caller, @IdParam() classId: string, @Query() query: EligibilityQuery) {
    return this.counter.eligibility(caller, classId, query);
  }

  @Post('enrollments/:id/acceptance')
  @HttpCode(200)
  @Allow('enrollments.counter')
  @ApiOperation({ summary: 'Take the offered seat for a resident, at the counter or by telephone' })
  @ApiOkResponse({ type: EnrollmentView })
  accept(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<EnrollmentView> {
    return this.enrollments.accept(caller, id);
  }

  @Post('enrollments/:id/declination')
  @HttpCode(200)
  @Allow('enrollments.counter')
  @ApiOperation({ summary: 'Let the offered seat of a resident go to the next, at the counter or by telephone' })
  @ApiOkResponse({ type: EnrollmentView })
  decline(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<EnrollmentView> {
    return this.enrollments.decline(caller, id);
  }

  @Post('enrollments/:id/cancellation')
  @HttpCode(200)
  @Allow('enrollments.counter')
  @ApiOperation({ summary: 'Give up seat, offer or place in the queue for a resident, at the counter' })
  @ApiOkResponse({ type: EnrollmentView })
  cancel(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Body() request: LeaveRequest,
  ): Promise<EnrollmentView> {
    return this.enrollments.leave(caller, id, request.reason ?? 'at the counter');
  }

  @Post('enrollments/:id/undo')
  @HttpCode(200)
  @Allow('enrollments.counter')
  @ApiOperation({ summary: 'Take cancelling back for a resident, within ten minutes' })
  @ApiOkResponse({ type: EnrollmentView })
  undo(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<EnrollmentView> {
    return this.enrollments.undo(caller, id);
  }
}
