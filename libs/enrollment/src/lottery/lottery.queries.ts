import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { EnrollmentState, LotteryOutcome, LotteryState, PassedOverReason } from '#contracts';
import { newId, row, rows } from '#core';
import type { Lottery } from './lottery.entities.js';
import type { Applied, EntryDraft } from './lottery.rules.js';

/** Lotteries that one run of the job looks after at most, so that it never works for hours. */
const AT_ONCE = 200;

export interface LotteryRow {
  id: string;
  class_id: string;
  class_code: string;
  class_name: string;
  class_name_en: string | null;
  class_state: string;
  organisation_id: string;
  enrollment_closes_at: Date;
  applied: number;
  state: LotteryState;
  secret_hash: string;
  number_name: string;
  number_due_at: Date;
  announced_at: Date;
  frozen_at: Date | null;
  list_hash: string | null;
  seats: number | null;
  waiting_limit: number | null;
  entry_count: number | null;
  resident_count: number | null;
  number: string | null;
  number_entered_by: string | null;
  number_entered_at: Date | null;
  number_confirmed_by: string | null;
  number_confirmed_at: Date | null;
  drawn_at: Date | null;
  called_off_at: Date | null;
  called_off_reason: string | null;
  version: number;
  files: { stage: 'frozen' | 'drawn'; hash: string; publishedAt: string }[];
}

/** A lottery with what is shown of its class; the class as it is now, but for what the published files keep. */
const SHOWN = `
  select l.id, l.class_id, c.code as class_code, c.name as class_name, c.name_en as class_name_en,
         c.state as class_state, c.organisation_id, c.enrollment_closes_at, coalesce(a.applied, 0) as applied, l.state,
         l.secret_hash, l.number_name, l.number_due_at, l.announced_at, l.frozen_at, l.list_hash, l.seats,
         l.waiting_limit, l.entry_count, l.resident_count, l.number, l.number_entered_by, l.number_entered_at,
         l.number_confirmed_by, l.number_confirmed_at, l.drawn_at, l.called_off_at,
         l.called_off_reason, l.version,
         (select coalesce(jsonb_agg(jsonb_build_object('stage', f.stage, 'hash', f.hash,
                   'publishedAt', to_char(f.published_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                 order by f.published_at, f.stage desc), '[]')
            from lottery_files f where f.lottery_id = l.id) as files
    from lotteries l
    join course_classes c on c.id = l.class_id
    left join class_availability a on a.class_id = l.class_id`;

/** An entry with those whose it is, in the order of their enrollments. */
export interface EntryRow {
  id: string;
  pseudonym: string;
  size: number;
  tier: number;
  enrollmentIds: string[];
  residentIds: string[];
}

/** What became of an entry. */
export interface EntryResult {
  id: string;
  rank: number;
  size: number;
  outcome: LotteryOutcome;
  because: PassedOverReason | null;
}

export interface MyEntryRow {
  lottery_id: string;
  enrollment_id: string;
  resident_id: string;
  state: EnrollmentState;
  pseudonym: string;
  unit_key: string;
  attempt: number;
  size: number;
  tier: number;
  rank: number | null;
  outcome: LotteryOutcome | null;
  because: PassedOverReason | null;
}

/** The SQL of lotteries. */
@Injectable()
export class LotteryQueries {
  constructor(private readonly source: DataSource) {}

  byId(id: string): Promise<LotteryRow | undefined> {
    return row(this.source, `${SHOWN} where l.id = $1`, [id]);
  }

  ofClass(classId: string): Promise<LotteryRow | undefined> {
    return row(this.source, `${SHOWN} where l.class_id = $1`, [classId]);
  }

  /** All, the latest announced first. */
  list(
    filter: { classId: string | null; state: LotteryState | null },
    before: string | null,
    limit: number,
  ): Promise<LotteryRow[]> {
    return rows(
      this.source,
      `${SHOWN} where ($1::uuid is null or l.class_id = $1) and ($2::text is null or l.state = $2)
          and ($3::uuid is null or l.id < $3) order by l.id desc limit $4`,
      [filter.classId, filter.state, before, limit],
    );
  }

