import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit, Caller, Clock, newId, rows } from '#core';
import { ImportReplacementEntity } from './import-replacements.entities.js';
import {
  clashOfReopened,
  endReplaced,
  importsToSettle,
  readFiguresBeside,
  type ReplacedFigure,
  reopenReplaced,
} from './import-replacements.queries.js';
import { ImportErrors } from './imports.errors.js';
import { OpeningErrors } from '../opening-figures/opening-figures.errors.js';
import { lockSettings } from '../opening-figures/opening-figures.queries.js';

const ITSELF = Caller.system('imports');
const TARGET = { opening: 'opening_figure', sealed: 'sealed_total' } as const;

/**
 * 期初数 and 汇总数 that give way to a named list. While the list is written, each name that counts takes one from the
 * figure; with the last one, in its transaction, the figure ends. Names that lie in closed months are proposed as
 * adjustments (rule 15); until they are decided the figure counts what they do not. Undoing goes the same way back.
 */
@Injectable()
export class ImportReplacementsService {
  constructor(
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /**
   * Has the list take the place of the figures that count beside it: of all of them, and as somebody was shown them.
   *
   * @param replaces ids of the opening figures and sealed totals that somebody has said are replaced
   * @throws PARTICIPATION.IMPORT_COUNTED_BESIDE for one that was not named, PARTICIPATION.IMPORT_FIGURE_TAKEN while
   *   another list takes its place, PARTICIPATION.IMPORT_NOT_BESIDE for one that does not count beside this list
   */
  async begin(em: EntityManager, caller: Caller, importId: string, replaces: readonly string[]): Promise<void> {
    await lockSettings(em);
    const beside = await readFiguresBeside(em, importId);
    const unnamed = beside.find(({ id }) => !replaces.includes(id));
    if (unnamed) throw ImportErrors.IMPORT_COUNTED_BESIDE({ department: unnamed.of_name, period: unnamed.period });
    if (replaces.some((id) => !beside.some((figure) => figure.id === id))) throw ImportErrors.IMPORT_NOT_BESIDE();
    const taken = beside.find((figure) => figure.taken);
    if (taken) throw ImportErrors.IMPORT_FIGURE_TAKEN({ department: taken.of_name, period: taken.period });
    if (beside.some(({ kind }) => kind === 'opening')) caller.require('opening-figures.sign');
    if (beside.some(({ kind }) => kind === 'sealed')) caller.require('sealed-totals.edit');
    for (const { id, kind, value, names } of beside) {
      await em.insert(ImportReplacementEntity, {
        id: newId(),
        importId,
        openingFigureId: kind === 'opening' ? id : null,
        sealedTotalId: kind === 'sealed' ? id : null,
        value,
        names,
        createdAt: this.clock.now(),
      });
    }
    await this.tell(em, caller, 'replacing', importId, beside);
  }

  /**
   * Gives the figures back, at first less the names that still count, or to another list that has names of their time.
   *
   * @throws PARTICIPATION.SEALED_STANDS where somebody recorded a figure in place of one that would count again
   */
  async reopen(em: EntityManager, caller: Caller, importId: string): Promise<void> {
    await lockSettings(em);
    const clash = await clashOfReopened(em, importId);
    if (clash) throw OpeningErrors.SEALED_STANDS({ ...clash });
    const { again, passedOn } = await reopenReplaced(em, importId);
    await this.tell(em, caller, 'reinstated', importId, again);
    for (const figure of passedOn) await this.tell(em, caller, 'replaced', figure.importId, [figure]);
  }

  /** Ends, or returns, the figures of imports of which every name is decided. */
  async settle(em: EntityManager): Promise<void> {
    // Nearly always there is none, and nobody has to wait for the lock.
    if ((await importsToSettle(em)).length === 0) return;
    await lockSettings(em);
    for (const { id, written } of await importsToSettle(em)) {
      if (written) await this.tell(em, ITSELF, 'replaced', id, await endReplaced(em, id, this.clock.now()));
      else
        await rows(em, `update import_replacements set state = 'returned' where import_id = $1 and state = 'open'`, [
          id,
        ]);
    }
  }

  private tell(
    em: EntityManager,
    caller: Caller,
    what: 'replacing' | 'replaced' | 'reinstated',
    importId: string,
    figures: readonly Pick<ReplacedFigure, 'id' | 'kind'>[],
  ): Promise<void> {
    return this.audit.write(
      em,
      caller,
      figures.map(({ id, kind }) => ({
        action: `${TARGET[kind]}.${what}` as const,
        targetKind: TARGET[kind],
        targetId: id,
        details: { importId },
      })),
    );
  }
}
