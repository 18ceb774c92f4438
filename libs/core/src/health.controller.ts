import { Controller, Get, Header, VERSION_NEUTRAL } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { DataSource } from 'typeorm';
import { row } from './database/sql.js';
import { AllowEveryone } from './guard/access.decorators.js';
import { Metrics } from './metrics/metrics.js';

/** For the supervisor and the load balancer; not part of the API. */
@ApiExcludeController()
@Controller({ path: '', version: VERSION_NEUTRAL })
export class HealthController {
  constructor(
    private readonly source: DataSource,
    private readonly metrics: Metrics,
  ) {}

  /** The process is alive. */
  @Get('healthz')
  @AllowEveryone()
  alive() {
    return { status: 'ok' };
  }

  /** The process can do its work: the database answers. */
  @Get('readyz')
  @AllowEveryone()
  async ready() {
    await row(this.source, 'select 1');
    return { status: 'ok' };
  }

  @Get('metrics')
  @AllowEveryone()
  @Header('Content-Type', 'text/plain; version=0.0.4')
  metricsText() {
    return this.metrics.registry.metrics();
  }
}
