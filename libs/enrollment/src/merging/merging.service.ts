import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Audit, Caller, Clock, Outbox, Transactions } from '#core';
import { ResidentsService } from '#people';
import { AdmissionQueries } from '../admission/admission.queries.js';
import { AdmissionService } from '../admission/admission.service.js';
import { endUndo, moveEnrollments, readTermsOf, readTwiceInClass } from './merging.queries.js';
import { givenUp } from './merging.rules.js';

const ITSELF = Caller.system('merging');

/** Follows records of residents that were merged: what the duplicate had belongs to the record that is used. */
@Injectable()
export class MergingFollowerService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly desk: AdmissionService,
    private readonly queries: AdmissionQueries,
    private readonly residents: ResidentsService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Moves all enrollments to the records that are used. Where both were in one class, the desk takes out the one of
   * which {@link givenUp} says so, and its seat goes on. Caps and times are not asked again: what somebody has they
   * keep, and can take nothing more. May be repeated, and goes on where it was cut off.
   */
  async follow(mergedIds: readonly string[]): Promise<void> {
    const survivors = await this.residents.survivorsOf(this.source.manager, mergedIds);
    for (const [duplicateId, survivorId] of survivors) {
      // The survivor may apply for a class of the duplicate's between the two.
      while (!(await this.move(survivorId, duplicateId))) await this.giveUpSeconds(survivorId, duplicateId);
    }
  }

  private async giveUpSeconds(survivorId: string, duplicateId: string): Promise<void> {
    for (const { classId, survivor, duplicate } of await readTwiceInClass(this.source, survivorId, duplicateId)) {
      const { id, residentId } = givenUp(survivor, duplicate);
      await this.desk.step({
        kind: 'step',
        step: 'merge',
        caller: ITSELF,
        enrollmentId: id,
        classId,
        residentIds: [residentId],
        reason: 'two records of one person',
      });
    }
  }

  /** Whether it was done; not while both are in one class. */
  private async move(survivorId: string, duplicateId: string): Promise<boolean> {
    const left = await this.transactions.run(async (em) => {
      const both = [survivorId, duplicateId];
      const termIds = await readTermsOf(em, duplicateId);
      const pairs = both.flatMap((residentId) => termIds.map((termId) => ({ residentId, termId })));
      if (pairs.length > 0) await this.queries.lockResidentTerms(em, pairs);
      if ((await readTwiceInClass(em, survivorId, duplicateId)).length > 0) return null;
      const classIds = await endUndo(em, both, this.clock.now());
      const moved = await moveEnrollments(em, survivorId, duplicateId);
      if (moved.length > 0) {
        await this.audit.write(em, ITSELF, [
          {
            action: 'enrollments.merged',
            targetKind: 'resident',
            targetId: survivorId,
            onBehalfOf: survivorId,
            details: { duplicateId, enrollmentIds: moved },
          },
        ]);
      }
      await this.outbox.tell(em, 'enrollments.merged', [duplicateId]);
      return classIds;
    });
    if (left === null) return false;
    if (left.length > 0) await this.desk.settle(left);
    return true;
  }
}
