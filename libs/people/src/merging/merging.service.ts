import { Injectable } from '@nestjs/common';
import { Audit, type Caller, Clock, Outbox, requireVersion, Transactions } from '#core';
import { CounterService } from '../residents/counter.service.js';
import type { MergeResidentRequest } from './merging.dto.js';
import { likenessOf, lockToMerge, mergeAccounts, mergeDeclared, mergeRecord } from './merging.queries.js';
import { PeopleErrors } from '../people.errors.js';
import { onResident } from '../residents/records.js';
import type { ResidentView } from '../residents/residents.dto.js';
import { ResidentsService } from '../residents/residents.service.js';

/**
 * 合并档案: one person has two records. What hangs on the one goes over to the other: here what people owns, by the topic
 * `resident.merged` enrollments, then attendance, then the ledger. It cannot be taken back; the audit log tells all.
 */
@Injectable()
export class MergingService {
  constructor(
    private readonly transactions: Transactions,
    private readonly residents: ResidentsService,
    private readonly counter: CounterService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /**
   * Merges a duplicate into the record that is used from now on, whose card was seen. Repeating it changes nothing.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.RESIDENT_MERGED, PEOPLE.MERGE_WITH_ITSELF, PEOPLE.MERGE_UNVERIFIED,
   *   PEOPLE.MERGE_UNLIKE, PEOPLE.MERGE_TWO_PEOPLE, CORE.STALE
   */
  async merge(caller: Caller, id: string, version: number, request: MergeResidentRequest): Promise<ResidentView> {
    caller.require('residents.merge');
    const duplicateId = request.duplicateId.toLowerCase();
    if (duplicateId === id.toLowerCase()) throw PeopleErrors.MERGE_WITH_ITSELF();
    await this.transactions.run(async (em) => {
      await lockToMerge(em, [id, duplicateId]);
      const survivor = await this.residents.require(em, id);
      if ((await this.residents.survivorsOf(em, [duplicateId])).get(duplicateId) === survivor.id) return;
      const duplicate = await this.residents.require(em, duplicateId);
      requireVersion(survivor.version, version);
      if (survivor.identityState !== 'verified') throw PeopleErrors.MERGE_UNVERIFIED();
      if (duplicate.identityState === 'verified' && !survivor.documentHash!.equals(duplicate.documentHash!)) {
        throw PeopleErrors.MERGE_TWO_PEOPLE();
      }
      const likeness = await likenessOf(em, id, duplicateId);
      if (likeness.length === 0) throw PeopleErrors.MERGE_UNLIKE();

      const at = this.clock.now();
      await mergeAccounts(em, id, duplicateId, at);
      await mergeDeclared(em, id, duplicateId, at);
      await mergeRecord(em, id, duplicateId, at);
      const { reason } = request;
      await this.audit.write(em, caller, [
        onResident('resident.merged', id, { duplicateId, likeness, reason }),
        onResident('resident.merged_away', duplicateId, { mergedInto: id, reason }),
      ]);
      await this.outbox.tell(em, 'resident.merged', [duplicateId]);
    });
    return this.counter.get(caller, id);
  }
}
