import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  CoreErrors,
  cutPage,
  Files,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  readCursor,
  requireVersion,
  rows,
  Transactions,
  type Upload,
} from '#core';
import { OrganisationsService } from '#places';
import { isBeingReplaced, isOfImport, listBeside } from '../imports/import-replacements.queries.js';
import type {
  CorrectOpeningFigureRequest,
  DraftOpeningFigureRequest,
  EndedView,
  OpeningFiguresQuery,
  OpeningFigureView,
  ReplaceByListRequest,
} from './opening-figures.dto.js';
import { OpeningErrors } from './opening-figures.errors.js';
import {
  isListed,
  lockSettings,
  type SettingsRow,
  type OpeningKey,
  type OpeningRow,
  readOpeningFigure,
  readOpeningFigures,
  sealedPeriodsOf,
} from './opening-figures.queries.js';
import {
  type OpeningMove,
  openingRefusal,
  type OpeningState,
  openingYearRefusal,
  SEALED_MEASURE,
} from './opening-figures.rules.js';

const DONE: Record<OpeningMove, AuditAction> = {
  scan: 'opening_figure.scanned',
  review: 'opening_figure.reviewed',
  sign: 'opening_figure.signed',
  withdraw: 'opening_figure.withdrawn',
  replace: 'opening_figure.replaced',
  reinstate: 'opening_figure.reinstated',
};

