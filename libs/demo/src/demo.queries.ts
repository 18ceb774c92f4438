import type pg from 'pg';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
import { prepareEverything, row, rows } from '#core';

/** Another loader waits until this connection lets go of it, or is gone; that may take longer than other locks. */
export async function lockDemo(runner: QueryRunner): Promise<void> {
  await runner.query(`set lock_timeout = '60s'; set statement_timeout = '60s'`);
  await runner.query(`select pg_advisory_lock(hashtext('huixue demo'), hashtext(current_schema()))`);
}

export async function unlockDemo(runner: QueryRunner): Promise<void> {
  await runner.query(`reset lock_timeout; reset statement_timeout`);
  await runner.query(`select pg_advisory_unlock(hashtext('huixue demo'), hashtext(current_schema()))`);
}

/**
 * Sets connections that are free or opened from now on to a loading, which sends the same few hundred statements over and over.
 *
 * They commit without waiting for the disk; a commit on one that was opened before waits for itself and for all before
 * it. Each statement is planned once, by index, while the tables are empty still. They are few, because each of them
 * has to read and plan all statements by itself, and this process has no more than one thread to wait for them with.
 */
export async function hasten(source: DataSource, connections = CONNECTIONS): Promise<void> {
  const pool = (source.driver as PostgresDriver).master as pg.Pool;
  pool.options.max = Math.min(pool.options.max, connections);
  const hastened = new WeakSet<pg.PoolClient>();
  const hastenOne = async (client: pg.PoolClient) => {
    if (hastened.has(client)) return;
    hastened.add(client);
    const set = client.query(
      'set synchronous_commit = off; set plan_cache_mode = force_generic_plan; set enable_seqscan = off',
    );
    prepareEverything(client);
    await set;
  };
  pool.on('connect', (client) => void hastenOne(client));
  // One may be open already.
  const open = await pool.connect();
  await hastenOne(open).finally(() => open.release());
}

/** One of them holds the lock of the loading. */
const CONNECTIONS = 5;

/** Whether anybody has put anything into this platform, beside the reference data. */
export async function isUsed(source: DataSource): Promise<boolean> {
  const found = await row<{ used: boolean }>(
    source,
    `select exists (select from staff) or exists (select from organisations) or exists (select from residents)
         or exists (select from accounts) as used`,
  );
  return found!.used;
}

/** Channel of NOTIFY on which it is told that the mark has changed. */
export const DEMO_CHANGED = 'demo_changed';

/** Tells every process that the mark has changed, once it is committed. */
export async function tellOfMark(on: EntityManager | DataSource): Promise<void> {
  await rows(on, `select pg_notify('${DEMO_CHANGED}', '')`);
}

/** Says how far the loading has come. */
export async function writeProgress(source: DataSource, percent: number): Promise<void> {
  await rows(
    source,
    `with written as (update demo_loads set progress = $1 where loaded_at is null returning id)
     select pg_notify('${DEMO_CHANGED}', '') from written`,
    [percent],
  );
}

/** Percent of a loading that is under way or was cut off; undefined where there is none. */
export async function readProgress(source: DataSource): Promise<number | undefined> {
  return (await row<{ progress: number }>(source, `select progress from demo_loads where loaded_at is null`))?.progress;
}

/**
 * Empties every table but those that migrating fills and the mark; for a loading of the demo that was cut off, before
 * which all of them were empty. Written by hand, because the append-only tables refuse every other way.
 */
export async function emptyEverything(source: DataSource): Promise<void> {
  const tables = await rows<{ name: string }>(
    source,
    `select format('%I.%I', schemaname, tablename) as name from pg_tables
      where schemaname = current_schema()
        and tablename not in ('migrations', 'key_checks', 'demo_loads', 'programme_caps')`,
  );
  // The one row of these settings is there from the migration on, and names who changed it last.
  await source.query(
    `truncate ${tables.map(({ name }) => name).join(', ')} restart identity;
     insert into counting_settings (id) values (1)`,
  );
}

/** How much of somebody's work is in this platform. */
export async function whatIsUsed(source: DataSource): Promise<{ classes: number; residents: number }> {
  const found = await row<{ classes: number; residents: number }>(
    source,
    `select (select count(*)::int from course_classes) as classes, (select count(*)::int from residents) as residents`,
  );
  return found!;
}

/** What a simulated year came to. */
export interface SimulatedCounts {
  residents: number;
  unverified: number;
  classes: number;
  sessions: number;
  cancelled: number;
  enrollments: number;
  lotteries: number;
  marks: number;
  entries: number;
  adjustments: number;
  /** Of the year, by measure. */
  totals: { measure: string; total: number }[];
}

export async function countSimulated(source: DataSource, year: number): Promise<SimulatedCounts> {
  const counts = await row<Omit<SimulatedCounts, 'totals'>>(
    source,
    `select (select count(*)::int from residents) as residents,
            (select count(*)::int from residents where identity_state <> 'verified') as unverified,
            (select count(*)::int from course_classes) as classes,
            (select count(*)::int from class_sessions where state = 'held') as sessions,
            (select count(*)::int from class_sessions where state = 'cancelled') as cancelled,
            (select count(*)::int from enrollments) as enrollments,
            (select count(*)::int from lotteries where state = 'drawn') as lotteries,
            (select count(*)::int from marks) as marks,
            (select count(*)::int from ledger_entries) as entries,
            (select count(*)::int from adjustments where state = 'approved') as adjustments`,
  );
  const totals = await rows<{ measure: string; total: number }>(
    source,
    `select measure, sum(total)::int as total from ledger_totals where month like $1 || '-%' group by measure order by measure`,
    [String(year)],
  );
  return { ...counts!, totals };
}

/** Where the enrollments of a class stand. */
export const readEnrollmentStates = (source: DataSource, classId: string) =>
  rows<{ id: string; state: string }>(source, `select id, state from enrollments where class_id = $1`, [classId]);
