import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { EnrollmentSource, EnrollmentState, ProgrammeKind } from '#contracts';
import { preparedRows, row, rows } from '#core';
import type { MoneyMatter } from './enrollment.dto.js';

export interface EnrollmentRow {
  id: string;
  class_id: string;
  resident_id: string;
  term_id: string;
  programme_kind: ProgrammeKind;
  state: EnrollmentState;
  queued_at: Date;
  offered_until: Date | null;
  source: EnrollmentSource;
  unit_id: string | null;
  /** People of the unit who still stand where this one stands; 1 for somebody alone. */
  unit_size: number;
  automatic: boolean;
  undo_until: Date | null;
  undo_to: 'enrolled' | 'waiting' | 'applied' | null;
  /** Number in the queue, from 1; null unless waiting. */
  position: number | null;
  /** Whether they came with an application when the list of the lottery was closed: they are not drawn. */
  behind_list: boolean;
}

/** A seat at a session that goes on, or begins soon. */
export interface OpenSeat {
  sessionId: string;
  className: string;
  classNameEn: string | null;
  number: number;
  startsAt: Date;
  endsAt: Date;
  residentId: string;
}

/** An enrollment with its number in the queue, which is counted when it is shown and stored nowhere. */
const WITH_POSITION = `
  select e.id, e.class_id, e.resident_id, e.term_id, e.programme_kind, e.state, e.queued_at, e.offered_until, e.source,
         e.unit_id, e.automatic, e.undo_until, e.undo_to,
         case when e.unit_id is null then 1 else (
           select count(*)::int from enrollments u where u.unit_id = e.unit_id and u.state = e.state
         ) end as unit_size,
         case when e.state = 'waiting' then (
           select count(*)::int + 1 from enrollments w
            where w.class_id = e.class_id and w.state = 'waiting' and (w.queued_at, w.id) < (e.queued_at, e.id)
         ) end as position,
         e.state = 'applied' and exists (
           select 1 from enrollment_transfers t join course_classes c on c.id = t.to_class_id
            where t.enrollment_id = e.id and t.to_class_id = e.class_id and c.admission = 'lottery'
              and t.at >= c.enrollment_closes_at
         ) as behind_list
    from enrollments e`;

/** Reads of enrollments for pages. */
@Injectable()
export class EnrollmentQueries {
  constructor(private readonly source: DataSource) {}

  byId(id: string, em?: EntityManager): Promise<EnrollmentRow | undefined> {
    return row(em ?? this.source, `${WITH_POSITION} where e.id = $1`, [id]);
  }

  /** Of these residents, the newest first. */
  ofResidents(residentIds: readonly string[], before: string | null, limit: number): Promise<EnrollmentRow[]> {
    return rows(
      this.source,
      `${WITH_POSITION} where e.resident_id = any($1) and ($2::uuid is null or e.id < $2) order by e.id desc limit $3`,
      [residentIds, before, limit],
    );
  }

  /**
   * Of a class, in the order of the queue.
   *
   * @param money only those with this left to settle, in a class that costs `dueFen`
   */
  ofClass(
    classId: string,
    { state, money, dueFen }: { state: EnrollmentState | null; money: MoneyMatter | null; dueFen: number },
    after: readonly string[] | null,
    limit: number,
  ): Promise<EnrollmentRow[]> {
    return rows(
      this.source,
      `${WITH_POSITION}
        cross join lateral (
          select coalesce(sum(case p.kind when 'paid' then p.amount_fen else -p.amount_fen end), 0) as fen
            from enrollment_payments p where $6::text is not null and p.enrollment_id = e.id
        ) paid
        where e.class_id = $1 and ($2::text is null or e.state = $2)
          and ($3::timestamptz is null or (e.queued_at, e.id) > ($3, $4::uuid))
          and case $6
                when 'unpaid' then e.state in ('enrolled', 'finished') and paid.fen < $7
                when 'to_refund' then e.state not in ('enrolled', 'finished') and paid.fen > 0
                else true
              end
        order by e.queued_at, e.id limit $5`,
      [classId, state, after?.[0] ?? null, after?.[1] ?? null, limit, money, dueFen],
    );
  }

