import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { PROGRAMME_KINDS } from '#contracts';
import {
  Audit,
  type Caller,
  cutPage,
  type Page,
  type PageQuery,
  readCursor,
  requireVersion,
  Transactions,
} from '#core';
import { ProgrammeCap } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import type { ProgrammeCapRequest, ProgrammeCapView } from './programme-caps.dto.js';

/** How many classes of a kind a resident may hold in one term; laid down by the bureau for the whole district. */
@Injectable()
export class ProgrammeCapsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
  ) {}

  /** Every kind, with its cap where it has one. */
  async list(query: PageQuery): Promise<Page<ProgrammeCapView>> {
    const [after] = readCursor(query.cursor, ['text']) ?? [''];
    const caps = await this.source.getRepository(ProgrammeCap).find({ order: { programmeKind: 'ASC' } });
    return cutPage(
      caps.filter(({ programmeKind }) => programmeKind > after!),
      query.limit,
      (cap) => [cap.programmeKind],
      (cap) => ({ ...cap }),
    );
  }

  /**
   * Lays down a cap. Who holds more classes already keeps them.
   *
   * @throws CATALOGUE.PROGRAMME_UNKNOWN, CORE.STALE
   */
  async put(caller: Caller, kind: string, version: number, request: ProgrammeCapRequest): Promise<ProgrammeCapView> {
    caller.require('programme-caps.edit');
    const programmeKind = PROGRAMME_KINDS.find((known) => known === kind);
    if (!programmeKind) throw CatalogueErrors.PROGRAMME_UNKNOWN();
    return this.transactions.run(async (em) => {
      const cap = await em.findOneOrFail(ProgrammeCap, {
        where: { programmeKind },
        lock: { mode: 'pessimistic_write' },
      });
      requireVersion(cap.version, version);
      const before = cap.classesPerTerm;
      cap.classesPerTerm = request.classesPerTerm;
      cap.version++;
      await em.save(ProgrammeCap, cap);
      await this.audit.write(em, caller, [
        {
          // A kind has no UUID, so the entry stands under who laid the cap down.
          action: 'programme_cap.put',
          targetKind: 'staff',
          targetId: caller.staffId,
          details: { programmeKind, classesPerTerm: cap.classesPerTerm, before },
        },
      ]);
      return { ...cap };
    });
  }
}
