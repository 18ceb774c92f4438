import { Body, Controller, Delete, Get, HttpCode, Patch, Post, Query, Res } from '@nestjs/common';
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
  pageOf,
  withVersion,
  WriteOnce,
} from '#core';
import {
  ChangeStaffRequest,
  CreateStaffRequest,
  GiveRoleRequest,
  ResetPasswordRequest,
  StaffQuery,
  StaffView,
} from './staff.dto.js';
import { StaffService } from './staff.service.js';

@ApiTags('staff')
@Controller('staff')
export class StaffController {
  constructor(private readonly staff: StaffService) {}

  @Get()
  @Allow('staff.read')
  @ApiOperation({ summary: 'Lists staff by username, with their present roles.' })
  @ApiOkResponse({ type: pageOf(StaffView) })
  listStaff(@CurrentCaller() caller: Caller, @Query() query: StaffQuery) {
    return this.staff.list(caller, query);
  }

  @Get(':id')
  @Allow('staff.read')
  @ApiOperation({ summary: 'Shows a staff member.' })
  @ApiOkResponse({ type: StaffView })
  async getStaff(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.staff.get(caller, id));
  }

  @Post()
  @Allow('staff.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Adds a staff member: administrators anywhere, principals in their own school.' })
  @ApiCreatedResponse({ type: StaffView })
  createStaff(@CurrentCaller() caller: Caller, @WriteOnce() once: OnceKey, @Body() request: CreateStaffRequest) {
    return this.staff.create(caller, request, once);
  }

  @Patch(':id')
  @Allow('staff.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Changes name or state; who left is signed out everywhere.' })
  @ApiOkResponse({ type: StaffView })
  async changeStaff(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeStaffRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withVersion(reply, await this.staff.change(caller, id, version, request));
  }

  @Post(':id/roles')
  @Allow('staff.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Gives a role.' })
  @ApiCreatedResponse({ type: StaffView })
  giveRole(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @WriteOnce() once: OnceKey,
    @Body() request: GiveRoleRequest,
  ) {
    return this.staff.giveRole(caller, id, request, once);
  }

  @Delete(':id/roles/:roleId')
  @Allow('staff.edit')
  @ApiOperation({ summary: 'Ends a role; ending it again changes nothing.' })
  @ApiOkResponse({ type: StaffView })
  endRole(@CurrentCaller() caller: Caller, @IdParam() id: string, @IdParam('roleId') roleId: string) {
    return this.staff.endRole(caller, id, roleId);
  }

  @Post(':id/password')
  @HttpCode(204)
  @Allow('staff.edit')
  @ApiOperation({ summary: 'Resets somebody’s password; they are signed out everywhere.' })
  @ApiNoContentResponse()
  resetPassword(@CurrentCaller() caller: Caller, @IdParam() id: string, @Body() request: ResetPasswordRequest) {
    return this.staff.resetPassword(caller, id, request.password);
  }
}
