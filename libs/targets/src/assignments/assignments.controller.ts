import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Allow, ApiIfMatch, Caller, CurrentCaller, IfMatch } from '#core';
import { AssignmentRequest, AssignmentsQuery, AssignmentsView } from './assignments.dto.js';
import { AssignmentsService } from './assignments.service.js';

/** 年度任务分解. */
@ApiTags('targets')
@Controller('indicators/:code/assignments')
export class AssignmentsController {
  constructor(private readonly assignments: AssignmentsService) {}

  @Get()
  @Allow('targets.read')
  @ApiOperation({ summary: 'What a year, its townships and its organisations are to reach, and how far they are' })
  @ApiOkResponse({ type: AssignmentsView })
  readAssignments(@CurrentCaller() caller: Caller, @Param('code') code: string, @Query() query: AssignmentsQuery) {
    return this.assignments.read(caller, code, query);
  }

  @Put()
  @Allow('assignments.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Assign a part of a year to a township or an organisation, or the year to the district' })
  @ApiOkResponse({ type: AssignmentsView })
  putAssignment(
    @CurrentCaller() caller: Caller,
    @Param('code') code: string,
    @IfMatch() version: number,
    @Body() request: AssignmentRequest,
  ) {
    return this.assignments.assign(caller, code, version, request);
  }
}
