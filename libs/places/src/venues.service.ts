import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { AuditAction, AccessRoute } from '#contracts';
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
import type { ChangeVenueRequest, CreateVenueRequest, VenuesQuery, VenueView } from './places.dto.js';
import { VenueEntity, type VenueState } from './places.entities.js';
import { PlacesErrors } from './places.errors.js';
import { PlacesService } from './regions.service.js';

/** A venue as other libs see it. */
export interface Venue {
  id: string;
  organisationId: string;
  regionCode: string;
  name: string;
  nameEn: string | null;
  address: string;
  directions: string | null;
  /** People who find a seat. */
  capacity: number;
  stepFree: boolean;
  accessRoute: AccessRoute;
  state: VenueState;
}

/** 场地: kept by the organisation it belongs to. */
@Injectable()
export class VenuesService {
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

  /** The venue, closed ones too: `state` says so. @throws PLACES.VENUE_UNKNOWN */
  async require(em: EntityManager, id: string): Promise<Venue> {
    const { version: _version, createdAt: _createdAt, ...venue } = await this.find(em, id);
    return venue;
  }

  /** {@link require} for several, each once. */
  async requireAll(em: EntityManager, ids: readonly string[]): Promise<Venue[]> {
    const wanted = new Set(ids);
    const found = wanted.size > 0 ? await em.findBy(VenueEntity, { id: In([...wanted]) }) : [];
    if (found.length < wanted.size) throw PlacesErrors.VENUE_UNKNOWN();
    return found.map(({ version: _version, createdAt: _createdAt, ...venue }) => venue);
  }

  async list(query: VenuesQuery): Promise<Page<VenueView>> {
    const after = readCursor(query.cursor, ['uuid']);
    const builder = this.source
      .getRepository(VenueEntity)
      .createQueryBuilder('v')
      .orderBy('v.id')
      .limit(query.limit + 1);
    if (query.organisationId) builder.andWhere('v.organisationId = :organisationId', query);
    if (query.state) builder.andWhere('v.state = :state', query);
    if (query.region)
      builder.andWhere('v.regionCode = any(:codes)', { codes: await this.places.codesWithin(query.region) });
    if (after) builder.andWhere('v.id > :after', { after: after[0] });
    const page = cutPage(
      await builder.getMany(),
      query.limit,
      (venue) => [venue.id],
      (venue) => venue,
    );
    return { ...page, items: await Promise.all(page.items.map((venue) => this.viewOf(venue))) };
  }

  /** @throws PLACES.VENUE_UNKNOWN */
  async get(id: string): Promise<VenueView> {
    return this.viewOf(await this.find(this.source.manager, id));
  }

  /** @throws PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL, PLACES.ORGANISATION_UNKNOWN, PLACES.VENUE_NAME_TAKEN */
  async create(caller: Caller, request: CreateVenueRequest, once: OnceKey): Promise<VenueView> {
    caller.require('venues.edit', request.organisationId);
    await this.requireSite(request.regionCode);
    return this.once.run(once, async (em) => {
      await this.organisations.require(em, request.organisationId);
      const venue = em.create(VenueEntity, {
        id: newId(),
        organisationId: request.organisationId,
        regionCode: request.regionCode,
        name: request.name,
        nameEn: request.nameEn ?? null,
        address: request.address,
        directions: request.directions ?? null,
        capacity: request.capacity,
        stepFree: request.stepFree,
        accessRoute: request.accessRoute,
        state: 'active',
        version: 1,
        createdAt: this.clock.now(),
      });
      await em.insert(VenueEntity, venue);
      await this.record(em, caller, 'venue.created', venue, { capacity: venue.capacity, regionCode: venue.regionCode });
      return this.viewOf(venue);
    });
  }

  /** @throws PLACES.VENUE_UNKNOWN, CORE.STALE, and what {@link create} throws */
  async change(caller: Caller, id: string, version: number, request: ChangeVenueRequest): Promise<VenueView> {
    if (request.regionCode !== undefined) await this.requireSite(request.regionCode);
    return this.transactions.run(async (em) => {
      const venue = await this.find(em, id, true);
      caller.require('venues.edit', venue.organisationId);
      requireVersion(venue.version, version);
      const before = venue.regionCode;
      Object.assign(venue, request, { version: version + 1 });
      await em.save(venue);
      await this.record(em, caller, 'venue.changed', venue, {
        fields: Object.keys(request),
        capacity: venue.capacity,
        state: venue.state,
      });
      // What counts is where a session was held (counting rules 13 and 16).
      if (venue.regionCode !== before) await this.outbox.tell(em, 'venues.moved', [venue.id]);
      return this.viewOf(venue);
    });
  }

  /** A venue stands in a village; where nobody says which, in a township. */
  private async requireSite(regionCode: string): Promise<void> {
    await this.places.requireRegion(regionCode, ['township', 'village']);
  }

  private async find(em: EntityManager, id: string, lock = false): Promise<VenueEntity> {
    const venue = await em.findOne(VenueEntity, {
      where: { id },
      ...(lock && { lock: { mode: 'pessimistic_write' as const } }),
    });
    if (!venue) throw PlacesErrors.VENUE_UNKNOWN();
    return venue;
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    venue: VenueEntity,
    details: Record<string, unknown>,
  ) {
    await this.audit.write(em, caller, [
      { action, targetKind: 'venue', targetId: venue.id, organisationId: venue.organisationId, details },
    ]);
  }

  private async viewOf({ createdAt: _createdAt, ...venue }: VenueEntity): Promise<VenueView> {
    return { ...venue, regionName: (await this.places.requireRegion(venue.regionCode)).shortName };
  }
}
