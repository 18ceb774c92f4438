import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the process tells Prometheus at /metrics. Labels are route patterns, states and topics, never ids. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();

  readonly httpSeconds = new Histogram({
    name: 'huixue_http_request_seconds',
    help: 'Time from request to answer, by method, route pattern and status.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.005, 0.02, 0.05, 0.1, 0.3, 1, 3],
    registers: [this.registry],
  });

  readonly outboxHanded = new Counter({
    name: 'huixue_outbox_rows_handed_total',
    help: 'Outbox rows handed to the queues.',
    registers: [this.registry],
  });

  readonly oldestUnsealedSeconds = new Gauge({
    name: 'huixue_chain_oldest_unsealed_seconds',
    help: 'Age of the oldest committed entry that no block of its chain holds yet.',
    labelNames: ['chain'] as const,
    registers: [this.registry],
  });

  readonly ledgerFaults = new Gauge({
    name: 'huixue_ledger_faults',
    help: 'What the last nightly check of the ledger found: wrong is an error, pending is on its way or waits for somebody.',
    labelNames: ['kind'] as const,
    registers: [this.registry],
  });

  readonly deskBatch = new Histogram({
    name: 'huixue_desk_batch_size',
    help: 'Requests decided in one transaction of a desk.',
    labelNames: ['desk'] as const,
    buckets: [1, 4, 16, 64, 256, 512],
    registers: [this.registry],
  });

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }
}
