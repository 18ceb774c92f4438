import { Injectable } from '@nestjs/common';
import { DataSource, type QueryRunner, type Repository } from 'typeorm';
import { dayOf } from '#contracts';
import { Clock, Settings } from '#core';
import { DemoLoadEntity } from './demo.entities.js';
import { emptyEverything, isUsed, lockDemo, tellOfMark, unlockDemo } from './demo.queries.js';

/** Of the dice. */
export const SEED = 20_260_901;

/**
 * What a loading finds. `begun`: it is to load, and the mark says so. `present`: it was loaded before. `in-use`:
 * somebody's own data are there, and nothing was touched.
 */
export type DemoBeginning = 'begun' | 'present' | 'in-use';

/** The demo data are for MODE=demo with SMS in the log alone; `message` is one clear sentence. */
export class DemoRefused extends Error {
  override name = 'DemoRefused';
}

/**
 * The mark in demo_loads: written before the first of the demo's data, signed after the last. As long as it stands
 * unsigned the api lets nobody write, so whatever is in the database then is the demo's own.
 */
@Injectable()
export class DemoMark {
  constructor(
    private readonly source: DataSource,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  /**
   * Writes the mark unless the demo is there or somebody has begun to work. What a loading that was cut off has left is
   * emptied, the reference data too.
   *
   * @throws DemoRefused
   */
  begin(): Promise<DemoBeginning> {
    return this.alone((runner) => this.beginAlone(runner, dayOf(this.clock.now())));
  }

  /**
   * {@link begin} within {@link alone}.
   *
   * @param day around which everything will be laid
   */
  async beginAlone(runner: QueryRunner, day: string, seed = SEED): Promise<DemoBeginning> {
    const marks = marksOn(runner);
    const mark = await marks.findOneBy({ id: 1 });
    if (mark?.loadedAt) return 'present';
    const used = await isUsed(this.source);
    if (!mark && used) return 'in-use';
    await marks.save({ id: 1, day, seed, begunAt: this.clock.now(), loadedAt: null, progress: 0 });
    await tellOfMark(runner.manager);
    if (used) await emptyEverything(this.source);
    return 'begun';
  }

  /** Takes the mark away again where somebody has begun to work in spite of it; says whether. */
  async givesWay(runner: QueryRunner): Promise<boolean> {
    if (!(await isUsed(this.source))) return false;
    await marksOn(runner).delete({ id: 1 });
    await tellOfMark(runner.manager);
    return true;
  }

  /** Signs the mark. */
  async sign(runner: QueryRunner): Promise<void> {
    await marksOn(runner).update({ id: 1 }, { loadedAt: this.clock.now(), progress: 100 });
    await tellOfMark(runner.manager);
  }

  /**
   * Where the demo is not wanted any more: takes away what a loading that was cut off has left, with its mark.
   *
   * @returns whether there was anything
   * @throws DemoRefused in production, where made-up data have no place, whole or not
   */
  clearAway(): Promise<boolean> {
    return this.locked(async (runner) => {
      const mark = await marksOn(runner).findOneBy({ id: 1 });
      if (mark && this.settings.MODE !== 'demo') {
        throw new DemoRefused('This database holds the made-up district of the demo; production needs one of its own.');
      }
      if (!mark || mark.loadedAt) return false;
      await emptyEverything(this.source);
      await marksOn(runner).delete({ id: 1 });
      await tellOfMark(runner.manager);
      return true;
    });
  }

  /**
   * Works while no other loader does; waits for the one that is at it.
   *
   * @param work on the connection that holds the lock, so that the signature is the last that reaches the disk
   * @throws DemoRefused where the demo must not be
   */
  async alone<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    if (this.settings.MODE !== 'demo') {
      throw new DemoRefused('The demo data are made up and only loaded with MODE=demo; nothing was changed.');
    }
    if (this.settings.SMS_CHANNEL !== 'log') {
      throw new DemoRefused('The demo needs SMS_CHANNEL=log, as its phones are made up; nothing was changed.');
    }
    return this.locked(work);
  }

  private async locked<T>(work: (runner: QueryRunner) => Promise<T>): Promise<T> {
    const runner = this.source.createQueryRunner();
    try {
      await lockDemo(runner);
      const result = await work(runner);
      await unlockDemo(runner);
      return result;
    } finally {
      await runner.release();
    }
  }
}

const marksOn = (runner: QueryRunner): Repository<DemoLoadEntity> => runner.manager.getRepository(DemoLoadEntity);