  /** A published file as it was published; the latest where no stage is given. */
  file(id: string, stage: 'frozen' | 'drawn' | null) {
    return row<{ stage: 'frozen' | 'drawn'; text: string; hash: string; code: string }>(
      this.source,
      `select f.stage, f.text, f.hash, c.code
         from lottery_files f join lotteries l on l.id = f.lottery_id join course_classes c on c.id = l.class_id
        where f.lottery_id = $1 and ($2::text is null or f.stage = $2)
        order by f.stage = 'drawn' desc limit 1`,
      [id, stage],
    );
  }

  /** Entries of these residents in a lottery, by enrollment. */
  entriesOfResidents(
    lotteryId: string,
    residentIds: readonly string[],
    after: string | null,
    limit: number,
  ): Promise<MyEntryRow[]> {
    return rows(
      this.source,
      `${MY_ENTRIES} where n.lottery_id = $1 and e.resident_id = any($2) and ($3::uuid is null or e.id > $3)
        order by e.id limit $4`,
      [lotteryId, residentIds, after, limit],
    );
  }

  /** The entry of an enrollment; the latest, where it went over to another class between two lotteries. */
  entryOf(enrollmentId: string): Promise<MyEntryRow | undefined> {
    return row(this.source, `${MY_ENTRIES} where e.id = $1 order by n.lottery_id desc limit 1`, [enrollmentId]);
  }

  /** Published classes that will draw and of which no lottery is announced yet. */
  async unannounced(): Promise<string[]> {
    const found = await rows<{ id: string }>(
      this.source,
      `select c.id from course_classes c
        where c.admission = 'lottery' and c.state = 'published'
          and not exists (select 1 from lotteries l where l.class_id = c.id)
        order by c.enrollment_closes_at, c.id limit ${AT_ONCE}`,
    );
    return found.map(({ id }) => id);
  }

  /** Whether this made the lottery of the class, rather than somebody else at the same time. */
  async announce(
    em: EntityManager,
    lottery: Pick<
      Lottery,
      'id' | 'classId' | 'secretSealed' | 'secretHash' | 'numberName' | 'numberDueAt' | 'announcedAt'
    >,
  ): Promise<boolean> {
    const { id, classId, secretSealed, secretHash, numberName, numberDueAt, announcedAt } = lottery;
    const made = await row(
      em,
      `insert into lotteries (id, class_id, secret_sealed, secret_hash, number_name, number_due_at, announced_at)
       values ($1, $2, $3, $4, $5, $6, $7) on conflict (class_id) do nothing returning 1`,
      [id, classId, secretSealed, secretHash, numberName, numberDueAt, announcedAt],
    );
    return made !== undefined;
  }

  /** Announced lotteries whose list may be frozen, or whose number would be known before that. */
  async toFreeze(closedBefore: Date, numberMarginMs: number): Promise<string[]> {
    const found = await rows<{ id: string }>(
      this.source,
      `select l.id from lotteries l join course_classes c on c.id = l.class_id
        where l.state = 'announced' and c.state = 'published'
          and (c.enrollment_closes_at <= $1
               or l.number_due_at < c.enrollment_closes_at + make_interval(secs => $2::float8 / 1000))
        order by c.enrollment_closes_at, l.id limit ${AT_ONCE}`,
      [closedBefore, numberMarginMs],
    );
    return found.map(({ id }) => id);
  }

  /** Frozen lotteries whose number is confirmed, or that need none. */
  async toDraw(): Promise<string[]> {
    const found = await rows<{ id: string }>(
      this.source,
      `select l.id from lotteries l join course_classes c on c.id = l.class_id
        where l.state = 'frozen' and c.state = 'published'
          and (l.number_confirmed_by is not null or l.resident_count <= l.seats)
        order by l.id limit ${AT_ONCE}`,
    );
    return found.map(({ id }) => id);
  }

  /** Lotteries that wait in classes that take nobody any more. */
  async toCallOff(): Promise<string[]> {
    const found = await rows<{ id: string }>(
      this.source,
      `select l.id from lotteries l join course_classes c on c.id = l.class_id
        where l.state in ('announced', 'frozen') and c.state in ('stopped', 'finished')
        order by l.id limit ${AT_ONCE}`,
    );
    return found.map(({ id }) => id);
  }

