import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  type PageQuery,
  readCursor,
  requireVersion,
  rows,
  Transactions,
} from '#core';
import { Term } from '../catalogue.entities.js';
import { CatalogueErrors } from '../catalogue.errors.js';
import { countClassesOutsideTerm } from '../classes/classes.queries.js';
import type { ChangeTermRequest, CreateTermRequest, TermView } from './terms.dto.js';

/** 学期: laid down by the bureau, the same for all schools. */
@Injectable()
export class TermsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly writes: IdempotentWrites,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** @throws CATALOGUE.TERM_SPAN, CATALOGUE.TERM_NAME_TAKEN */
  async create(caller: Caller, once: OnceKey, request: CreateTermRequest): Promise<TermView> {
    caller.require('terms.edit');
    return this.writes.run(once, async (em) => {
      const term = em.create(Term, {
        id: newId(),
        name: request.name,
        nameEn: request.nameEn ?? null,
        startsOn: request.startsOn,
        endsOn: request.endsOn,
        version: 1,
        createdAt: this.clock.now(),
      });
      requireSpan(term);
      await em.insert(Term, term);
      await this.audit.write(em, caller, [
        {
          action: 'term.created',
          targetKind: 'term',
          targetId: term.id,
          details: { startsOn: term.startsOn, endsOn: term.endsOn },
        },
      ]);
      return viewOf(term);
    });
  }

  /** @throws CATALOGUE.TERM_UNKNOWN */
  async require(em: EntityManager, id: string): Promise<Term> {
    const term = await em.findOneBy(Term, { id });
    if (!term) throw CatalogueErrors.TERM_UNKNOWN();
    return term;
  }

  /** {@link require}; and nobody changes it before the transaction ends. */
  async keep(em: EntityManager, id: string): Promise<Term> {
    const term = await em.findOne(Term, { where: { id }, lock: { mode: 'for_key_share' } });
    if (!term) throw CatalogueErrors.TERM_UNKNOWN();
    return term;
  }

  async get(id: string): Promise<TermView> {
    return viewOf(await this.require(this.source.manager, id));
  }

  /** All terms, the latest first. */
  async list(query: PageQuery): Promise<Page<TermView>> {
    const [startsOn, id] = readCursor(query.cursor, ['text', 'uuid']) ?? [null, null];
    const found = await rows<TermView>(
      this.source,
      `select id, name, name_en as "nameEn", starts_on as "startsOn", ends_on as "endsOn", version
         from terms
        where $1::text is null or (starts_on::text, id) < ($1, $2::uuid)
        order by starts_on desc, id desc limit $3`,
      [startsOn, id, query.limit + 1],
    );
    return cutPage(
      found,
      query.limit,
      (term) => [term.startsOn, term.id],
      (term) => term,
    );
  }

  /** @throws CATALOGUE.TERM_UNKNOWN, CATALOGUE.TERM_SPAN, CATALOGUE.TERM_IN_USE, CORE.STALE */
  async change(caller: Caller, id: string, version: number, request: ChangeTermRequest): Promise<TermView> {
    caller.require('terms.edit');
    return this.transactions.run(async (em) => {
      // For update, so that no class is laid into it meanwhile.
      const term = await em.findOne(Term, { where: { id }, lock: { mode: 'pessimistic_write' } });
      if (!term) throw CatalogueErrors.TERM_UNKNOWN();
      requireVersion(term.version, version);
      Object.assign(term, request, { version: version + 1 });
      requireSpan(term);
      const classes = await countClassesOutsideTerm(em, term);
      if (classes > 0) throw CatalogueErrors.TERM_IN_USE({ classes });
      await em.save(Term, term);
      await this.audit.write(em, caller, [
        {
          action: 'term.changed',
          targetKind: 'term',
          targetId: id,
          details: { fields: Object.keys(request), startsOn: term.startsOn, endsOn: term.endsOn },
        },
      ]);
      return viewOf(term);
    });
  }
}

function requireSpan(term: Term): void {
  if (term.endsOn <= term.startsOn) throw CatalogueErrors.TERM_SPAN();
}

function viewOf({ id, name, nameEn, startsOn, endsOn, version }: Term): TermView {
  return { id, name, nameEn, startsOn, endsOn, version };
}
