import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { addDays, dayOf } from '#contracts';
import { Clock, SystemClock } from '#core';
import { ParticipationLoader } from '#participation';
import { PlacesLoader, PlacesService } from '#places';
import { TargetsLoader } from '#targets';
import { at, FIRST_DAY } from './demo-calendar.js';
import { DemoClasses } from './demo-classes.service.js';
import { DemoFigures } from './demo-figures.service.js';
import { DemoFollower } from './demo-follower.service.js';
import { DemoOpening } from './demo-opening.service.js';
import { DemoInstitutions } from './demo-institutions.service.js';
import { type DemoBeginning, DemoMark, DemoRefused, SEED } from './demo-mark.service.js';
import { DemoPeople, type KnownPerson } from './demo-people.service.js';
import { type DemoPlan, planDemo, villagesIn } from './demo-plan.js';
import type { DemoPerson } from './demo-residents.js';
import { type DemoEvent, liveThrough } from './demo-timeline.js';
import { hasten, writeProgress } from './demo.queries.js';

/** Days between two recounts in the past of the demo. */
const RECOUNT_EVERY_DAYS = 28;
/** Milliseconds between two notes of how far it is. */
const TELL_EVERY_MS = 250;

export interface DemoOutcome {
  kind: 'loaded' | Exclude<DemoBeginning, 'begun'>;
  seconds: number;
}

/**
 * Makes a district that is alive around the present day, through the services of the libs: it moves this process's
 * clock to one past moment after the other and does what people did then.
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
    private readonly institutions: DemoInstitutions,
    private readonly people: DemoPeople,
    private readonly classes: DemoClasses,
    private readonly figures: DemoFigures,
    private readonly opening: DemoOpening,
    private readonly follower: DemoFollower,
  ) {}

  /**
   * Loads the demo unless it is there.
   *
   * @param day around which everything is laid; today by default
   * @throws DemoRefused
   */
  async load(day = dayOf(this.clock.now())): Promise<DemoOutcome> {
    const clock = this.clock;
    if (!(clock instanceof SystemClock)) throw new DemoRefused('The demo needs a clock that can be moved.');
    const started = performance.now();
    const kind = await this.mark.alone((runner) => this.loadAlone(runner, clock, day));
    return { kind, seconds: (performance.now() - started) / 1000 };
  }

  private async loadAlone(runner: QueryRunner, clock: SystemClock, day: string): Promise<DemoOutcome['kind']> {
    const beginning = await this.mark.beginAlone(runner, day);
    if (beginning !== 'begun') return beginning;
    for (const loader of [this.placesLoader, this.participationLoader, this.targetsLoader]) await loader.load();
    // An api that runs already hears of the mark a moment after it was written.
    if (await this.mark.givesWay(runner)) return 'in-use';
    hasten(this.source);
    await this.play(clock, planDemo(day, SEED, villagesIn(await this.places.regionTree())));
    await this.mark.sign(runner);
    return 'loaded';
  }

  /** Lives through everything up to the day, and then comes back to the present. */
  private async play(clock: SystemClock, plan: DemoPlan): Promise<void> {
    const present = { moment: clock.now(), at: performance.now() };
    clock.moveTo(at(plan.firstDay, 9));
    const { institutions, events } = await this.institutions.setUp(plan);
    const known = new Map<DemoPerson, KnownPerson>();
    const all: DemoEvent[] = [
      ...events,
      ...this.people.events(plan, institutions, known),
      ...this.classes.events(plan, institutions, known),
      ...this.figures.events(plan, institutions),
      ...this.opening.events(plan, institutions),
      ...recounts(plan, () => this.follower.recount()),
    ];
    await liveThrough(all, plan, { clock, follow: () => this.follower.follow(), told: this.progress() });
    clock.moveTo(new Date(present.moment.getTime() + performance.now() - present.at));
    await this.follower.catchUp();
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

function recounts({ today }: DemoPlan, happen: () => Promise<void>): DemoEvent[] {
  const count = Math.floor(-FIRST_DAY / RECOUNT_EVERY_DAYS);
  return Array.from({ length: count }, (_, index) => ({
    at: at(addDays(today, -index * RECOUNT_EVERY_DAYS - 1), 23),
    happen,
  }));
}
