import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type AttendanceFault, VerifyAttendanceService } from '#attendance';
import { ChainSealer, Clock, row, rows } from '#core';
import { SESSION_ATTENDANCES } from './difference.rules.js';
import { LEDGER_CHAIN } from './ledger.service.js';
import { readStandingDigests } from './periods.queries.js';
import { RecountService } from './recount.service.js';

/** Something that the ledger does not say as it should. */
export type LedgerFault =
  /** A total that is not the sum of its entries. */
  | {
      kind: 'total-wrong';
      measure: string;
      month: string;
      status: string;
      regionCode: string;
      organisationId: string;
      programmeKind: string;
      /** By the entries. */
      sum: number;
      total: number;
    }
  /** An entry that takes back another, but not just what that one said. */
  | { kind: 'reversal-wrong'; entryId: string; reverses: string }
  /** Entries changed, removed or added behind the platform's back. */
  | {
      kind: 'chain-broken';
      block: number;
      firstId: string | null;
      lastId: string | null;
      entryIds: string[];
      reason: string;
    }
  /** What was reported of a locked month is not what its entries said when it was locked. */
  | { kind: 'period-wrong'; month: string; measure: string; sum: number; reported: number }
  /** What the evidence of who was there does not say. */
  | AttendanceFault
  /** A difference that waits to be asked for, approved, or was declined: no error. */
  | { kind: 'adjustment-waits'; adjustmentId: string; residentId: string; month: string; state: string }
  /** What a recount would post: evidence is on its way to the ledger, or got lost on it. */
  | { kind: 'recount-due'; residentId: string; postings: number; attendances: number };

interface TotalRow {
  month: string;
  status: string;
  region_code: string;
  organisation_id: string;
  programme_kind: string;
  sum: string;
  total: string;
}

/** Residents whose evidence is recomputed at once, and how many such batches are under way. */
const BATCH = 500;
const AT_ONCE = 3;
/** Faults that are found before it is their turn to be told; when there are more, the search waits. */
const HELD_BACK = 1_000;

/** Checks the ledger from end to end, for the command line and the night. Memory stays flat. */
@Injectable()
export class VerifyLedgerService {
  constructor(
    private readonly source: DataSource,
    private readonly sealer: ChainSealer,
    private readonly recounts: RecountService,
    private readonly attendances: VerifyAttendanceService,
    private readonly clock: Clock,
  ) {}

  /**
   * Recomputes all totals from the entries, the entries from the evidence, attendances from marks and signatures, and the
   * chain of blocks; writes nothing.
   *
   * `recount-due` is no error while the worker is at it: what it names should be gone a moment later.
   */
  async *verifyLedger(): AsyncGenerator<LedgerFault> {
    // Most of the time goes into recomputing from the evidence and into the chain: both go on at the same time, and what
    // is found is told in one order.
    const due = readAhead(this.dueRecounts(), HELD_BACK);
    yield* this.wrongTotals();
    yield* this.wrongAttendanceTotals();
    yield* this.wrongReversals();
    yield* this.wrongPeriods();
    for await (const { block, firstId, lastId, entryIds, reason } of this.sealer.verify(LEDGER_CHAIN)) {
      yield { kind: 'chain-broken', block, firstId, lastId, entryIds, reason };
    }
    yield* this.attendances.verify();
    yield* this.waitingAdjustments();
    yield* due;
  }

  /** Measure by measure and month by month, each in one statement, hence of one moment. */
  private async *wrongTotals(): AsyncGenerator<LedgerFault> {
    for (const measure of await this.measures()) {
      for (const month of await this.months(measure)) {
        const wrong = await rows<TotalRow>(
          this.source,
          `with sums as (
             select e.status, e.region_code, e.organisation_id, e.programme_kind, sum(e.amount) as sum
               from ledger_entries e
              where e.measure = $1 and e.counted_on >= $3::date and e.counted_on < ($3::date + interval '1 month')
              group by 1, 2, 3, 4
           ), totals as (
             select status, region_code, organisation_id, programme_kind, total from ledger_totals
              where measure = $1 and month = $2
           )
           select $2 as month, status, region_code, organisation_id, programme_kind,
                  coalesce(s.sum, 0) as sum, coalesce(t.total, 0) as total
             from sums s full join totals t using (status, region_code, organisation_id, programme_kind)
            where coalesce(s.sum, 0) <> coalesce(t.total, 0)
            order by 2, 3, 4, 5`,
          [measure, month, `${month}-01`],
        );
        yield* wrong.map((found) => wrongTotal(measure, found));
      }
    }
  }

