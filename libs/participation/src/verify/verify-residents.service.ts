import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, QueryFailedError } from 'typeorm';
import { groupBy } from '#contracts';
import { Clock, isDatabaseAway } from '#core';
import { CountingRules } from '../counting/counting-rules.service.js';
import { readClasses } from '../evidence/evidence.queries.js';
import { readCutOver } from '../opening-figures/opening-figures.queries.js';
import { readStandingDigests } from '../periods/periods.queries.js';
import { readRecords } from '../evidence/records.queries.js';
import { RecountService } from '../ledger/recount.service.js';
import { keyOf, lastOfNext, readResidents } from './verify-evidence.queries.js';
import {
  type CountedBy,
  isAsCounted,
  type KeyedClass,
  keyedSession,
  type ReadResident,
} from './verify-evidence.rules.js';

/** What a recount of a resident would post; or why there can be none, as what the ledger says makes no sense. */
export type DueRecount = { residentId: string } & (
  { postings: number; attendances: number; impossible?: undefined } | { impossible: string }
);

/** Residents that are read at once, and how many such batches are under way. */
const BATCH = 250;
const AT_ONCE = 3;
/** Residents of whom it is worked out at once what is due. */
const DUE = 100;
/** Classes that are kept with their sessions; with more, it begins anew. */
const MOST_CLASSES = 5_000;

/**
 * Recomputes what the ledger should say of each resident. Whoever is as counted, to the letter, is done with; of the others
 * the recount itself tells what it would post, from what it reads then. So nothing is called due that a recount would not
 * post, and a class may be kept for the next residents although it might change meanwhile.
 */
@Injectable()
export class VerifyResidentsService {
  constructor(
    private readonly source: DataSource,
    private readonly rules: CountingRules,
    private readonly recounts: RecountService,
    private readonly clock: Clock,
  ) {}

  /** What is due of all residents. Memory stays flat. */
  async *dueRecounts(): AsyncGenerator<DueRecount> {
    const em = this.source.manager;
    const by = { rules: await this.rules.all(em), cutOver: await readCutOver(em), at: this.clock.now() };
    const classes = new Map<string, KeyedClass>();
    let doubtful: string[] = [];
    const coming: Promise<ReadResident[]>[] = [];
    let after: string | null = null;
    for (let more = true; ;) {
      // PostgreSQL is at the next ones while these are computed.
      while (more && coming.length < AT_ONCE) {
        const until: string | null = await lastOfNext(em, after, BATCH);
        const batch = readResidents(em, after, until);
        // Whoever looks no further must not end the program by what comes too late.
        batch.catch(() => undefined);
        coming.push(batch);
        more = until !== null;
        after = until;
      }
      const read = await coming.shift();
      if (!read) break;
      doubtful.push(...(await this.doubtfulOf(em, read, classes, by)));
      for (; doubtful.length >= DUE; doubtful = doubtful.slice(DUE))
        yield* await this.dueOf(em, doubtful.slice(0, DUE), by.at);
    }
    if (doubtful.length > 0) yield* await this.dueOf(em, doubtful, by.at);
  }

  private async doubtfulOf(
    em: EntityManager,
    read: readonly ReadResident[],
    classes: Map<string, KeyedClass>,
    by: CountedBy,
  ): Promise<string[]> {
    const asked = new Set(read.flatMap(({ enrollments }) => enrollments.map(({ classId }) => classId)));
    if (classes.size + asked.size > MOST_CLASSES) classes.clear();
    const unknown = [...asked].filter((id) => !classes.has(id));
    for (const [id, one] of await keyedClasses(em, unknown)) classes.set(id, one);
    const imported = read.filter((resident) => resident.imported).map(({ id }) => id);
    const records = groupBy(imported.length > 0 ? await readRecords(em, imported) : [], (record) => record.residentId);
    return read
      .filter((resident) => resident.apart || !isAsCounted(resident, records.get(resident.id) ?? [], classes, by))
      .map(({ id }) => id);
  }

  /** What is due of these residents. Where one of them cannot be recounted, the others are still. */
  private async dueOf(em: EntityManager, ids: readonly string[], at: Date): Promise<DueRecount[]> {
    try {
      return await this.plannedOf(em, ids, at);
    } catch (error) {
      if (isDatabaseAway(error) || error instanceof QueryFailedError) throw error;
      if (ids.length === 1) return [{ residentId: ids[0]!, impossible: (error as Error).message }];
      const half = Math.ceil(ids.length / 2);
      return [...(await this.dueOf(em, ids.slice(0, half), at)), ...(await this.dueOf(em, ids.slice(half), at))];
    }
  }

  private async plannedOf(em: EntityManager, ids: readonly string[], at: Date): Promise<DueRecount[]> {
    const { post, propose, attendances } = await this.recounts.plan(em, ids, at);
    const standing = propose.length > 0 ? await readStandingDigests(em, ids) : new Set<string>();
    const postings = [
      ...post,
      ...propose.flatMap((proposal) => (standing.has(proposal.digest.toString('hex')) ? [] : proposal.postings)),
    ];
    return ids.flatMap((residentId): DueRecount[] => {
      const own = postings.filter((posting) => posting.residentId === residentId).length;
      const sessions = attendances.filter(({ now }) => now.residentId === residentId).length;
      return own + sessions > 0 ? [{ residentId, postings: own, attendances: sessions }] : [];
    });
  }
}

export async function keyedClasses(em: EntityManager, ids: readonly string[]): Promise<Map<string, KeyedClass>> {
  const found = ids.length > 0 ? await readClasses(em, ids) : [];
  return new Map(
    found.map(({ facts, sessions }) => [
      facts.id,
      { facts, sessions: sessions.map((session) => keyedSession(session, keyOf(session.id))) },
    ]),
  );
}
