import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { type AttendanceFault, VerifyAttendanceService } from '#attendance';
import { ChainSealer, row, rows } from '#core';
import { SESSION_ATTENDANCES } from '../counting/difference.rules.js';
import { LEDGER_CHAIN } from '../ledger/ledger.service.js';
import { type BrokenReference, brokenReferences } from './verify-references.queries.js';
import { VerifyResidentsService } from './verify-residents.service.js';

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
  /** A total by group of residents that is not the sum of its entries. */
  | {
      kind: 'group-total-wrong';
      measure: string;
      month: string;
      status: string;
      group: string;
      source: string;
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
  /** Rows that refer to what is not there. */
  | ({ kind: 'reference-broken' } & BrokenReference)
  /** What the evidence of who was there does not say. */
  | AttendanceFault
  /** A difference that waits to be asked for, approved, or was declined: no error. */
  | { kind: 'adjustment-waits'; adjustmentId: string; residentId: string; month: string; state: string }
  /** What a recount would post: evidence is on its way to the ledger, or got lost on it. */
  | { kind: 'recount-due'; residentId: string; postings: number; attendances: number }
  /** What the ledger says of somebody makes no sense, so that no recount can tell what it should say. */
  | { kind: 'recount-impossible'; residentId: string; reason: string };

interface TotalRow {
  month: string;
  status: string;
  region_code: string;
  organisation_id: string;
  programme_kind: string;
  sum: string;
  total: string;
}

interface GroupTotalRow {
  measure: string;
  month: string;
  status: string;
  resident_group: string;
  source: string;
  sum: string;
  total: string;
}

/** Adjustments that are read at once. */
const BATCH = 500;
/** Faults that are found before it is their turn to be told; when there are more, the search waits. */
const HELD_BACK = 1_000;

/** Checks the ledger from end to end, for the command line and the night. Memory stays flat. */
@Injectable()
export class VerifyLedgerService {
  constructor(
    private readonly source: DataSource,
    private readonly sealer: ChainSealer,
    private readonly residents: VerifyResidentsService,
    private readonly attendances: VerifyAttendanceService,
  ) {}

  /**
   * Recomputes all totals from the entries, the entries from the evidence, attendances from marks and signatures, and the
   * chain of blocks; writes nothing.
   *
   * `recount-due` is no error while the worker is at it: what it names should be gone a moment later.
   */
  async *verifyLedger(): AsyncGenerator<LedgerFault> {
    // All of it goes on at the same time, since PostgreSQL has more than one processor, and what is found is told in one
    // order.
    const searches = [this.wrongFigures(), this.brokenChain(), this.attendances.verify(), this.dueRecounts()];
    const [figures, chain, attendances, due] = searches.map((search) => readAhead(search, HELD_BACK));
    yield* figures!;
    yield* chain!;
    yield* attendances!;
    yield* this.waitingAdjustments();
    yield* due!;
  }

  private async *wrongFigures(): AsyncGenerator<LedgerFault> {
    yield* this.wrongTotals();
    yield* this.wrongAttendanceTotals();
    yield* this.wrongGroupTotals();
    yield* this.wrongReversals();
    yield* this.wrongPeriods();
    yield* this.brokenReferences();
  }

  private async *brokenReferences(): AsyncGenerator<LedgerFault> {
    const broken = await this.inOneReading((em) => brokenReferences(em));
    yield* broken.map((found): LedgerFault => ({ kind: 'reference-broken', ...found }));
  }

  private async *brokenChain(): AsyncGenerator<LedgerFault> {
    for await (const { block, firstId, lastId, entryIds, reason } of this.sealer.verify(LEDGER_CHAIN)) {
      yield { kind: 'chain-broken', block, firstId, lastId, entryIds, reason };
    }
  }

  private async *dueRecounts(): AsyncGenerator<LedgerFault> {
    for await (const { residentId, ...due } of this.residents.dueRecounts()) {
      if (due.impossible === undefined) yield { kind: 'recount-due', residentId, ...due };
      else yield { kind: 'recount-impossible', residentId, reason: due.impossible };
    }
  }

  /**
   * All in one statement, hence of one moment: the ledger is read once, in the order in which it lies, and added up by days
   * first, of which there are few.
   */
  private async *wrongTotals(): AsyncGenerator<LedgerFault> {
    const wrong = await this.unhurried<TotalRow & { measure: string }>(
      `with days as (
         select measure, counted_on, status, region_code, organisation_id, programme_kind, sum(amount) as sum
           from ledger_entries group by 1, 2, 3, 4, 5, 6
       ), sums as (
         select measure, date_trunc('month', counted_on::timestamp) as first, status, region_code, organisation_id,
                programme_kind, sum(sum) as sum
           from days group by 1, 2, 3, 4, 5, 6
       ), totals as (
         select measure, (month || '-01')::timestamp as first, status, region_code, organisation_id, programme_kind, total
           from ledger_totals where measure <> $1
       )
       select measure, to_char(first, 'YYYY-MM') as month, status, region_code, organisation_id, programme_kind,
              coalesce(s.sum, 0) as sum, coalesce(t.total, 0) as total
         from sums s full join totals t using (measure, first, status, region_code, organisation_id, programme_kind)
        where coalesce(s.sum, 0) <> coalesce(t.total, 0)
        order by 1, 2, 3, 4, 5, 6`,
      [SESSION_ATTENDANCES],
    );
    yield* wrong.map((found) => wrongTotal(found.measure, found));
  }

  private async *wrongAttendanceTotals(): AsyncGenerator<LedgerFault> {
    const wrong = await this.unhurried<TotalRow>(
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

  private async *wrongGroupTotals(): AsyncGenerator<LedgerFault> {
    const wrong = await this.unhurried<GroupTotalRow>(
      `with sums as (
         select e.measure, to_char(e.counted_on, 'YYYY-MM') as month, e.status, g.tag ->> 'kind' as resident_group,
                g.tag ->> 'source' as source, sum(e.amount) as sum
           from ledger_entries e cross join lateral jsonb_array_elements(e.groups) as g (tag)
          where e.groups <> '[]'
          group by 1, 2, 3, 4, 5
       )
       select measure, month, status, resident_group, source, coalesce(s.sum, 0) as sum, coalesce(t.total, 0) as total
         from sums s full join ledger_group_totals t using (measure, month, status, resident_group, source)
        where coalesce(s.sum, 0) <> coalesce(t.total, 0)
        order by 1, 2, 3, 4, 5`,
    );
    yield* wrong.map(({ resident_group: group, sum, total, ...found }): LedgerFault => ({
      kind: 'group-total-wrong',
      ...found,
      group,
      sum: Number(sum),
      total: Number(total),
    }));
  }

  private async *wrongReversals(): AsyncGenerator<LedgerFault> {
    const size = 50_000;
    for (let after = '0'; ;) {
      // By what they take back, of which there is an index: few entries take back another.
      const last = await row<{ reverses: string | null }>(
        this.source,
        `select max(reverses) as reverses
           from (select reverses from ledger_entries where reverses > $1::bigint order by reverses limit $2) as next`,
        [after, size],
      );
      if (!last?.reverses) return;
      const wrong = await rows<{ id: string; reverses: string }>(
        this.source,
        `select r.id, r.reverses from ledger_entries r join ledger_entries e on e.id = r.reverses
          where r.reverses > $1::bigint and r.reverses <= $2::bigint
            and (e.amount, r.resident_id, r.enrollment_id, r.record_id, r.measure, r.status, r.counted_on, r.region_code,
                 r.organisation_id, r.programme_kind)
                is distinct from (1, e.resident_id, e.enrollment_id, e.record_id, e.measure, e.status, e.counted_on, e.region_code,
                 e.organisation_id, e.programme_kind)
          order by r.reverses`,
        [after, last.reverses],
      );
      yield* wrong.map(({ id, reverses }): LedgerFault => ({ kind: 'reversal-wrong', entryId: id, reverses }));
      after = last.reverses;
    }
  }

  /**
   * A locked month must say what its entries said then, whatever was adjusted since. Of entries that lie between the last ones
   * of the same two months all are among those of a month, or none; so they are added up together, and the ledger is read
   * once, however many months are locked.
   */
  private async *wrongPeriods(): AsyncGenerator<LedgerFault> {
    const wrong = await this.unhurried<{ month: string; measure: string; sum: string; reported: string }>(
      `with locked as materialized (
         select month, (month || '-01')::timestamp as first, last_entry_id,
                row_number() over (order by last_entry_id) as place
           from periods where state = 'locked'
       ), days as materialized (
         select measure, counted_on, status, region_code, organisation_id, programme_kind, sum(amount) as sum,
                -- Behind the last entries of so many months.
                width_bucket(id, (select array_agg(last_entry_id + 1 order by place) from locked)) as behind
           from ledger_entries group by measure, counted_on, status, region_code, organisation_id, programme_kind, behind
       ), sums as (
         select p.month, d.measure, d.status, d.region_code, d.organisation_id, d.programme_kind, sum(d.sum) as sum
           from days d join locked p on p.first = date_trunc('month', d.counted_on::timestamp) and d.behind < p.place
          group by 1, 2, 3, 4, 5, 6
       ), reported as (
         select f.month, f.measure, f.status, f.region_code, f.organisation_id, f.programme_kind, f.total
           from period_figures f join locked p on p.month = f.month where f.measure <> $1
       )
       select month, measure, coalesce(sum(s.sum), 0) as sum, coalesce(sum(r.total), 0) as reported
         from sums s full join reported r using (month, measure, status, region_code, organisation_id, programme_kind)
        group by month, measure having bool_or(coalesce(s.sum, 0) <> coalesce(r.total, 0)) order by month, measure`,
      [SESSION_ATTENDANCES],
    );
    yield* wrong.map(({ month, measure, sum, reported }): LedgerFault => ({
      kind: 'period-wrong',
      month,
      measure,
      sum: Number(sum),
      reported: Number(reported),
    }));
  }

  /** The rows of a statement that reads the whole ledger. */
  private unhurried<Row>(text: string, parameters: unknown[] = []): Promise<Row[]> {
    return this.inOneReading((em) => rows<Row>(em, text, parameters));
  }

  /** What reads the whole ledger may take as long as that takes. */
  private inOneReading<Read>(read: (em: EntityManager) => Promise<Read>): Promise<Read> {
    return this.source.transaction(async (em) => {
      await rows(em, 'set local statement_timeout = 0');
      return read(em);
    });
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
