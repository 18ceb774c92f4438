import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction, OrganisationKind } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  readCursor,
  requireVersion,
  rows,
  Transactions,
} from '#core';
import type {
  ChangeOrganisationRequest,
  CreateOrganisationRequest,
  OrganisationsQuery,
  OrganisationView,
} from './places.dto.js';
import { OrganisationEntity } from './places.entities.js';
import { PlacesErrors } from './places.errors.js';
import { PlacesService } from './regions.service.js';

/** An organisation as other libs see it. */
export interface Organisation {
  id: string;
  kind: OrganisationKind;
  name: string;
  nameEn: string | null;
  regionCode: string;
  phone: string | null;
}

/** 机构: schools, offices, the bureau itself. */
@Injectable()
export class OrganisationsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly places: PlacesService,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** One that is active. @throws PLACES.ORGANISATION_UNKNOWN, PLACES.ORGANISATION_CLOSED */
  async require(em: EntityManager, id: string): Promise<Organisation> {
    const { state, kind, name, nameEn, regionCode, phone } = await this.find(em, id);
    if (state !== 'active') throw PlacesErrors.ORGANISATION_CLOSED();
    return { id, kind, name, nameEn, regionCode, phone };
  }

  /** Names of organisations, closed ones too, for views of other libs; an unknown id is absent. */
  async namesOf(
    em: EntityManager,
    ids: readonly string[],
  ): Promise<Map<string, { name: string; nameEn: string | null }>> {
    const found = await rows<{ id: string; name: string; name_en: string | null }>(
      em,
      `select id, name, name_en from organisations where id = any($1::uuid[])`,
      [[...new Set(ids)]],
    );
    return new Map(found.map(({ id, name, name_en }) => [id, { name, nameEn: name_en }]));
  }

  async list(query: OrganisationsQuery): Promise<Page<OrganisationView>> {
    const after = readCursor(query.cursor, ['text']);
    const builder = this.source
      .getRepository(OrganisationEntity)
      .createQueryBuilder('o')
      .orderBy('o.name')
      .limit(query.limit + 1);
    if (query.kind) builder.andWhere('o.kind = :kind', { kind: query.kind });
    if (after) builder.andWhere('o.name > :after', { after: after[0] });
    const page = cutPage(
      await builder.getMany(),
      query.limit,
      (organisation) => [organisation.name],
      (organisation) => organisation,
    );
    return { ...page, items: await Promise.all(page.items.map((organisation) => this.viewOf(organisation))) };
  }

  /** @throws PLACES.ORGANISATION_UNKNOWN */
  async get(id: string): Promise<OrganisationView> {
    return this.viewOf(await this.find(this.source.manager, id));
  }

  /** @throws PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL, PLACES.ORGANISATION_NAME_TAKEN */
  async create(caller: Caller, request: CreateOrganisationRequest, once: OnceKey): Promise<OrganisationView> {
    caller.require('organisations.edit');
    await this.requireSeat(request.regionCode);
    return this.once.run(once, async (em) => {
      const organisation = em.create(OrganisationEntity, {
        id: newId(),
        kind: request.kind,
        name: request.name,
        nameEn: request.nameEn ?? null,
        regionCode: request.regionCode,
        phone: request.phone ?? null,
        state: 'active',
        version: 1,
        createdAt: this.clock.now(),
      });
      await em.insert(OrganisationEntity, organisation);
      await this.record(em, caller, 'organisation.created', organisation.id, {
        kind: request.kind,
        regionCode: request.regionCode,
      });
      return this.viewOf(organisation);
    });
  }

  /** @throws PLACES.ORGANISATION_UNKNOWN, CORE.STALE, and what {@link create} throws */
  async change(
    caller: Caller,
    id: string,
    version: number,
    request: ChangeOrganisationRequest,
  ): Promise<OrganisationView> {
    caller.require('organisations.edit', id);
    if (request.regionCode !== undefined) await this.requireSeat(request.regionCode);
    return this.transactions.run(async (em) => {
      const organisation = await this.find(em, id, true);
      requireVersion(organisation.version, version);
      Object.assign(organisation, request, { version: version + 1 });
      await em.save(organisation);
      await this.record(em, caller, 'organisation.changed', id, {
        fields: Object.keys(request),
        state: organisation.state,
      });
      return this.viewOf(organisation);
    });
  }

  /** An organisation sits somewhere in the district. */
  private async requireSeat(regionCode: string): Promise<void> {
    await this.places.requireRegion(regionCode, ['district', 'township', 'village']);
  }

  private async find(em: EntityManager, id: string, lock = false): Promise<OrganisationEntity> {
    const organisation = await em.findOne(OrganisationEntity, {
      where: { id },
      ...(lock && { lock: { mode: 'pessimistic_write' as const } }),
    });
    if (!organisation) throw PlacesErrors.ORGANISATION_UNKNOWN();
    return organisation;
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    id: string,
    details: Record<string, unknown>,
  ) {
    await this.audit.write(em, caller, [
      { action, targetKind: 'organisation', targetId: id, organisationId: id, details },
    ]);
  }

  private async viewOf(organisation: OrganisationEntity): Promise<OrganisationView> {
    return {
      id: organisation.id,
      kind: organisation.kind,
      name: organisation.name,
      nameEn: organisation.nameEn,
      regionCode: organisation.regionCode,
      regionName: (await this.places.requireRegion(organisation.regionCode)).shortName,
      phone: organisation.phone,
      state: organisation.state,
      version: organisation.version,
    };
  }
}