/** 期初数: figures of the time before the platform, drafted, reviewed and signed by three people (counting rule 14). */
@Injectable()
export class OpeningFiguresService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly organisations: OrganisationsService,
    private readonly files: Files,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The latest first, those whose place was taken too. */
  async list(caller: Caller, query: OpeningFiguresQuery): Promise<Page<OpeningFigureView>> {
    caller.require('targets.read');
    const [before = null] = readCursor(query.cursor, ['uuid']) ?? [];
    const found = await readOpeningFigures(this.source, query, before, query.limit + 1);
    return cutPage(found, query.limit, ({ id }) => [id], viewOf);
  }

  /** @throws PARTICIPATION.OPENING_UNKNOWN */
  async get(caller: Caller, id: string): Promise<OpeningFigureView> {
    caller.require('targets.read');
    return viewOf(await find(this.source.manager, id));
  }

  /**
   * 填报 of a year and organisation that has none yet.
   *
   * @throws PARTICIPATION.OPENING_OF_ONE, PARTICIPATION.CUT_OVER_UNSET, PARTICIPATION.OPENING_AFTER_CUT_OVER,
   *   PARTICIPATION.OPENING_PEOPLE_OF_PART, PARTICIPATION.OPENING_STANDS, PARTICIPATION.OPENING_LISTED,
   *   PARTICIPATION.FIGURE_LIST_COMING, PARTICIPATION.SEALED_STANDS, PLACES.ORGANISATION_UNKNOWN
   */
  async draft(caller: Caller, request: DraftOpeningFigureRequest, once: OnceKey): Promise<OpeningFigureView> {
    caller.require('opening-figures.draft');
    const { measure, year, value, documentNumber } = request;
    const organisationId = request.organisationId ?? null;
    const department = request.department ?? null;
    if ((organisationId === null) === (department === null)) throw OpeningErrors.OPENING_OF_ONE();
    return this.once.run(once, async (em) => {
      const { cut_over_on: cutOver } = await this.lock(em);
      const refusal = openingYearRefusal(measure, year, cutOver);
      if (refusal) throw OpeningErrors[refusal]({ year });
      const key = { measure, year, organisationId, department };
      if (organisationId) await this.organisations.require(em, organisationId);
      if (await isListed(em, key)) throw OpeningErrors.OPENING_LISTED();
      await requireNoList(em, key);
      await requireNotSealed(em, key);
      if (await stands(em, key, ['drafted', 'reviewed', 'signed'])) throw OpeningErrors.OPENING_STANDS();
      return this.write(em, caller, key, { value, documentNumber }, null);
    });
  }

  /**
   * 填报 of a figure that takes the place of one that counts, once it is signed; until then the old one counts.
   *
   * @throws PARTICIPATION.OPENING_UNKNOWN, PARTICIPATION.OPENING_NOT_SIGNED, PARTICIPATION.OPENING_STANDS
   */
  correct(
    caller: Caller,
    id: string,
    { reason, ...figure }: CorrectOpeningFigureRequest,
    once: OnceKey,
  ): Promise<OpeningFigureView> {
    caller.require('opening-figures.draft');
    return this.once.run(once, async (em) => {
      await this.lock(em);
      const before = await find(em, id);
      if (before.state !== 'signed') throw OpeningErrors.OPENING_NOT_SIGNED();
      const { measure, year, organisation_id: organisationId, department } = before;
      const key = { measure, year, organisationId, department };
      if (await stands(em, key, ['drafted', 'reviewed'])) throw OpeningErrors.OPENING_STANDS();
      return this.write(em, caller, key, figure, { id, because: reason });
    });
  }

  /**
   * Keeps a scan of the figure's paper, in place of one before it, while nobody has reviewed it.
   *
   * @throws PARTICIPATION.OPENING_UNKNOWN, PARTICIPATION.OPENING_NOT_DRAFTED, CORE.STALE, FILES.*
   */
  async scan(caller: Caller, id: string, version: number, upload: Upload): Promise<OpeningFigureView> {
    caller.require('opening-figures.draft');
    requireVersion((await find(this.source.manager, id)).version, version);
    const file = await this.files.upload(caller, 'document_scan', null, upload);
    return this.move(caller, id, version, 'scan', async (em) => {
      await this.files.keep(em, caller, 'document_scan', null, [file.id]);
      await rows(em, `update opening_figures set scan_id = $2 where id = $1`, [id, file.id]);
    });
  }

  /** The scan of its paper. @throws PARTICIPATION.OPENING_UNKNOWN, CORE.NOT_FOUND where there is none */
  async openScan(caller: Caller, id: string) {
    caller.require('targets.read');
    const { scan_id: scanId } = await find(this.source.manager, id);
    if (scanId === null) throw CoreErrors.NOT_FOUND();
    return this.files.open(scanId);
  }

  /**
   * 审核, by another than who drafted it.
   *
   * @throws PARTICIPATION.OPENING_UNKNOWN, PARTICIPATION.OPENING_NOT_DRAFTED, PARTICIPATION.OPENING_SAME_PERSON,
   *   PARTICIPATION.OPENING_SCAN_MISSING, PARTICIPATION.OPENING_LISTED, PARTICIPATION.FIGURE_LIST_COMING, CORE.STALE
   */
  review(caller: Caller, id: string, version: number): Promise<OpeningFigureView> {
    caller.require('opening-figures.review');
    return this.move(caller, id, version, 'review', (em) =>
      rows(em, `update opening_figures set state = 'reviewed', reviewed_by = $2, reviewed_at = $3 where id = $1`, [
        id,
        caller.staffId,
        this.clock.now(),
      ]),
    );
  }

  /**
   * 签发, by a third: from now on it counts, and no longer what it corrects.
   *
   * @throws PARTICIPATION.OPENING_UNKNOWN, PARTICIPATION.OPENING_NOT_REVIEWED, PARTICIPATION.OPENING_SAME_PERSON,
   *   PARTICIPATION.OPENING_NOT_SIGNED when what it corrects counts no longer, PARTICIPATION.OPENING_LISTED,
   *   PARTICIPATION.FIGURE_LIST_COMING, CORE.STALE
   */
  sign(caller: Caller, id: string, version: number): Promise<OpeningFigureView> {
    caller.require('opening-figures.sign');
    return this.move(caller, id, version, 'sign', async (em, figure) => {
      const at = this.clock.now();
      if (figure.corrects_id) {
        await requireNotBeingReplaced(em, figure.corrects_id);
        const ended = await rows(
          em,
          `update opening_figures set state = 'replaced', ended_by = $2, ended_at = $3, ended_because = $4,
                  version = version + 1
            where id = $1 and state = 'signed' returning id`,
          [figure.corrects_id, caller.staffId, at, figure.corrects_because],
        );
        if (ended.length === 0) throw OpeningErrors.OPENING_NOT_SIGNED();
      }
      await rows(em, `update opening_figures set state = 'signed', signed_by = $2, signed_at = $3 where id = $1`, [
        id,
        caller.staffId,
        at,
      ]);
    });
  }

  /**
   * Takes back what is not signed yet.
   *
   * @throws PARTICIPATION.OPENING_UNKNOWN, PARTICIPATION.OPENING_NOT_PENDING, CORE.STALE
   */
  withdraw(caller: Caller, id: string, version: number, reason: string): Promise<OpeningFigureView> {
    caller.require('opening-figures.draft');
    return this.move(caller, id, version, 'withdraw', (em) =>
      rows(
        em,
        `update opening_figures set state = 'withdrawn', ended_by = $2, ended_at = $3, ended_because = $4 where id = $1`,
        [id, caller.staffId, this.clock.now(), reason],
      ),
    );
  }

  /**
   * Names have arrived: the list counts by its entries, and the figure no longer. It is never added to them.
   *
   * @throws PARTICIPATION.OPENING_UNKNOWN, PARTICIPATION.OPENING_NOT_SIGNED, CORE.STALE
   */
  replace(
    caller: Caller,
    id: string,
    version: number,
    { list, reason }: ReplaceByListRequest,
  ): Promise<OpeningFigureView> {
    caller.require('opening-figures.sign');
    return this.move(caller, id, version, 'replace', (em) =>
      rows(
        em,
        `update opening_figures set state = 'replaced', ended_by = $2, ended_at = $3, ended_because = $4, list_name = $5
          where id = $1`,
        [id, caller.staffId, this.clock.now(), reason, list],
      ),
    );
  }

  /**
   * Lets a figure count again whose list was undone. The reason is in the audit.
   *
   * @throws PARTICIPATION.OPENING_UNKNOWN, PARTICIPATION.OPENING_NOT_REPLACED, PARTICIPATION.FIGURE_OF_IMPORT,
   *   PARTICIPATION.OPENING_LISTED, PARTICIPATION.FIGURE_LIST_COMING, PARTICIPATION.SEALED_STANDS, CORE.STALE
   */
  reinstate(caller: Caller, id: string, version: number, reason: string): Promise<OpeningFigureView> {
    caller.require('opening-figures.sign');
    return this.move(
      caller,
      id,
      version,
      'reinstate',
      async (em, { list_name: list }) => {
        if (list === null) throw OpeningErrors.OPENING_NOT_REPLACED();
        await rows(
          em,
          `update opening_figures set state = 'signed', ended_by = null, ended_at = null, ended_because = null,
                  list_name = null where id = $1`,
          [id],
        );
      },
      reason,
    );
  }

  /** Waits for whoever writes what counts beside the ledger; none begins until this is done. */
  protected lock(em: EntityManager): Promise<SettingsRow> {
    return lockSettings(em);
  }

  private move(
    caller: Caller,
    id: string,
    version: number,
    move: OpeningMove,
    write: (em: EntityManager, figure: OpeningRow) => Promise<unknown>,
    reason?: string,
  ): Promise<OpeningFigureView> {
    return this.transactions.run(async (em) => {
      await this.lock(em);
      const figure = await find(em, id);
      requireVersion(figure.version, version);
      const { state, drafted_by: draftedBy, reviewed_by: reviewedBy, scan_id: scanId } = figure;
      const standing = { state, draftedBy, reviewedBy, scanned: scanId !== null };
      const refusal = openingRefusal(standing, move, caller.staffId);
      if (refusal) throw OpeningErrors[refusal]();
      if (move === 'replace') await requireNotBeingReplaced(em, id);
      if (move === 'reinstate' && (await isOfImport(em, id))) throw OpeningErrors.FIGURE_OF_IMPORT();
      // A list, or a sealed total, may have come meanwhile.
      const accepts = move === 'review' || move === 'sign';
      if (move === 'reinstate' || (accepts && figure.corrects_id === null)) await requireNoList(em, keyOf(figure));
      if (move === 'reinstate') await requireNotSealed(em, keyOf(figure));
      await write(em, figure);
      await rows(em, `update opening_figures set version = version + 1 where id = $1`, [id]);
      const view = viewOf(await find(em, id));
      await this.told(em, caller, DONE[move], view, reason);
      return view;
    });
  }

  private async write(
    em: EntityManager,
    caller: Caller,
    { measure, year, organisationId, department }: OpeningKey,
    { value, documentNumber }: { value: number; documentNumber: string },
    corrects: { id: string; because: string } | null,
  ): Promise<OpeningFigureView> {
    const id = newId();
    await rows(
      em,
      `insert into opening_figures (id, measure, year, organisation_id, department, value, document_number, corrects_id,
              corrects_because, drafted_by, drafted_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      [
        id,
        measure,
        year,
        organisationId,
        department,
        value,
        documentNumber,
        corrects?.id ?? null,
        corrects?.because ?? null,
        caller.staffId,
        this.clock.now(),
      ],
    );
    const view = viewOf(await find(em, id));
    await this.told(em, caller, 'opening_figure.drafted', view);
    return view;
  }

  private told(em: EntityManager, caller: Caller, action: AuditAction, view: OpeningFigureView, reason?: string) {
    const { id, measure, year, value, ofName, organisationId, documentNumber, ended } = view;
    return this.audit.write(em, caller, [
      {
        action,
        targetKind: 'opening_figure',
        targetId: id,
        organisationId,
        details: { measure, year, of: ofName, value, documentNumber, reason: reason ?? ended?.reason ?? null },
      },
    ]);
  }
}

async function find(em: EntityManager, id: string): Promise<OpeningRow> {
  const found = await readOpeningFigure(em, id);
  if (!found) throw OpeningErrors.OPENING_UNKNOWN();
  return found;
}

const keyOf = ({ measure, year, organisation_id: organisationId, department }: OpeningRow): OpeningKey => ({
  measure,
  year,
  organisationId,
  department,
});

/** Whether a figure of the same year and organisation is in one of these states. */
async function stands(
  em: EntityManager,
  { measure, year, organisationId, department }: OpeningKey,
  states: readonly OpeningState[],
): Promise<boolean> {
  const found = await rows(
    em,
    `select 1 from opening_figures
      where measure = $1 and year = $2 and coalesce(department, organisation_id::text) = $3 and state = any($4::text[])`,
    [measure, year, department ?? organisationId, states],
  );
  return found.length > 0;
}

/** A department's sealed total of the year, or of a month of it, counts already. */
async function requireNotSealed(em: EntityManager, { measure, year, department }: OpeningKey): Promise<void> {
  if (measure !== SEALED_MEASURE || department === null) return;
  const clash = (await sealedPeriodsOf(em, department)).find((period) => period.startsWith(String(year)));
  if (clash) throw OpeningErrors.SEALED_STANDS({ department, period: clash });
}

/** @throws PARTICIPATION.OPENING_LISTED, PARTICIPATION.FIGURE_LIST_COMING */
async function requireNoList(em: EntityManager, key: OpeningKey): Promise<void> {
  const list = await listBeside(em, key);
  if (list) throw OpeningErrors[list === 'counted' ? 'OPENING_LISTED' : 'FIGURE_LIST_COMING']();
}

/** @throws PARTICIPATION.FIGURE_BEING_REPLACED */
export async function requireNotBeingReplaced(em: EntityManager, figureId: string): Promise<void> {
  if (await isBeingReplaced(em, figureId)) throw OpeningErrors.FIGURE_BEING_REPLACED();
}

const stepOf = (name: string | null, at: Date | null) => (name && at ? { name, at: at.toISOString() } : null);

/** Who took what counted out of the figures, when, why, and for which list. */
export function endedOf(figure: {
  ended_by_name: string | null;
  ended_at: Date | null;
  ended_because: string | null;
  list_name: string | null;
}): EndedView | null {
  const step = stepOf(figure.ended_by_name, figure.ended_at);
  return step && { ...step, reason: figure.ended_because!, list: figure.list_name };
}

const viewOf = (figure: OpeningRow): OpeningFigureView => ({
  id: figure.id,
  measure: figure.measure,
  year: figure.year,
  organisationId: figure.organisation_id,
  ofName: figure.of_name,
  ofNameEn: figure.of_name_en,
  value: figure.value,
  documentNumber: figure.document_number,
  scanId: figure.scan_id,
  state: figure.state,
  drafted: { name: figure.drafted_by_name, at: figure.drafted_at.toISOString() },
  reviewed: stepOf(figure.reviewed_by_name, figure.reviewed_at),
  signed: stepOf(figure.signed_by_name, figure.signed_at),
  correctsId: figure.corrects_id,
  correctsBecause: figure.corrects_because,
  correctedById: figure.corrected_by_id,
  ended: endedOf(figure),
  version: figure.version,
});
