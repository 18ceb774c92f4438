import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { addDays, dayOf, readMobilePhone } from '#contracts';
import { Audit, type Caller, Clock, invalid, newId, Outbox, requireVersion, rows, Transactions } from '#core';
import { PlacesService } from '#places';
import type { ChangeDetailsRequest, ChangeOwnDetailsRequest, ResidentDetailsView } from './details.dto.js';
import { type GroupSpan, holdsOn, planGroups, type RecordedGroup } from '../residents/groups.rules.js';
import { ResidentEntity } from '../people.entities.js';
import { PeopleErrors } from '../people.errors.js';
import { onResident } from '../residents/records.js';
import { lockResidents } from '../residents/residents.queries.js';
import { tidyName } from '../residents/residents.rules.js';
import { ResidentsService } from '../residents/residents.service.js';
import { maskPhone } from '../sign-in/sign-in.rules.js';
import { Vault } from '../vault.js';

type Fields = Omit<ChangeOwnDetailsRequest, 'groups'>;

/** Where somebody works or is registered may be known no closer than the township. */
const TIE_LEVELS = ['village', 'township'] as const;

/**
 * Where residents live, work and are registered, their groups, needs and emergency contact: changed by their own account
 * or at the counter, on the version of the resident that was read.
 */
@Injectable()
export class DetailsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly residents: ResidentsService,
    private readonly places: PlacesService,
    private readonly vault: Vault,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
    private readonly clock: Clock,
  ) {}

  /** @throws PEOPLE.RESIDENT_UNKNOWN */
  async mine(caller: Caller, residentId: string): Promise<ResidentDetailsView> {
    const em = this.source.manager;
    await this.residents.requireActsFor(em, caller, residentId);
    return this.viewOf(em, await this.residents.require(em, residentId), false);
  }

  /**
   * Groups that are named become declared ones; what staff certified stays as it is.
   *
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.PHONE_WRONG, PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL, CORE.STALE
   */
  async changeMine(
    caller: Caller,
    residentId: string,
    version: number,
    { groups, ...fields }: ChangeOwnDetailsRequest,
  ): Promise<ResidentDetailsView> {
    return this.transactions.run(async (em) => {
      await lockResidents(em, [residentId]);
      await this.residents.requireActsFor(em, caller, residentId);
      const today = dayOf(this.clock.now());
      const certified = (await this.groupsOf(em, residentId)).filter(
        (one) => one.source === 'certified' && holdsOn(one, today),
      );
      const declared = groups
        ?.filter((kind) => certified.every((one) => one.kind !== kind))
        .map((kind): GroupSpan => ({ kind, source: 'declared', since: today, until: null }));
      const resident = await this.change(
        em,
        caller,
        residentId,
        version,
        fields,
        declared && [...certified, ...declared],
      );
      return this.viewOf(em, resident, false);
    });
  }

  /** As the counter sees it, audited. @throws PEOPLE.RESIDENT_UNKNOWN */
  async get(caller: Caller, residentId: string): Promise<ResidentDetailsView> {
    caller.require('residents.read');
    return this.transactions.run(async (em) => {
      const resident = await this.residents.require(em, residentId);
      await this.audit.write(em, caller, [onResident('resident.details_viewed', residentId)]);
      return this.viewOf(em, resident, true);
    });
  }

  /**
   * @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.PHONE_WRONG, PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL, CORE.STALE,
   *   CORE.INVALID where a group is named twice or its days cannot be, CORE.FORBIDDEN where it is certified without the
   *   right to verify
   */
  async changeAtCounter(
    caller: Caller,
    residentId: string,
    version: number,
    { groups, ...fields }: ChangeDetailsRequest,
  ): Promise<ResidentDetailsView> {
    caller.require('residents.register');
    if (groups?.some(({ source }) => source === 'certified')) caller.require('residents.verify');
    const spans = groups && this.spansOf(groups);
    return this.transactions.run(async (em) => {
      await lockResidents(em, [residentId]);
      await this.residents.require(em, residentId);
      return this.viewOf(em, await this.change(em, caller, residentId, version, fields, spans), true);
    });
  }

  /** The wanted groups as days from-to. @throws CORE.INVALID */
  private spansOf(groups: NonNullable<ChangeDetailsRequest['groups']>): GroupSpan[] {
    const today = dayOf(this.clock.now());
    const spans = groups.map(({ kind, source, since, lastDay }): GroupSpan => ({
      kind,
      source,
      since: since ?? today,
      until: lastDay ? addDays(lastDay, 1) : null,
    }));
    const wrong = spans.flatMap(({ kind, since, until }, index) => {
      const path = `groups.${index}`;
      if (spans.findIndex((one) => one.kind === kind) !== index) {
        return [{ path: `${path}.kind`, message: { zh: '有重复', en: 'is named twice' } }];
      }
      if (since > today) {
        return [{ path: `${path}.since`, message: { zh: '不能晚于今天', en: 'must not lie after today' } }];
      }
      return until !== null && until <= today
        ? [{ path: `${path}.lastDay`, message: { zh: '已经过期', en: 'has passed' } }]
        : [];
    });
    if (wrong.length > 0) throw invalid(wrong);
    return spans;
  }

  /** Changes a resident who is locked. */
  private async change(
    em: EntityManager,
    caller: Caller,
    residentId: string,
    version: number,
    fields: Fields,
    groups: readonly GroupSpan[] | undefined,
  ): Promise<ResidentEntity> {
    const resident = await this.residents.require(em, residentId);
    requireVersion(resident.version, version);
    const { contact, ...rest } = fields;
    if (rest.regionCode !== undefined) await this.places.requireRegion(rest.regionCode, ['village']);
    for (const code of [rest.workRegionCode, rest.householdRegionCode]) {
      if (code) await this.places.requireRegion(code, TIE_LEVELS);
    }
    const phone = contact ? readMobilePhone(contact.phone) : null;
    if (contact && phone === null) throw PeopleErrors.PHONE_WRONG();
    const changes = {
      ...rest,
      ...(contact !== undefined && {
        contactNameSealed: contact && this.vault.contactName(tidyName(contact.name)),
        contactPhoneSealed: phone === null ? null : this.vault.phone(phone).sealed,
      }),
      version: version + 1,
    };
    await em.update(ResidentEntity, { id: residentId }, changes);
    const groupsChanged = groups !== undefined && (await this.writeGroups(em, residentId, groups));
    // What changed, not to what: that stands in the row, and the log outlives it.
    await this.audit.write(em, caller, [
      onResident('resident.details_changed', residentId, {
        fields: Object.keys(fields),
        ...(groupsChanged && { groups: groups.map(({ kind, source }) => `${kind}:${source}`) }),
      }),
    ]);
    if (groupsChanged) await this.outbox.tell(em, 'evidence.changed', [residentId]);
    return { ...resident, ...changes };
  }

  /** Whether anything changed. */
  private async writeGroups(em: EntityManager, residentId: string, wanted: readonly GroupSpan[]): Promise<boolean> {
    const now = this.clock.now();
    const { cut, begin } = planGroups(await this.groupsOf(em, residentId), wanted, dayOf(now));
    if (cut.length > 0) {
      await rows(
        em,
        `update resident_groups g set until = c.until from unnest($1::uuid[], $2::date[]) as c (id, until) where g.id = c.id`,
        [cut.map(({ id }) => id), cut.map(({ until }) => until)],
      );
    }
    if (begin.length > 0) {
      await rows(
        em,
        `insert into resident_groups (id, resident_id, kind, source, since, until, recorded_at)
         select id, $2, kind, source, since, until, $7
           from unnest($1::uuid[], $3::text[], $4::text[], $5::date[], $6::date[]) as g (id, kind, source, since, until)`,
        [
          begin.map(() => newId()),
          residentId,
          begin.map(({ kind }) => kind),
          begin.map(({ source }) => source),
          begin.map(({ since }) => since),
          begin.map(({ until }) => until),
          now,
        ],
      );
    }
    return cut.length + begin.length > 0;
  }

  private groupsOf(em: EntityManager, residentId: string): Promise<RecordedGroup[]> {
    return rows<RecordedGroup>(
      em,
      `select id, kind, source, since, until from resident_groups where resident_id = $1 order by kind, since`,
      [residentId],
    );
  }

  private async viewOf(em: EntityManager, resident: ResidentEntity, masked: boolean): Promise<ResidentDetailsView> {
    const today = dayOf(this.clock.now());
    const { contactNameSealed, contactPhoneSealed } = resident;
    const phone = contactPhoneSealed && this.vault.openPhone(contactPhoneSealed);
    return {
      residentId: resident.id,
      regionCode: resident.regionCode,
      regionName: await this.residents.regionName(resident.regionCode),
      workRegionCode: resident.workRegionCode,
      workRegionName: await this.residents.regionName(resident.workRegionCode),
      householdRegionCode: resident.householdRegionCode,
      householdRegionName: await this.residents.regionName(resident.householdRegionCode),
      needs: resident.needs,
      contact:
        contactNameSealed && phone
          ? { name: this.vault.openContactName(contactNameSealed), phone: masked ? maskPhone(phone) : phone }
          : null,
      groups: (await this.groupsOf(em, resident.id))
        .filter((one) => holdsOn(one, today))
        .map(({ kind, source, since, until }) => ({
          kind,
          source,
          since,
          lastDay: until === null ? null : addDays(until, -1),
        })),
      version: resident.version,
    };
  }
}