  private async *wrongAttendanceTotals(): AsyncGenerator<LedgerFault> {
    const wrong = await rows<TotalRow>(
      this.source,
      `with sums as (
         select month, region_code, organisation_id, programme_kind, sum(sessions) as sum
           from counted_attendances group by 1, 2, 3, 4
       ), totals as (
         select month, region_code, organisation_id, programme_kind, sum(total) as total
           from ledger_totals where measure = $1 group by 1, 2, 3, 4
       )
       select month, 'confirmed' as status, region_code, organisation_id, programme_kind,
              coalesce(s.sum, 0) as sum, coalesce(t.total, 0) as total
         from sums s full join totals t using (month, region_code, organisation_id, programme_kind)
        where coalesce(s.sum, 0) <> coalesce(t.total, 0)
        order by 1, 3, 4, 5`,
      [SESSION_ATTENDANCES],
    );
    yield* wrong.map((found) => wrongTotal(SESSION_ATTENDANCES, found));
  }

  private async *wrongReversals(): AsyncGenerator<LedgerFault> {
    const size = 50_000;
    for (let after = '0'; ;) {
      const last = await row<{ id: string | null }>(
        this.source,
        `select max(id) as id from (select id from ledger_entries where id > $1::bigint order by id limit $2) as next`,
        [after, size],
      );
      if (!last?.id) return;
      const wrong = await rows<{ id: string; reverses: string }>(
        this.source,
        `select r.id, r.reverses from ledger_entries r join ledger_entries e on e.id = r.reverses
          where r.id > $1::bigint and r.id <= $2::bigint
            and (e.amount, r.resident_id, r.enrollment_id, r.record_id, r.measure, r.status, r.counted_on, r.region_code,
                 r.organisation_id, r.programme_kind)
                is distinct from (1, e.resident_id, e.enrollment_id, e.record_id, e.measure, e.status, e.counted_on, e.region_code,
                 e.organisation_id, e.programme_kind)
          order by r.id`,
        [after, last.id],
      );
      yield* wrong.map(({ id, reverses }): LedgerFault => ({ kind: 'reversal-wrong', entryId: id, reverses }));
      after = last.id;
    }
  }

  /** A locked month must say what its entries said then, whatever was adjusted since. */
  private async *wrongPeriods(): AsyncGenerator<LedgerFault> {
    const locked = await rows<{ month: string; last_entry_id: string }>(
      this.source,
      `select month, last_entry_id from periods where state = 'locked' order by month`,
    );
    for (const { month, last_entry_id } of locked) {
      const wrong = await rows<{ measure: string; sum: string; reported: string }>(
        this.source,
        `with sums as (
           select measure, status, region_code, organisation_id, programme_kind, sum(amount) as sum
             from ledger_entries
            where counted_on >= $2::date and counted_on < ($2::date + interval '1 month') and id <= $3::bigint
            group by 1, 2, 3, 4, 5
         ), reported as (
           select measure, status, region_code, organisation_id, programme_kind, total
             from period_figures where month = $1 and measure <> $4
         )
         select measure, coalesce(sum(s.sum), 0) as sum, coalesce(sum(r.total), 0) as reported
           from sums s full join reported r using (measure, status, region_code, organisation_id, programme_kind)
          group by measure having bool_or(coalesce(s.sum, 0) <> coalesce(r.total, 0)) order by measure`,
        [month, `${month}-01`, last_entry_id, SESSION_ATTENDANCES],
      );
      yield* wrong.map(({ measure, sum, reported }): LedgerFault => ({
        kind: 'period-wrong',
        month,
        measure,
        sum: Number(sum),
        reported: Number(reported),
      }));
    }
  }

  private async *waitingAdjustments(): AsyncGenerator<LedgerFault> {
    for (let after: string | null = null; ;) {
      const next: { id: string; resident_id: string; month: string; state: string }[] = await rows(
        this.source,
        `select id, resident_id, month, state from adjustments
          where state in ('proposed', 'asked', 'declined') and ($1::uuid is null or id > $1::uuid)
          order by id limit $2`,
        [after, BATCH],
      );
      if (next.length === 0) return;
      yield* next.map(({ id, resident_id, month, state }): LedgerFault => ({
        kind: 'adjustment-waits',
        adjustmentId: id,
        residentId: resident_id,
        month,
        state,
      }));
      after = next.at(-1)!.id;
    }
  }

