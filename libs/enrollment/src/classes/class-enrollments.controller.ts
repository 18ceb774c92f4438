import { Body, Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, IdParam } from '#core';
import { ClassEnrollmentsService } from './class-enrollments.service.js';
import {
  ClassEnrollmentPage,
  ClassEnrollmentQuery,
  DecideApplicationRequest,
  EnrollmentDetailView,
  EnrollmentView,
  PaymentRequest,
  PaymentsView,
  RemoveRequest,
  TransferRequest,
} from '../enrollment.dto.js';
import { EnrollmentsService } from '../enrollment.service.js';
import { PaymentsService } from '../counter/payments.service.js';

/** Enrollments as the school of the class sees and decides them. */
@ApiTags('enrollment')
@Controller()
export class ClassEnrollmentsController {
  constructor(
    private readonly ofSchool: ClassEnrollmentsService,
    private readonly enrollments: EnrollmentsService,
    private readonly payments: PaymentsService,
  ) {}

  @Get('classes/:id/enrollments')
  @Allow('enrollments.read')
  @ApiOperation({ summary: 'Enrollments of a class, in the order of the queue' })
  @ApiOkResponse({ type: ClassEnrollmentPage })
  list(@CurrentCaller() caller: Caller, @IdParam() classId: string, @Query() query: ClassEnrollmentQuery) {
    return this.ofSchool.list(caller, classId, query);
  }

  @Get('enrollments/:id')
  @Allow('enrollments.read')
  @ApiOperation({ summary: 'One enrollment with its moves, for staff' })
  @ApiOkResponse({ type: EnrollmentDetailView })
  detail(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<EnrollmentDetailView> {
    return this.enrollments.detail(caller, id);
  }

  @Post('enrollments/:id/decision')
  @HttpCode(200)
  @Allow('enrollments.decide')
  @ApiOperation({ summary: 'Approve or refuse an application, for all of its unit; repeating it changes nothing' })
  @ApiOkResponse({ type: EnrollmentView })
  decide(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: DecideApplicationRequest) {
    return this.ofSchool.decide(caller, id, request);
  }

  @Post('enrollments/:id/removal')
  @HttpCode(200)
  @Allow('enrollments.decide')
  @ApiOperation({ summary: 'Take somebody out of a class; repeating it changes nothing' })
  @ApiOkResponse({ type: EnrollmentView })
  remove(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: RemoveRequest) {
    return this.ofSchool.remove(caller, id, request);
  }

  @Post('enrollments/:id/transfer')
  @HttpCode(200)
  @Allow('enrollments.decide')
  @ApiOperation({ summary: 'Move an enrollment to a parallel class; repeating it changes nothing' })
  @ApiOkResponse({ type: EnrollmentView })
  transfer(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: TransferRequest) {
    return this.ofSchool.transfer(caller, id, request);
  }

  @Get('enrollments/:id/payments')
  @Allow('enrollments.counter')
  @ApiOperation({ summary: 'What is due for an enrollment, and what was paid and refunded' })
  @ApiOkResponse({ type: PaymentsView })
  paymentsOf(@CurrentCaller() caller: Caller, @IdParam() id: string): Promise<PaymentsView> {
    return this.payments.of(caller, id);
  }

  @Post('enrollments/:id/payments')
  @HttpCode(200)
  @Allow('enrollments.counter')
  @ApiOperation({ summary: 'Put down a payment or refund at the counter; the same id again puts down nothing' })
  @ApiOkResponse({ type: PaymentsView })
  recordPayment(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: PaymentRequest) {
    return this.payments.record(caller, id, request);
  }
}
