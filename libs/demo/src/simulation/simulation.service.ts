import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner } from 'typeorm';
import { Clock, Settings, SystemClock } from '#core';
import { LotterySecrets } from '#enrollment';
import { ParticipationLoader } from '#participation';
import { PlacesLoader, PlacesService } from '#places';
import { TargetsLoader } from '#targets';
import { at } from '../demo-calendar.js';
import { DemoClasses } from '../demo-classes.service.js';
import { DemoFigures } from '../demo-figures.service.js';
import { DemoFollower } from '../demo-follower.service.js';
import { DemoInstitutions, type Institutions } from '../demo-institutions.service.js';
import { DemoMark } from '../demo-mark.service.js';
import { DemoPeople } from '../demo-people.service.js';
import { villagesIn } from '../demo-plan.js';
import { schoolOfTownship, townshipCode } from '../demo-schools.js';
import { type DemoState, nothingYet } from '../demo-state.js';
import { type DemoEvent, liveThrough, type Living } from '../demo-timeline.js';
import { hasten, countSimulated, type SimulatedCounts, whatIsUsed } from '../demo.queries.js';
import { SimulatedMonths } from './simulated-months.service.js';
import { planYear, type SimulatedYear, type Simulation } from './simulated-year.js';

/** Within which a year is lively and the schools still have rooms. */
const RESIDENTS = { least: 100, most: 8_000 };
const YEARS = { least: 2024, most: 2027 };

/** Events at work at once: the desks take what comes at one moment together, whatever the pool has of connections. */
const LANES = 24;

/** Why a year is not simulated here; `message` is one clear sentence. */
export class SimulationRefused extends Error {
  override name = 'SimulationRefused';
}

/** What a simulated year came to. */
export interface Simulated extends SimulatedCounts {
  lockedMonths: string[];
  seconds: number;
}

/**
 * Plays a whole year of the district through the services, as the demo plays its last year: every class is published,
 * enrolled in, held, marked and finished by those who would do it, and the months are signed as the year goes. The same
 * simulation comes to the same figures.
 */
@Injectable()
export class SimulationService {
  constructor(
    private readonly source: DataSource,
    private readonly settings: Settings,
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
    private readonly follower: DemoFollower,
    private readonly secrets: LotterySecrets,
    private readonly months: SimulatedMonths,
  ) {}

  /**
   * Plays it into a database that holds nothing but the reference data, and leaves the clock at the year's end.
   *
   * @param told hears how far it is
   * @throws SimulationRefused, DemoRefused
   */
  async play(simulation: Simulation, told: Living['told']): Promise<Simulated> {
    this.check(simulation);
    const clock = this.clock;
    if (!(clock instanceof SystemClock))
      throw new SimulationRefused('A simulated year needs a clock that can be moved.');
    const started = performance.now();
    return this.mark.alone(async (runner) => {
      await this.begin(runner, simulation);
      await hasten(this.source);
      const plan = planYear(simulation, villagesIn(await this.places.regionTree()));
      this.secrets.throwDice(plan.secrets!);
      const institutions = await this.liveThrough(plan, clock, told);
      await this.mark.sign(runner);
      const counts = await countSimulated(this.source, plan.year);
      const lockedMonths = await this.months.locked(plan.year, institutions);
      return { ...counts, lockedMonths, seconds: (performance.now() - started) / 1000 };
    });
  }

  private check({ year, residents, seed }: Simulation): void {
    const within = (value: number, { least, most }: { least: number; most: number }) =>
      Number.isInteger(value) && value >= least && value <= most;
    if (this.settings.MODE !== 'demo') {
      throw new SimulationRefused('A simulated year is made up and only played with MODE=demo; nothing was changed.');
    }
    if (!within(year, YEARS)) {
      throw new SimulationRefused(`The year must be one of the plan from ${YEARS.least} to ${YEARS.most}.`);
    }
    if (!within(residents, RESIDENTS)) {
      throw new SimulationRefused(`The residents must be ${RESIDENTS.least} to ${RESIDENTS.most}.`);
    }
    if (!Number.isSafeInteger(seed)) throw new SimulationRefused('The seed must be a whole number.');
  }

  private async begin(runner: QueryRunner, { year, seed }: Simulation): Promise<void> {
    const beginning = await this.mark.beginAlone(runner, `${year}-12-31`, seed);
    if (beginning !== 'begun') {
      const { classes, residents } = await whatIsUsed(this.source);
      throw new SimulationRefused(
        `This database is in use (classes: ${classes}, residents: ${residents}). A year is played into an empty one ` +
          'only: name another with DATABASE_URL, or an empty folder with DATA_DIR. Nothing was changed.',
      );
    }
    for (const loader of [this.placesLoader, this.participationLoader, this.targetsLoader]) await loader.load();
  }

  private async liveThrough(plan: SimulatedYear, clock: SystemClock, told: Living['told']): Promise<Institutions> {
    clock.moveTo(at(plan.firstDay, 9));
    const institutions = await this.institutions.setUp(plan);
    const state = nothingYet();
    const all: DemoEvent[] = [
      ...this.institutions.events(plan, institutions),
      ...this.people.events(plan, institutions, state),
      ...this.classes.events(plan, institutions, state),
      ...this.figures.events(plan, institutions),
      ...this.lateVerifications(plan, institutions, state),
      ...this.months.events(plan.year, institutions),
    ];
    await liveThrough(all, plan, { clock, follow: () => this.follower.follow(), told, lanes: LANES });
    clock.moveTo(at(plan.today, 0));
    await this.follower.catchUp();
    await this.months.seal();
    return institutions;
  }

  /** When the spring's months are signed, somebody shows their card at last: their person-times become adjustments. */
  private lateVerifications(
    { year, verifiedLate }: SimulatedYear,
    { schools }: Institutions,
    { known }: DemoState,
  ): DemoEvent[] {
    return verifiedLate.map((person, index) => ({
      at: at(`${year}-09-${10 + index}`, 15),
      happen: async () => {
        const { registrar } = schools.get(schoolOfTownship(townshipCode(person.regionCode)).key)!;
        await this.people.verify(registrar, known.get(person)!.id, person);
      },
    }));
  }
}