  /** Some batches are under way at a time: while PostgreSQL is at one, another is computed. */
  private async *dueRecounts(): AsyncGenerator<LedgerFault> {
    const coming: Promise<LedgerFault[]>[] = [];
    let last: string | null = null;
    for (let more = true; ;) {
      while (more && coming.length < AT_ONCE) {
        const ids: string[] = await this.residentsAfter(last);
        more = ids.length === BATCH;
        if (ids.length === 0) break;
        last = ids.at(-1)!;
        const due = this.dueOf(ids);
        // Whoever looks no further must not end the program by what comes too late.
        due.catch(() => undefined);
        coming.push(due);
      }
      const next = coming.shift();
      if (!next) return;
      yield* await next;
    }
  }

  private async residentsAfter(after: string | null): Promise<string[]> {
    const next = await rows<{ id: string }>(
      this.source,
      `select id from residents where $1::uuid is null or id > $1::uuid order by id limit $2`,
      [after, BATCH],
    );
    return next.map(({ id }) => id);
  }

  /** What is due of these residents. */
  private async dueOf(ids: readonly string[]): Promise<LedgerFault[]> {
    const em = this.source.manager;
    const { post, propose, attendances } = await this.recounts.plan(em, ids, this.clock.now());
    const standing = propose.length > 0 ? await readStandingDigests(em, ids) : new Set<string>();
    const postings = [
      ...post,
      ...propose.flatMap((proposal) => (standing.has(proposal.digest.toString('hex')) ? [] : proposal.postings)),
    ];
    return ids.flatMap((residentId): LedgerFault[] => {
      const own = postings.filter((posting) => posting.residentId === residentId).length;
      const sessions = attendances.filter(({ now }) => now.residentId === residentId).length;
      return own + sessions > 0 ? [{ kind: 'recount-due', residentId, postings: own, attendances: sessions }] : [];
    });
  }

  /** Measures of entries and totals, found by skipping through the index instead of reading all entries. */
  private async measures(): Promise<string[]> {
    const found = await rows<{ measure: string }>(
      this.source,
      `with recursive skip as (
         (select measure from ledger_entries order by measure limit 1)
         union all
         select (select e.measure from ledger_entries e where e.measure > s.measure order by e.measure limit 1)
           from skip s where s.measure is not null
       )
       select measure from skip where measure is not null
       union select distinct measure from ledger_totals where measure <> $1 order by 1`,
      [SESSION_ATTENDANCES],
    );
    return found.map(({ measure }) => measure);
  }

  /** Every month from the first to the last on which something of the measure counts or is summed. */
  private async months(measure: string): Promise<string[]> {
    const found = await rows<{ month: string }>(
      this.source,
      `with bounds as (
         select min(counted_on) as first, max(counted_on) as last from ledger_entries where measure = $1
         union all
         select min(month || '-01')::date, max(month || '-01')::date from ledger_totals where measure = $1
       )
       select to_char(m, 'YYYY-MM') as month
         from (select min(first) as first, max(last) as last from bounds) b,
              generate_series(date_trunc('month', b.first), b.last, interval '1 month') as m`,
      [measure],
    );
    return found.map(({ month }) => month);
  }
}

/** Lets a search go on while nobody takes what it finds, up to so many. */
function readAhead<T>(found: AsyncGenerator<T>, most: number): AsyncGenerator<T> {
  const held: T[] = [];
  let end: { error?: Error } | undefined;
  let changed = () => {};
  const change = () => new Promise<void>((resolve) => (changed = resolve));
  const search = async () => {
    for await (const one of found) {
      held.push(one);
      changed();
      while (held.length >= most) await change();
    }
  };
  void search().then(
    () => {
      end = {};
      changed();
    },
    (error: Error) => {
      end = { error };
      changed();
    },
  );
  return (async function* () {
    for (;;) {
      while (held.length > 0) {
        const one = held.shift()!;
        changed();
        yield one;
      }
      if (end?.error) throw end.error;
      if (end) return;
      await change();
    }
  })();
}

const wrongTotal = (measure: string, found: TotalRow): LedgerFault => ({
  kind: 'total-wrong',
  measure,
  month: found.month,
  status: found.status,
  regionCode: found.region_code,
  organisationId: found.organisation_id,
  programmeKind: found.programme_kind,
  sum: Number(found.sum),
  total: Number(found.total),
});
