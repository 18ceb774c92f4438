import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { AuditAction } from '#contracts';
import {
  Audit,
  type Caller,
  Clock,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  Outbox,
  type Page,
  readCursor,
  requireVersion,
  Transactions,
} from '#core';
import { OrganisationsService } from './organisations.service.js';
import type {
  ChangeTeachingPointRequest,
  CreateTeachingPointRequest,
  TeachingPointsQuery,
  TeachingPointView,
} from './places.dto.js';
import { TeachingPointEntity } from './places.entities.js';
import { PlacesErrors } from './places.errors.js';
import { PlacesService } from './regions.service.js';

/** 教学点: which organisation holds which plate where, and since when (listing, counting rule 16). */
@Injectable()
export class TeachingPointsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly places: PlacesService,
    private readonly organisations: OrganisationsService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  async list(query: TeachingPointsQuery): Promise<Page<TeachingPointView>> {
    const after = readCursor(query.cursor, ['text', 'uuid']);
    const builder = this.source
      .getRepository(TeachingPointEntity)
      .createQueryBuilder('p')
      .orderBy('p.regionCode')
      .addOrderBy('p.id')
      .limit(query.limit + 1);
    if (query.organisationId) builder.andWhere('p.organisationId = :organisationId', query);
    if (query.plateKind) builder.andWhere('p.plateKind = :plateKind', query);
    if (query.region)
      builder.andWhere('p.regionCode = any(:codes)', { codes: await this.places.codesWithin(query.region) });
    if (query.listedOn)
      builder.andWhere('p.listedOn <= :listedOn and (p.delistedOn is null or p.delistedOn > :listedOn)', query);
    if (after)
      builder.andWhere('(p.regionCode, p.id) > (:code, cast(:after as uuid))', { code: after[0], after: after[1] });
    const page = cutPage(
      await builder.getMany(),
      query.limit,
      (point) => [point.regionCode, point.id],
      (point) => point,
    );
    return { ...page, items: await this.viewsOf(this.source.manager, page.items) };
  }

  /** @throws PLACES.TEACHING_POINT_UNKNOWN */
  async get(id: string): Promise<TeachingPointView> {
    return this.viewOf(this.source.manager, await this.find(this.source.manager, id));
  }

  /** @throws PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL, PLACES.ORGANISATION_UNKNOWN, PLACES.PLATE_LISTED_ALREADY */
  async create(caller: Caller, request: CreateTeachingPointRequest, once: OnceKey): Promise<TeachingPointView> {
    caller.require('teaching-points.edit', request.organisationId);
    await this.places.requireRegion(request.regionCode, ['township', 'village']);
    return this.once.run(once, async (em) => {
      await this.organisations.require(em, request.organisationId);
      const point = em.create(TeachingPointEntity, {
        id: newId(),
        organisationId: request.organisationId,
        plateKind: request.plateKind,
        regionCode: request.regionCode,
        name: request.name,
        nameEn: request.nameEn ?? null,
        listedOn: request.listedOn,
        delistedOn: null,
        documentNumber: request.documentNumber ?? null,
        version: 1,
        createdAt: this.clock.now(),
      });
      await em.insert(TeachingPointEntity, point);
      await this.record(em, caller, 'teaching_point.listed', point);
      return this.viewOf(em, point);
    });
  }

  /**
   * Changes a plate; `delistedOn` takes it down from that day on.
   *
   * @throws PLACES.TEACHING_POINT_UNKNOWN, PLACES.DELISTED_TOO_EARLY, CORE.STALE
   */
  async change(
    caller: Caller,
    id: string,
    version: number,
    request: ChangeTeachingPointRequest,
  ): Promise<TeachingPointView> {
    return this.transactions.run(async (em) => {
      const point = await this.find(em, id, true);
      caller.require('teaching-points.edit', point.organisationId);
      requireVersion(point.version, version);
      Object.assign(point, request, { version: version + 1 });
      if (point.delistedOn !== null && point.delistedOn <= point.listedOn) throw PlacesErrors.DELISTED_TOO_EARLY();
      await em.save(point);
      await this.record(
        em,
        caller,
        request.delistedOn ? 'teaching_point.delisted' : 'teaching_point.changed',
        point,
        Object.keys(request),
      );
      return this.viewOf(em, point);
    });
  }

  private async find(em: EntityManager, id: string, lock = false): Promise<TeachingPointEntity> {
    const point = await em.findOne(TeachingPointEntity, {
      where: { id },
      ...(lock && { lock: { mode: 'pessimistic_write' as const } }),
    });
    if (!point) throw PlacesErrors.TEACHING_POINT_UNKNOWN();
    return point;
  }

  /** Audits the deed and tells coverage. */
  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    point: TeachingPointEntity,
    fields?: string[],
  ): Promise<void> {
    await this.audit.write(em, caller, [
      {
        action,
        targetKind: 'teaching_point',
        targetId: point.id,
        organisationId: point.organisationId,
        details: {
          plateKind: point.plateKind,
          regionCode: point.regionCode,
          listedOn: point.listedOn,
          delistedOn: point.delistedOn,
          ...(fields && { fields }),
        },
      },
    ]);
    await this.outbox.tell(em, 'teaching-points.changed', [point.organisationId]);
  }

  private async viewOf(em: EntityManager, point: TeachingPointEntity): Promise<TeachingPointView> {
    return (await this.viewsOf(em, [point]))[0]!;
  }

  private async viewsOf(em: EntityManager, points: readonly TeachingPointEntity[]): Promise<TeachingPointView[]> {
    const names = await this.organisations.namesOf(
      em,
      points.map((point) => point.organisationId),
    );
    return Promise.all(
      points.map(async ({ createdAt: _createdAt, ...point }) => ({
        ...point,
        organisationName: names.get(point.organisationId)!.name,
        organisationNameEn: names.get(point.organisationId)!.nameEn,
        regionName: (await this.places.requireRegion(point.regionCode)).shortName,
      })),
    );
  }
}
