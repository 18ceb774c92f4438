import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { dayOf } from '#contracts';
import { Clock } from '#core';
import { ParticipationLoader } from '#participation';
import { PlacesLoader, PlacesService } from '#places';
import { TargetsLoader } from '#targets';
import { at } from './demo-calendar.js';
import { DemoLanes } from './demo-lanes.service.js';
import { type DemoBeginning, DemoMark, SEED } from './demo-mark.service.js';
import { type DemoPlan, planDemo, villagesIn } from './demo-plan.js';
import { nothingYet } from './demo-state.js';
import { liveAbreast } from './demo-timeline.js';
import { writeProgress } from './demo.queries.js';

/** Milliseconds between two notes of how far it is. */
const TELL_EVERY_MS = 250;

export interface DemoOutcome {
  kind: 'loaded' | Exclude<DemoBeginning, 'begun'>;
  seconds: number;
}

/**
 * Makes a district that is alive around the present day, through the services of the libs: it moves clocks of its own
 * from one past moment to the next and does what people did then.
 *
 * It loads into an empty platform only, and once. Where the mark stands unsigned, it has only just been written, or a
 * loading was cut off; since the platform was empty before it, everything is emptied and loaded anew. Two loaders wait
 * for each other.
 */
@Injectable()
export class DemoLoader {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly mark: DemoMark,
    private readonly places: PlacesService,
    private readonly placesLoader: PlacesLoader,
    private readonly participationLoader: ParticipationLoader,
    private readonly targetsLoader: TargetsLoader,
    private readonly lanes: DemoLanes,
  ) {}

  /** Opens what a loading needs, which may be done while the database has other work. */
  async prepare(): Promise<void> {
    await this.lanes.open();
  }

  /**
   * Loads the demo unless it is there.
   *
   * @param day around which everything is laid; today by default
   * @throws DemoRefused
   */
  async load(day = dayOf(this.clock.now())): Promise<DemoOutcome> {
    const started = performance.now();
    const kind = await this.mark.alone((runner) => this.loadAlone(runner, day));
    return { kind, seconds: (performance.now() - started) / 1000 };
  }

  private async loadAlone(runner: QueryRunner, day: string): Promise<DemoOutcome['kind']> {
    const beginning = await this.mark.beginAlone(runner, day);
    if (beginning !== 'begun') return beginning;
    for (const loader of [this.placesLoader, this.participationLoader, this.targetsLoader]) await loader.load();
    // An api that runs already hears of the mark a moment after it was written.
    if (await this.mark.givesWay(runner)) return 'in-use';
    await this.play(planDemo(day, SEED, villagesIn(await this.places.regionTree())));
    await this.mark.sign(runner);
    return 'loaded';
  }

  /** Lives through everything up to the day, and then comes to the present. */
  private async play(plan: DemoPlan): Promise<void> {
    const lanes = await this.lanes.open();
    const [first] = lanes;
    first.clock.moveTo(at(plan.firstDay, 9));
    const institutions = await first.institutions.setUp(plan);
    const state = nothingYet();
    const living = lanes.map((lane) => ({
      clock: lane.clock,
      events: lane.events(plan, institutions, state),
      follow: () => lane.follower.follow(),
    }));
    await liveAbreast(living, plan, this.progress());
    first.clock.moveTo(this.clock.now());
    await first.follower.catchUp();
    await this.lanes.close();
  }

  /** Notes now and then how far it is. */
  private progress(): (part: number) => Promise<void> {
    let toldAt = performance.now();
    return async (part) => {
      if (performance.now() - toldAt < TELL_EVERY_MS) return;
      toldAt = performance.now();
      await writeProgress(this.source, Math.floor(part * 100));
    };
  }
}