  /** Applications in classes, or one class, that were drawn of late: no draw will come to them any more. */
  leftBehind(drawnAfter: Date, classId: string | null) {
    return rows<{ id: string; class_id: string; resident_id: string; unit_id: string | null }>(
      this.source,
      `select e.id, e.class_id, e.resident_id, e.unit_id
         from lotteries l
         join class_availability a on a.class_id = l.class_id and a.applied > 0
         join enrollments e on e.class_id = l.class_id and e.state = 'applied'
        where l.drawn_at > $1 and ($2::uuid is null or l.class_id = $2)
        order by e.queued_at, e.id limit ${AT_ONCE}`,
      [drawnAfter, classId],
    );
  }

  /**
   * Those who have applied while the list took entries, under the lock of the class's seats. Between then and the
   * freezing somebody may have come from a class that was merged.
   */
  applied(em: EntityManager, classId: string, closedAt: Date): Promise<Applied[]> {
    return rows(
      em,
      `select e.id as "enrollmentId", e.unit_id as "unitId", exists (
                select 1 from enrollments o
                 where o.resident_id = e.resident_id and o.programme_kind = e.programme_kind
                   and o.term_id <> e.term_id and o.state in ('enrolled', 'finished')
              ) as "satBefore"
         from enrollments e
        where e.class_id = $1 and e.state = 'applied'
          and not exists (
            select 1 from enrollment_transfers t
             where t.enrollment_id = e.id and t.to_class_id = e.class_id and t.at >= $2)
        order by e.id`,
      [classId, closedAt],
    );
  }

  async insertEntries(em: EntityManager, lotteryId: string, drafts: readonly EntryDraft[]): Promise<void> {
    const entries = drafts.map((draft) => ({ ...draft, id: newId() }));
    await rows(
      em,
      `insert into lottery_entries (id, lottery_id, pseudonym, unit_key, attempt, size, tier)
       select id, $1, pseudonym, unit_key, attempt, size, tier
         from unnest($2::uuid[], $3::text[], $4::uuid[], $5::int[], $6::int[], $7::int[])
           as n (id, pseudonym, unit_key, attempt, size, tier)`,
      [
        lotteryId,
        entries.map(({ id }) => id),
        entries.map(({ pseudonym }) => pseudonym),
        entries.map(({ unitKey }) => unitKey),
        entries.map(({ attempt }) => attempt),
        entries.map(({ size }) => size),
        entries.map(({ tier }) => tier),
      ],
    );
    const pairs = entries.flatMap(({ id, enrollmentIds }) =>
      enrollmentIds.map((enrollmentId) => ({ id, enrollmentId })),
    );
    await rows(
      em,
      `insert into lottery_entry_enrollments (entry_id, enrollment_id) select * from unnest($1::uuid[], $2::uuid[])`,
      [pairs.map(({ id }) => id), pairs.map(({ enrollmentId }) => enrollmentId)],
    );
  }

  entries(lotteryId: string): Promise<EntryRow[]> {
    return rows(
      this.source,
      `select n.id, n.pseudonym, n.size, n.tier, array_agg(e.id order by e.id) as "enrollmentIds",
              array_agg(e.resident_id order by e.id) as "residentIds"
         from lottery_entries n
         join lottery_entry_enrollments m on m.entry_id = n.id
         join enrollments e on e.id = m.enrollment_id
        where n.lottery_id = $1 group by n.id order by n.pseudonym`,
      [lotteryId],
    );
  }

  async writeResult(em: EntityManager, results: readonly EntryResult[]): Promise<void> {
    await rows(
      em,
      `update lottery_entries n set rank = r.rank, size_at_draw = r.size, outcome = r.outcome, because = r.because
         from unnest($1::uuid[], $2::int[], $3::int[], $4::text[], $5::text[]) as r (id, rank, size, outcome, because)
        where n.id = r.id`,
      [
        results.map(({ id }) => id),
        results.map(({ rank }) => rank),
        results.map(({ size }) => size),
        results.map(({ outcome }) => outcome),
        results.map(({ because }) => because),
      ],
    );
  }
}

const MY_ENTRIES = `
  select n.lottery_id, e.id as enrollment_id, e.resident_id, e.state, n.pseudonym, n.unit_key, n.attempt, n.size,
         n.tier, n.rank, n.outcome, n.because
    from lottery_entries n
    join lottery_entry_enrollments m on m.entry_id = n.id
    join enrollments e on e.id = m.enrollment_id`;
