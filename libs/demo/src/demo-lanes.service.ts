import { type INestApplicationContext, Injectable, type OnModuleDestroy } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { DataSource } from 'typeorm';
import { addDays } from '#contracts';
import { Clock, CoreModule, Outbox, Settings, SystemClock } from '#core';
import { at, FIRST_DAY } from './demo-calendar.js';
import { DemoClasses } from './demo-classes.service.js';
import { DemoFigures } from './demo-figures.service.js';
import { DemoFollower } from './demo-follower.service.js';
import { DemoInstitutions, type Institutions } from './demo-institutions.service.js';
import { DemoOpening } from './demo-opening.service.js';
import { DemoPeople } from './demo-people.service.js';
import type { DemoPlan } from './demo-plan.js';
import { DemoServicesModule } from './demo-services.module.js';
import type { DemoState } from './demo-state.js';
import type { DemoEvent } from './demo-timeline.js';
import { hasten } from './demo.queries.js';

/**
 * As many as keep PostgreSQL at work while this process computes. On two cores one takes a sixth longer, and a third wins
 * nothing: each has statements of its own to be planned.
 */
const LANES = 2;
/** Connections of each; most of the time it needs one. */
const CONNECTIONS = 3;
/** Days between two recounts in the past of the demo. */
const RECOUNT_EVERY_DAYS = 28;

/** The services of the libs once more, with a clock that stands where this lane of a past is. */
export class DemoLane {
  readonly clock: SystemClock;
  readonly institutions: DemoInstitutions;
  readonly follower: DemoFollower;

  constructor(private readonly services: INestApplicationContext) {
    const clock = services.get(Clock);
    if (!(clock instanceof SystemClock)) throw new Error('A lane needs a clock that can be moved.');
    this.clock = clock;
    this.institutions = services.get(DemoInstitutions);
    this.follower = services.get(DemoFollower);
  }

  /** Everything that happens, done by this lane's services. */
  events(plan: DemoPlan, institutions: Institutions, state: DemoState): DemoEvent[] {
    return [
      ...this.institutions.events(plan, institutions),
      ...this.services.get(DemoPeople).events(plan, institutions, state),
      ...this.services.get(DemoClasses).events(plan, institutions, state),
      ...this.services.get(DemoFigures).events(plan, institutions),
      ...this.services.get(DemoOpening).events(plan, institutions),
      ...recounts(plan, () => this.follower.recount()),
    ];
  }

  close(): Promise<void> {
    return this.services.close();
  }
}

/** Opens the lanes in which a past is lived through. */
@Injectable()
export class DemoLanes implements OnModuleDestroy {
  private readonly lanes: DemoLane[] = [];

  constructor(private readonly settings: Settings) {}

  /** Opens those that are not open yet; ahead of the work where there is time. */
  async open(): Promise<readonly [DemoLane, ...DemoLane[]]> {
    while (this.lanes.length < LANES) this.lanes.push(await this.openOne());
    const [first, ...others] = this.lanes as [DemoLane, ...DemoLane[]];
    for (const { follower } of others) follower.changed = first.follower.changed;
    return [first, ...others];
  }

  async close(): Promise<void> {
    await Promise.all(this.lanes.splice(0).map((lane) => lane.close()));
  }

  onModuleDestroy(): Promise<void> {
    return this.close();
  }

  private async openOne(): Promise<DemoLane> {
    const module = { module: LaneModule, imports: [CoreModule.forRoot(this.settings), DemoServicesModule] };
    const services = await NestFactory.createApplicationContext(module, { abortOnError: false });
    await hasten(services.get(DataSource), CONNECTIONS);
    const lane = new DemoLane(services);
    lane.follower.take = services.get(Outbox).keepHere();
    return lane;
  }
}

class LaneModule {}

function recounts({ today }: DemoPlan, happen: () => Promise<void>): DemoEvent[] {
  const count = Math.floor(-FIRST_DAY / RECOUNT_EVERY_DAYS);
  return Array.from({ length: count }, (_, index) => ({
    at: at(addDays(today, -index * RECOUNT_EVERY_DAYS - 1), 23),
    happen,
  }));
}
