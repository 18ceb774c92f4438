import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { Clock, newId, PACKAGE_ROOT, rows, Transactions } from '#core';
import type { RuleState } from '#contracts';
import { readParameters } from './counting/parameters.rules.js';

const FIRST_VERSION = join(PACKAGE_ROOT, 'libs/participation/data/counting-rules-1.json');

interface RuleFile {
  version: number;
  state: RuleState;
  draftingOffice: string;
  departmentsConsulted: string[];
  /** YYYY-MM-DD */
  effectiveFrom: string;
  parameters: unknown;
}

/** Loads the reference data of this lib: the first version of the counting rules, on trial until somebody signs one. */
@Injectable()
export class ParticipationLoader {
  constructor(
    private readonly transactions: Transactions,
    private readonly clock: Clock,
  ) {}

  /**
   * Adds the version if it is not there; one that is there is never touched, for entries cite it.
   *
   * @returns how many versions were added
   * @throws UnusableParameters
   */
  async load(): Promise<number> {
    const file = JSON.parse(await readFile(FIRST_VERSION, 'utf8')) as RuleFile;
    const added = await this.transactions.run((em) =>
      rows(
        em,
        `insert into counting_rules
           (id, version, state, drafting_office, departments_consulted, effective_from, parameters, created_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (version) do nothing returning version`,
        [
          newId(),
          file.version,
          file.state,
          file.draftingOffice,
          file.departmentsConsulted,
          file.effectiveFrom,
          JSON.stringify(readParameters(file.parameters)),
          this.clock.now(),
        ],
      ),
    );
    return added.length;
  }
}
