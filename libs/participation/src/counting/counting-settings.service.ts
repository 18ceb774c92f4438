import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { IDS_PER_JOB } from '#contracts';
import { Audit, type Caller, Clock, Outbox, requireVersion, row, rows, Transactions } from '#core';
import type { CountingSettingsView, SetCutOverRequest } from '../opening-figures/opening-figures.dto.js';
import { OpeningErrors } from '../opening-figures/opening-figures.errors.js';
import {
  classesOverBetween,
  lockSettings,
  readSettings,
  type SettingsRow,
} from '../opening-figures/opening-figures.queries.js';

/** By which the audit names the one row of settings. */
const SETTINGS_ID = '00000000-0000-7000-8000-000000000001';

/** What the bureau sets for the counting: the cut-over (启用日期), from which on the ledger counts. */
@Injectable()
export class CountingSettingsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async get(caller: Caller): Promise<CountingSettingsView> {
    caller.require('targets.read');
    return viewOf(await readSettings(this.source));
  }

  /**
   * Sets the cut-over. Classes of which that changes whether the ledger counts them are recounted.
   *
   * @throws PARTICIPATION.CUT_OVER_IN_USE while a signed opening figure goes by it, CORE.STALE
   */
  async setCutOver(caller: Caller, request: SetCutOverRequest, version: number): Promise<CountingSettingsView> {
    caller.require('counting-settings.edit');
    const { cutOverOn, documentNumber } = request;
    return this.transactions.run(async (em) => {
      const before = await lockSettings(em);
      requireVersion(before.version, version);
      if (await row(em, `select 1 from opening_figures where state = 'signed' limit 1`)) {
        throw OpeningErrors.CUT_OVER_IN_USE();
      }
      await rows(
        em,
        `update counting_settings set cut_over_on = $1, document_number = $2, set_by = $3, set_at = $4,
                version = version + 1`,
        [cutOverOn, documentNumber, caller.staffId, this.clock.now()],
      );
      const was = before.cut_over_on;
      const [from, until] = was !== null && was > cutOverOn ? [cutOverOn, was] : [was, cutOverOn];
      const classes = await classesOverBetween(em, from, until);
      for (let start = 0; start < classes.length; start += IDS_PER_JOB) {
        await this.outbox.tell(em, 'class-evidence.changed', classes.slice(start, start + IDS_PER_JOB));
      }
      await this.audit.write(em, caller, [
        {
          action: 'counting_settings.cut_over_set',
          targetKind: 'counting_settings',
          targetId: SETTINGS_ID,
          details: { cutOverOn, documentNumber, before: was },
        },
      ]);
      return viewOf(await readSettings(em));
    });
  }
}

const viewOf = ({ cut_over_on, document_number, set_by_name, set_at, version }: SettingsRow): CountingSettingsView => ({
  cutOverOn: cut_over_on,
  documentNumber: document_number,
  set: set_by_name && set_at ? { name: set_by_name, at: set_at.toISOString() } : null,
  version,
});
