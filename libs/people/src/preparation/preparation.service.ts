import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { ProxyStanding } from '#contracts';
import { Audit, type Caller, Transactions } from '#core';
import { ResidentEntity } from '../people.entities.js';
import { PeopleErrors } from '../people.errors.js';
import type { PreparationView } from './preparation.dto.js';
import { preparationOf } from './preparation.rules.js';
import { readProxiesOfResident } from '../proxies/proxies.queries.js';
import { onResident } from '../residents/records.js';
import { ResidentsService } from '../residents/residents.service.js';

/** 报名准备: what residents have ready before enrollment opens. */
@Injectable()
export class PreparationService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly residents: ResidentsService,
    private readonly audit: Audit,
  ) {}

  /** Of everyone for whom the account acts, its holder first. @throws PEOPLE.TERM_UNKNOWN */
  async mine(caller: Caller, termId: string | undefined): Promise<PreparationView[]> {
    const em = this.source.manager;
    const held = await this.residents.residentsOf(em, caller.accountId);
    const ids = held.map(({ id }) => id);
    const standings = await this.residents.consentsOf(
      em,
      ids.map((residentId) => ({ accountId: caller.accountId, residentId })),
    );
    return this.viewsOf(em, ids, termId, (id) => [standings[ids.indexOf(id)]!]);
  }

  /** Of one resident, at the counter; audited. @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.TERM_UNKNOWN */
  async of(caller: Caller, residentId: string, termId: string | undefined): Promise<PreparationView> {
    caller.require('residents.read');
    return this.transactions.run(async (em) => {
      await this.residents.require(em, residentId);
      const proxies = await readProxiesOfResident(em, residentId);
      const [view] = await this.viewsOf(em, [residentId], termId, () => proxies.map(({ standing }) => standing));
      await this.audit.write(em, caller, [onResident('resident.preparation_viewed', residentId)]);
      return view!;
    });
  }

  private async viewsOf(
    em: EntityManager,
    ids: readonly string[],
    termId: string | undefined,
    standingsOf: (id: string) => readonly ProxyStanding[],
  ): Promise<PreparationView[]> {
    if (ids.length === 0) return [];
    const found = await em.findBy(ResidentEntity, { id: In([...ids]) });
    const companions = await this.residents.companionsOf(em, ids);
    const support = termId === undefined ? null : await this.residents.supportOf(em, ids, termId);
    if (support?.size === 0) throw PeopleErrors.TERM_UNKNOWN();
    const byId = new Map(found.map((resident) => [resident.id, resident]));
    return ids.map((id) => {
      const resident = byId.get(id)!;
      const declaration = support?.get(id)?.declaration ?? null;
      return {
        residentId: id,
        name: resident.name,
        items: preparationOf({
          verified: resident.identityState === 'verified',
          residence: resident.regionCode !== null,
          ties: resident.workRegionCode !== null || resident.householdRegionCode !== null,
          standings: standingsOf(id),
          contact: resident.contactPhoneSealed !== null,
          declaration,
          companions: companions.get(id)?.size ?? 0,
        }),
        declaration,
      };
    });
  }
}