  /** Classes of a school with applications that it has to decide, and how many; the first to begin first. */
  applicationsOf(organisationId: string, limit: number) {
    return rows<{ class_id: string; name: string; name_en: string | null; count: number }>(
      this.source,
      `select c.id as class_id, c.name, c.name_en, count(*)::int as count
         from course_classes c join enrollments e on e.class_id = c.id and e.state = 'applied'
        where c.organisation_id = $1 and c.state = 'published' and c.admission = 'approval'
        group by c.id order by c.first_session_at, c.id limit $2`,
      [organisationId, limit],
    );
  }

  moves(enrollmentId: string) {
    return rows<{
      from_state: EnrollmentState | null;
      to_state: EnrollmentState;
      step: string;
      at: Date;
      actor_kind: string;
      actor_id: string | null;
      reason: string;
    }>(
      this.source,
      `select from_state, to_state, step, at, actor_kind, actor_id, reason from enrollment_moves where enrollment_id = $1 order by id limit 1000`,
      [enrollmentId],
    );
  }

  /** The classes that an enrollment was transferred from, in the order of its transfers. */
  async classesLeft(enrollmentId: string): Promise<string[]> {
    const found = await rows<{ name: string }>(
      this.source,
      `select c.name from enrollment_transfers t join course_classes c on c.id = t.from_class_id
        where t.enrollment_id = $1 order by t.id limit 1000`,
      [enrollmentId],
    );
    return found.map(({ name }) => name);
  }

  /**
   * Classes in which something may have ended while nobody asked the desk: the time of an offer or of a held seat; and
   * those where seats are free though people wait, for whom they may be by now, as a reserve was released, or somebody
   * who was passed over left the class that stood against it.
   */
  async classesToSettle(at: Date): Promise<string[]> {
    const found = await rows<{ class_id: string }>(
      this.source,
      `select class_id from enrollments where state = 'offered' and offered_until <= $1
       union select class_id from enrollments where undo_to = 'enrolled' and undo_until <= $1
       union select a.class_id from class_availability a join course_classes c on c.id = a.class_id
        where a.state = 'published' and a.waiting > 0 and a.seats > a.taken + a.offered + a.held
          and (c.first_session_at > $1 or c.late_entry_closes_at > $1)
        limit 1000`,
      [at],
    );
    return found.map(({ class_id }) => class_id);
  }

  /** Those who share the unit, this one included; just this one where there is none. */
  unitOf(enrollment: Pick<EnrollmentRow, 'id' | 'unit_id'>) {
    return rows<{ id: string; resident_id: string }>(
      this.source,
      `select id, resident_id from enrollments where id = $1 or unit_id = $2 order by id <> $1, id`,
      [enrollment.id, enrollment.unit_id],
    );
  }

  /** Those who still want something of a class, in the order in which they are moved when it ends: seats first. */
  liveOf(classId: string, limit: number) {
    return rows<{ id: string; resident_id: string; unit_id: string | null; state: EnrollmentState }>(
      this.source,
      `select id, resident_id, unit_id, state from enrollments
        where class_id = $1 and state in ('enrolled', 'offered', 'waiting', 'applied')
        order by array_position(array['enrolled', 'offered', 'waiting', 'applied'], state), queued_at, id limit $2`,
      [classId, limit],
    );
  }

  /** What was paid and not refunded for each of these, integer fen; absent where nothing was. */
  async paidFor(ids: readonly string[], em?: EntityManager): Promise<Map<string, number>> {
    const found = await rows<{ enrollment_id: string; paid: number }>(
      em ?? this.source,
      `select enrollment_id, sum(case kind when 'paid' then amount_fen else -amount_fen end)::int as paid
         from enrollment_payments where enrollment_id = any($1) group by enrollment_id`,
      [ids],
    );
    return new Map(found.map(({ enrollment_id, paid }) => [enrollment_id, paid]));
  }

  /** Seats of a class: those who sit in its sessions. */
  seats(em: EntityManager | DataSource, classId: string) {
    return rows<{ id: string; resident_id: string; state: EnrollmentState; decided_at: Date }>(
      em,
      `select id, resident_id, state, decided_at from enrollments
        where class_id = $1 and state in ('enrolled', 'finished') order by queued_at, id`,
      [classId],
    );
  }

