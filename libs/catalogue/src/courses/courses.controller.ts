import { Body, Controller, Get, Patch, Post, Query, UseInterceptors } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  AllowEveryone,
  ApiIfMatch,
  ApiOnce,
  Caller,
  CurrentCaller,
  IdParam,
  IfMatch,
  type OnceKey,
  pageOf,
  WriteOnce,
} from '#core';
import { EntityTags } from '../entity-tags.js';
import { ChangeCourseRequest, CoursesQuery, CourseView, CreateCourseRequest } from './courses.dto.js';
import { CoursesService } from './courses.service.js';

@ApiTags('courses')
@UseInterceptors(EntityTags)
@Controller('courses')
export class CoursesController {
  constructor(private readonly courses: CoursesService) {}

  @Post()
  @Allow('courses.edit')
  @ApiOnce()
  @ApiOperation({ summary: 'Enter a course' })
  @ApiCreatedResponse({ type: CourseView })
  createCourse(@CurrentCaller() caller: Caller, @WriteOnce() once: OnceKey, @Body() request: CreateCourseRequest) {
    return this.courses.create(caller, once, request);
  }

  @Get()
  @AllowEveryone()
  @ApiOperation({ summary: 'Courses by code' })
  @ApiOkResponse({ type: pageOf(CourseView) })
  listCourses(@Query() query: CoursesQuery) {
    return this.courses.list(query);
  }

  @Get(':id')
  @AllowEveryone()
  @ApiOperation({ summary: 'One course' })
  @ApiOkResponse({ type: CourseView })
  getCourse(@IdParam() id: string) {
    return this.courses.get(id);
  }

  @Patch(':id')
  @Allow('courses.edit')
  @ApiIfMatch()
  @ApiOperation({ summary: 'Change a course; code and kind only while no class uses it' })
  @ApiOkResponse({ type: CourseView })
  changeCourse(
    @CurrentCaller() caller: Caller,
    @IdParam() id: string,
    @IfMatch() version: number,
    @Body() request: ChangeCourseRequest,
  ) {
    return this.courses.change(caller, id, version, request);
  }
}
