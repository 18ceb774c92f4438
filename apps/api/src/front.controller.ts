import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Controller, Get, Header } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { AllowEveryone, PACKAGE_ROOT } from '#core';

/** The committed description, which a check holds against the routes. */
const DESCRIPTION = readFileSync(join(PACKAGE_ROOT, 'apps/api/openapi.json'), 'utf8');

/** The API's description. */
@ApiExcludeController()
@Controller()
export class FrontController {
  @Get('api/v1/openapi.json')
  @AllowEveryone()
  @Header('Content-Type', 'application/json; charset=utf-8')
  description(): string {
    return DESCRIPTION;
  }
}
