import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { NoShowService } from '#attendance';
import type { Topic } from '#contracts';
import { Clock, Outbox, type Told } from '#core';
import { ClassFollowerService } from '#enrollment';
import { DeliveryService } from '#messages';
import { RecountService } from '#participation';
import { CoverageService, ForecastService } from '#targets';

/** More than one moment ever tells. */
const CLAIM = 5_000;

/** Topics after which there is something to do that others then see. */
const AT_ONCE: ReadonlySet<Topic> = new Set([
  'class-seats.changed',
  'class-evidence.changed',
  'session.cancelled',
  'class.stopped',
  'message.requested',
]);

/**
 * Does in the past of the demo what the worker does at present: it follows what the libs told through the outbox. The
 * ledger is brought up to date only now and then, because a recount is the same whenever it comes.
 */
@Injectable()
export class DemoFollower {
  /** Where it hears what was told; those who live through a past beside others keep it in the process. */
  take: () => Told[] | Promise<Told[]> = () => this.outbox.take(this.source, CLAIM);
  /** Whose evidence changed since the last recount; followers of one past share it. */
  changed = { residents: new Set<string>(), classes: new Set<string>() };

  constructor(
    private readonly source: DataSource,
    private readonly outbox: Outbox,
    private readonly follower: ClassFollowerService,
    private readonly delivery: DeliveryService,
    private readonly noShows: NoShowService,
    private readonly recounts: RecountService,
    private readonly coverage: CoverageService,
    private readonly forecasts: ForecastService,
    private readonly clock: Clock,
  ) {}

  /** Follows everything told so far, but for the ledger and coverage. */
  async follow(): Promise<void> {
    for (;;) {
      // What is taken and not followed because this process was killed does not matter: all is loaded anew then.
      const told = await this.take();
      const idsOf = (topic: Topic) => [...new Set(told.filter((one) => one.topic === topic).flatMap(({ ids }) => ids))];
      for (const id of idsOf('evidence.changed')) this.changed.residents.add(id);
      for (const id of idsOf('class-evidence.changed')) this.changed.classes.add(id);
      if (told.every(({ topic }) => !AT_ONCE.has(topic))) return;
      await this.follower.settle(idsOf('class-seats.changed'));
      await this.follower.moveOut(idsOf('class.stopped'));
      await this.follower.finishSeats(idsOf('class-evidence.changed'));
      await this.follower.tellOfCancelledSessions(idsOf('session.cancelled'));
      await this.delivery.deliverMessages(idsOf('message.requested'));
    }
  }

  /** Brings the ledger up to date with what was told; classes that nobody finished are {@link confirm confirmed}. */
  async recount(): Promise<void> {
    const { residents, classes } = this.changed;
    const [changedResidents, changedClasses] = [[...residents], [...classes]];
    residents.clear();
    classes.clear();
    await this.recounts.recountClasses(changedClasses, changedResidents);
  }

  /** Confirms what stands provisionally in classes that are finished by age; looks back some weeks. */
  async confirm(): Promise<void> {
    await this.recounts.confirmOverdue();
  }

  /** Brings everything up to the present; whom to call for having missed sessions is as the last days say. */
  async catchUp(): Promise<void> {
    await this.follow();
    await this.noShows.lookAround();
    await this.recount();
    await this.confirm();
    await this.coverage.recompute(null, this.clock.now());
    await this.forecasts.recompute(this.clock.now());
  }
}
