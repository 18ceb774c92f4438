import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, Caller, CurrentCaller, pageOf } from '#core';
import { AuditEntryView, AuditQuery } from './audit.dto.js';
import { AuditLogService } from './audit.service.js';

@ApiTags('audit')
@Controller('audit-entries')
export class AuditController {
  constructor(private readonly log: AuditLogService) {}

  @Get()
  @Allow('audit.read')
  @ApiOperation({ summary: 'Who did what to what, newest first.' })
  @ApiOkResponse({ type: pageOf(AuditEntryView) })
  listAuditEntries(@CurrentCaller() caller: Caller, @Query() query: AuditQuery) {
    return this.log.list(caller, query);
  }
}