  /** Which accounts applied for these; who was enrolled at the counter is absent. */
  appliedBy(em: EntityManager | DataSource, ids: readonly string[]) {
    return rows<{ enrollment_id: string; account_id: string }>(
      em,
      `select enrollment_id, actor_id as account_id from enrollment_moves
        where enrollment_id = any($1) and from_state is null and actor_kind = 'account'`,
      [ids],
    );
  }

  /**
   * Who sat in a session, of these residents or (null) of all: the seats of its class, and those who had a seat there
   * when it began and went over to another class since. What the ledger counts is cut at the same moments.
   */
  seatsOfSession(em: EntityManager, classId: string, startsAt: Date, residentIds: readonly string[] | null) {
    return rows<{ id: string; resident_id: string; state: EnrollmentState; decided_at: Date; left: boolean }>(
      em,
      `select e.id, e.resident_id, e.state, e.decided_at, false as left from enrollments e
        where e.class_id = $1 and e.state in ('enrolled', 'finished')
          and ($3::uuid[] is null or e.resident_id = any($3))
       union all
       select e.id, e.resident_id, e.state, e.decided_at, true
         from enrollment_transfers t join enrollments e on e.id = t.enrollment_id
        where t.from_class_id = $1 and t.at > $2 and e.class_id <> $1
          and e.state in ('enrolled', 'finished', 'waiting', 'offered')
          and ($3::uuid[] is null or e.resident_id = any($3))
          and exists (
            select 1 from enrollment_moves m
             where m.enrollment_id = t.enrollment_id and m.step = 'transfer' and m.at = t.at and m.from_state = 'enrolled')
          and not exists (
            select 1 from enrollment_transfers b where b.enrollment_id = t.enrollment_id and b.id < t.id and b.at > $2)`,
      [classId, startsAt, residentIds],
    );
  }

  /** Seats at sessions that are to be held and lie in that span. */
  openSessionsOf(
    em: EntityManager,
    residentIds: readonly string[],
    { endsAfter, startsBefore }: { endsAfter: Date; startsBefore: Date },
  ) {
    return rows<OpenSeat>(
      em,
      `select s.id as "sessionId", c.name as "className", c.name_en as "classNameEn", s.number,
              s.starts_at as "startsAt", s.ends_at as "endsAt", e.resident_id as "residentId"
         from enrollments e
         join course_classes c on c.id = e.class_id and c.state in ('published', 'finished')
         join class_sessions s on s.class_id = c.id and s.state <> 'cancelled'
        where e.resident_id = any($1::uuid[]) and e.state in ('enrolled', 'finished')
          and s.ends_at >= $2 and s.starts_at <= $3
        order by s.starts_at, s.id, e.resident_id`,
      [residentIds, endsAfter, startsBefore],
    );
  }

  /** {@link seatsOfSession} of many sessions, each of one resident: for the desk that takes check-ins. */
  seatsOfPairs(em: EntityManager, pairs: readonly { sessionId: string; residentId: string }[]) {
    return preparedRows<{ id: string; session_id: string; resident_id: string }>(
      em,
      `with asked as (
         select a.session_id, a.resident_id, s.class_id, s.starts_at
           from unnest($1::uuid[], $2::uuid[]) as a (session_id, resident_id)
           join class_sessions s on s.id = a.session_id
       )
       select e.id, a.session_id, a.resident_id
         from asked a join enrollments e on e.class_id = a.class_id and e.resident_id = a.resident_id
        where e.state in ('enrolled', 'finished')
       union all
       select e.id, a.session_id, a.resident_id
         from asked a join enrollments e on e.resident_id = a.resident_id and e.class_id <> a.class_id
         join enrollment_transfers t on t.enrollment_id = e.id and t.from_class_id = a.class_id and t.at > a.starts_at
        where e.state in ('enrolled', 'finished', 'waiting', 'offered')
          and exists (
            select 1 from enrollment_moves m
             where m.enrollment_id = t.enrollment_id and m.step = 'transfer' and m.at = t.at and m.from_state = 'enrolled')
          and not exists (
            select 1 from enrollment_transfers b
             where b.enrollment_id = t.enrollment_id and b.id < t.id and b.at > a.starts_at)`,
      [pairs.map(({ sessionId }) => sessionId), pairs.map(({ residentId }) => residentId)],
    );
  }
}
