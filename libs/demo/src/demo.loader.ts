import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { addDays, dayOf } from '#contracts';
import { Clock, Settings, SystemClock } from '#core';
import { ParticipationLoader } from '#participation';
import { PlacesLoader, PlacesService } from '#places';
import { TargetsLoader } from '#targets';
import { at, FIRST_DAY } from './demo-calendar.js';
import { DemoClasses } from './demo-classes.service.js';
import { DemoFollower } from './demo-follower.service.js';
import { DemoInstitutions } from './demo-institutions.service.js';
import { DemoPeople, type KnownPerson } from './demo-people.service.js';
import { type DemoPlan, planDemo } from './demo-plan.js';
import type { DemoPerson } from './demo-residents.js';
import { abreast, type DemoEvent, moments } from './demo-timeline.js';
import { DemoLoadEntity } from './demo.entities.js';
import { commitWithoutWaiting, emptyEverything, isUsed, lockDemo, unlockDemo } from './demo.queries.js';

/** Of the dice. */
const SEED = 20_260_901;

/** Days between two recounts in the past of the demo. */
const RECOUNT_EVERY_DAYS = 28;

export interface DemoOutcome {
  /** `present`: it was loaded before. `in-use`: somebody's own data are there, and nothing was touched. */
  kind: 'loaded' | 'present' | 'in-use';
  seconds: number;
}

/** The demo data are for MODE=demo with SMS in the log alone; `message` is one clear sentence. */
export class DemoRefused extends Error {
  override name = 'DemoRefused';
}

/**
 * Makes a district that is alive around the present day, through the services of the libs: it moves this process's
 * clock to one past moment after the other and does what people did then.
 *
 * It loads into an empty platform only, and once. The mark in demo_loads is written first and signed last; where it
 * stands unsigned, a loading was cut off, and since the platform was empty before it, everything is emptied and loaded
 * anew. Two loaders wait for each other.
 */
@Injectable()
export class DemoLoader {
  constructor(
    private readonly source: DataSource,
    private readonly settings: Settings,
    private readonly clock: Clock,
    private readonly places: PlacesService,
    private readonly placesLoader: PlacesLoader,
    private readonly participationLoader: ParticipationLoader,
    private readonly targetsLoader: TargetsLoader,
    private readonly institutions: DemoInstitutions,
    private readonly people: DemoPeople,
    private readonly classes: DemoClasses,
    private readonly follower: DemoFollower,
  ) {}

  /**
   * Loads the demo unless it is there.
   *
   * @param day around which everything is laid; today by default
   * @throws DemoRefused
   */
  async load(day = dayOf(this.clock.now())): Promise<DemoOutcome> {
    const clock = this.demoClock();
    const started = performance.now();
    const runner = this.source.createQueryRunner();
    try {
      await lockDemo(runner);
      const kind = await this.loadLocked(runner, clock, day);
      await unlockDemo(runner);
      return { kind, seconds: (performance.now() - started) / 1000 };
    } finally {
      await runner.release();
    }
  }

  private demoClock(): SystemClock {
    if (this.settings.MODE !== 'demo') {
      throw new DemoRefused('The demo data are made up and only loaded with MODE=demo; nothing was changed.');
    }
    if (this.settings.SMS_CHANNEL !== 'log') {
      throw new DemoRefused('The demo needs SMS_CHANNEL=log, as its phones are made up; nothing was changed.');
    }
    if (!(this.clock instanceof SystemClock)) throw new DemoRefused('The demo needs a clock that can be moved.');
    return this.clock;
  }

  private async loadLocked(runner: QueryRunner, clock: SystemClock, day: string): Promise<DemoOutcome['kind']> {
    // On the connection that holds the lock, so that the mark is the last that reaches the disk.
    const marks = runner.manager.getRepository(DemoLoadEntity);
    const mark = await marks.findOneBy({ id: 1 });
    if (mark?.loadedAt) return 'present';
    if (mark) await emptyEverything(this.source);
    else if (await isUsed(this.source)) return 'in-use';
    for (const loader of [this.placesLoader, this.participationLoader, this.targetsLoader]) await loader.load();

    commitWithoutWaiting(this.source);
    await marks.insert({ id: 1, day, seed: SEED, begunAt: clock.now(), loadedAt: null });
    await this.play(clock, planDemo(day, SEED, await this.villages()));
    await marks.update({ id: 1 }, { loadedAt: clock.now() });
    return 'loaded';
  }

  /** Lives through everything up to the day, and then comes back to the present. */
  private async play(clock: SystemClock, plan: DemoPlan): Promise<void> {
    const present = { moment: clock.now(), at: performance.now() };
    clock.moveTo(at(addDays(plan.today, FIRST_DAY), 9));
    const { institutions, events } = await this.institutions.setUp(plan);
    const known = new Map<DemoPerson, KnownPerson>();
    const all: DemoEvent[] = [
      ...events,
      ...this.people.events(plan, institutions, known),
      ...this.classes.events(plan, institutions, known),
      ...recounts(plan, () => this.follower.recount()),
    ];
    const end = at(plan.today, 0);
    for (const moment of moments(all.filter((event) => event.at < end))) {
      clock.moveTo(moment.at);
      await abreast(moment.events, (event) => event.happen());
      await this.follower.follow();
    }
    clock.moveTo(new Date(present.moment.getTime() + performance.now() - present.at));
    await this.follower.catchUp();
  }

  private async villages(): Promise<Map<string, string[]>> {
    const villages = new Map<string, string[]>();
    for (const { code, level, parentCode } of (await this.places.regionTree()).values()) {
      if (level === 'village') villages.set(parentCode!, [...(villages.get(parentCode!) ?? []), code]);
    }
    return villages;
  }
}

function recounts({ today }: DemoPlan, happen: () => Promise<void>): DemoEvent[] {
  const count = Math.floor(-FIRST_DAY / RECOUNT_EVERY_DAYS);
  return Array.from({ length: count }, (_, index) => ({
    at: at(addDays(today, -index * RECOUNT_EVERY_DAYS - 1), 23),
    happen,
  }));
}
