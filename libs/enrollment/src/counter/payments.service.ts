import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EnrollmentState } from '#contracts';
import { Audit, type Caller, Clock, row, rows, Transactions } from '#core';
import { StaffService } from '#people';
import type { PaymentRequest, PaymentsView } from '../enrollment.dto.js';
import { EnrollmentErrors } from '../enrollment.errors.js';
import { EnrollmentQueries } from '../enrollment.queries.js';
import { EnrollmentsService } from '../enrollment.service.js';

/** Enrollments that came to nothing: nobody pays for them any more, and what was paid is given back. */
const OVER: readonly EnrollmentState[] = [
  'cancelled',
  'declined',
  'expired',
  'lapsed',
  'not_drawn',
  'refused',
  'removed',
];

const dueFor = (state: EnrollmentState, { feeFen, materialsFen }: { feeFen: number; materialsFen: number }) =>
  OVER.includes(state) ? 0 : feeFen + materialsFen;

/** 缴费登记: what was paid or given back at the counter. Money never passes through the platform. */
@Injectable()
export class PaymentsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly enrollments: EnrollmentsService,
    private readonly queries: EnrollmentQueries,
    private readonly staff: StaffService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** What is due for an enrollment, and what was paid and refunded. */
  async of(caller: Caller, id: string): Promise<PaymentsView> {
    const { course, enrollment } = await this.enrollments.require(caller, id, 'enrollments.counter');
    const found = await rows<{
      id: string;
      kind: 'paid' | 'refunded';
      amount_fen: number;
      note: string | null;
      at: Date;
      recorded_by: string;
    }>(
      this.source,
      `select id, kind, amount_fen, note, at, recorded_by from enrollment_payments where enrollment_id = $1 order by id limit 1000`,
      [id],
    );
    const names = await this.staff.namesOf(
      this.source.manager,
      found.map(({ recorded_by }) => recorded_by),
    );
    return {
      dueFen: dueFor(enrollment.state, course),
      paidFen: found.reduce((sum, { kind, amount_fen }) => sum + (kind === 'paid' ? amount_fen : -amount_fen), 0),
      payments: found.map(({ id: paymentId, kind, amount_fen, note, at, recorded_by }) => ({
        id: paymentId,
        kind,
        amountFen: amount_fen,
        note,
        at: at.toISOString(),
        recordedBy: names.get(recorded_by) ?? '',
      })),
    };
  }

  /**
   * Puts down a payment or a refund; sending it twice, with the same id, puts it down once.
   *
   * @throws ENROLLMENT.PAYMENT_TOO_MUCH when more would be paid than is due, or refunded than was paid;
   *   ENROLLMENT.PAYMENT_ID_REUSED when another payment has this id
   */
  async record(caller: Caller, id: string, request: PaymentRequest): Promise<PaymentsView> {
    const { course, enrollment } = await this.enrollments.require(caller, id, 'enrollments.counter');
    await this.transactions.run(async (em) => {
      // Two clerks at once: the second counts what the first has taken. The class may have been stopped meanwhile.
      const { state } = (await row<{ state: EnrollmentState }>(
        em,
        `select state from enrollments where id = $1 for no key update`,
        [id],
      ))!;
      const stored = await row<{ enrollment_id: string; kind: string; amount_fen: number }>(
        em,
        `select enrollment_id, kind, amount_fen from enrollment_payments where id = $1`,
        [request.id],
      );
      if (stored) {
        const same = stored.enrollment_id === id && stored.kind === request.kind;
        if (!same || stored.amount_fen !== request.amountFen) throw EnrollmentErrors.PAYMENT_ID_REUSED();
        return;
      }
      const paid = (await this.queries.paidFor([id], em)).get(id) ?? 0;
      const most = request.kind === 'paid' ? dueFor(state, course) - paid : paid;
      if (request.amountFen > most) {
        throw EnrollmentErrors.PAYMENT_TOO_MUCH({
          whatZh: request.kind === 'paid' ? '收' : '退',
          whatEn: request.kind === 'paid' ? 'paid' : 'refunded',
          most: (Math.max(0, most) / 100).toFixed(2),
        });
      }
      const written = await row(
        em,
        `insert into enrollment_payments (id, enrollment_id, kind, amount_fen, note, at, recorded_by)
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (id) do nothing returning id`,
        [request.id, id, request.kind, request.amountFen, request.note ?? null, this.clock.now(), caller.staffId],
      );
      // Another enrollment's payment came first with it.
      if (!written) throw EnrollmentErrors.PAYMENT_ID_REUSED();
      await this.audit.write(em, caller, [
        {
          action: `payment.${request.kind}`,
          targetKind: 'enrollment',
          targetId: id,
          organisationId: course.organisationId,
          onBehalfOf: enrollment.resident_id,
          details: { amountFen: request.amountFen },
        },
      ]);
    });
    return this.of(caller, id);
  }
}
