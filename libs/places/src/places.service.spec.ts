import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import type { Role } from '#contracts';
import { Caller, CoreModule, newId, type OnceKey, readSettings, row, rows } from '#core';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { testSettings } from '../../../test/support/test-settings.js';
import { OrganisationsService } from './organisations.service.js';
import { PlacesModule } from './places.module.js';
import { ElderlyPopulationsService } from './populations.service.js';
import { PlacesLoader } from './regions.loader.js';
import { PlacesService } from './regions.service.js';
import { TeachingPointsService } from './teaching-points.service.js';
import { TravelTimesService } from './travel.service.js';
import { VenuesService } from './venues.service.js';

const DISTRICT = '330305000000';
const TOWNSHIP = '330305001000';
const VILLAGE = '330305001007';

let database: TestDatabase;
let nest: TestingModule;
let places: PlacesService;
let organisations: OrganisationsService;
let points: TeachingPointsService;
let venues: VenuesService;

const staff = (role: Role, organisationId: string | null = null): Caller =>
  new Caller({ kind: 'staff', id: newId(), signInId: newId() }, [{ role, organisationId }], 'zh', 'spec');
const bureau = staff('bureau_officer');
const once = (): OnceKey => ({ subject: 'spec', key: newId(), fingerprint: Buffer.from('same') });
const firstPage = { limit: 100 };
let schools = 0;
const school = () =>
  organisations.create(
    bureau,
    { kind: 'community_school', name: `第 ${++schools} 社区学校`, regionCode: TOWNSHIP },
    once(),
  );
const venue = (organisationId: string) => ({
  organisationId,
  regionCode: VILLAGE,
  name: '文化礼堂二楼',
  address: '小朴路 1 号',
  capacity: 40,
  stepFree: true,
  accessRoute: 'road' as const,
});

beforeAll(async () => {
  database = await createTestDatabase();
  nest = await Test.createTestingModule({
    imports: [CoreModule.forRoot(readSettings(testSettings(database.url))), PlacesModule],
  }).compile();
  await nest.init();
  places = nest.get(PlacesService);
  organisations = nest.get(OrganisationsService);
  points = nest.get(TeachingPointsService);
  venues = nest.get(VenuesService);
  await nest.get(PlacesLoader).load();
});

afterAll(async () => {
  await nest?.close();
  await database?.drop();
});

describe('regions', () => {
  it('stay as they are when the list is loaded again', async () => {
    expect(await nest.get(PlacesLoader).load()).toBe(0);
    expect((await places.regionTree()).size).toBe(105);
  });

  it('mend what was changed beside the list', async () => {
    await rows(nest.get(DataSource), `update regions set short_name = '?' where code = $1`, [VILLAGE]);
    expect(await nest.get(PlacesLoader).load()).toBe(1);
    expect((await places.region(VILLAGE))?.shortName).toBe('小朴社区');
  });

  it('say in which township a village lies', async () => {
    expect((await places.townshipOf(VILLAGE))?.name).toBe('北岙街道');
    expect((await places.townshipOf(TOWNSHIP))?.code).toBe(TOWNSHIP);
    expect(await places.townshipOf(DISTRICT)).toBeUndefined();
    expect(await places.codesWithin(TOWNSHIP)).toHaveLength(26);
    expect(await places.codesWithin('330000000000')).toHaveLength(105);
  });

  it('are listed page by page, each once', async () => {
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await places.list({ limit: 10, level: 'village', cursor });
      seen.push(...page.items.map(({ code }) => code));
      cursor = page.next ?? undefined;
    } while (cursor);
    expect(new Set(seen).size).toBe(94);
    expect(seen).toHaveLength(94);
  });

  it('refuse an unknown code and one of the wrong level', async () => {
    await expect(places.requireRegion('999999999999')).rejects.toMatchObject({ code: 'PLACES.REGION_UNKNOWN' });
    await expect(places.requireRegion(DISTRICT, ['village'])).rejects.toMatchObject({ code: 'PLACES.REGION_LEVEL' });
  });

  it('show the latest count of residents of 60 and over; the same day again replaces it', async () => {
    const populations = nest.get(ElderlyPopulationsService);
    const put = (countedOn: string, aged60Plus: number) =>
      populations.put(bureau, VILLAGE, { countedOn, aged60Plus, source: '区民政局' });
    await put('2025-12-31', 300);
    await put('2024-12-31', 280);
    const shown = await put('2025-12-31', 310);
    expect(shown.elderlyPopulation).toEqual({ countedOn: '2025-12-31', aged60Plus: 310, source: '区民政局' });
  });
});

describe('organisations', () => {
  it('are made once however often the request comes', async () => {
    const key = once();
    const request = { kind: 'elderly_school' as const, name: '洞头老年大学', regionCode: DISTRICT };
    const made = await organisations.create(bureau, request, key);
    expect(await organisations.create(bureau, request, key)).toEqual(made);
    const found = await organisations.list({ ...firstPage, kind: 'elderly_school' });
    expect(found.items).toEqual([made]);
  });

  it('are changed only on the version that was read', async () => {
    const { id } = await school();
    const changed = await organisations.change(bureau, id, 1, { phone: '0577-63480000' });
    expect(changed).toMatchObject({ version: 2, phone: '0577-63480000' });
    await expect(organisations.change(bureau, id, 1, { phone: null })).rejects.toMatchObject({ code: 'CORE.STALE' });
  });

  it('that are closed take nothing new', async () => {
    const { id } = await school();
    await organisations.change(bureau, id, 1, { state: 'closed' });
    await expect(venues.create(bureau, venue(id), once())).rejects.toMatchObject({
      code: 'PLACES.ORGANISATION_CLOSED',
    });
  });

  it('sit in the district, not above it', async () => {
    const request = { kind: 'school' as const, name: '太高', regionCode: '330300000000' };
    await expect(organisations.create(bureau, request, once())).rejects.toMatchObject({ code: 'PLACES.REGION_LEVEL' });
  });
});

describe('teaching points', () => {
  it('are listed, delisted, and tell coverage each time', async () => {
    const { id: organisationId } = await school();
    const listed = await points.create(
      bureau,
      {
        organisationId,
        plateKind: 'elderly_classroom',
        regionCode: VILLAGE,
        name: '小朴老年学堂',
        listedOn: '2024-09-01',
      },
      once(),
    );
    await expect(points.change(bureau, listed.id, 1, { delistedOn: '2024-09-01' })).rejects.toMatchObject({
      code: 'PLACES.DELISTED_TOO_EARLY',
    });
    await points.change(bureau, listed.id, 1, { delistedOn: '2026-01-01' });
    const on = async (listedOn: string) =>
      (await points.list({ ...firstPage, region: TOWNSHIP, listedOn })).items.some(({ id }) => id === listed.id);
    expect([await on('2024-08-31'), await on('2024-09-01'), await on('2025-12-31'), await on('2026-01-01')]).toEqual([
      false,
      true,
      true,
      false,
    ]);
    const told = await row<{ count: string }>(
      nest.get(DataSource),
      `select count(*) from outbox where topic = 'teaching-points.changed' and $1 = any(ids)`,
      [organisationId],
    );
    expect(told?.count).toBe('2');
  });

  it('hang once for each kind and place', async () => {
    const { id: organisationId } = await school();
    const plate = {
      organisationId,
      plateKind: 'elderly_school' as const,
      regionCode: TOWNSHIP,
      name: '北岙老年学校',
      listedOn: '2024-09-01',
    };
    const first = await points.create(bureau, plate, once());
    await expect(points.create(bureau, plate, once())).rejects.toMatchObject({
      driverError: { constraint: 'uq_teaching_points_plate' },
    });
    await points.change(bureau, first.id, 1, { delistedOn: '2025-09-01' });
    await points.create(bureau, { ...plate, listedOn: '2025-09-01' }, once());
  });
});

describe('venues', () => {
  it('belong to their organisation: another school neither adds to them nor changes them', async () => {
    const [own, other] = [await school(), await school()];
    const registrar = staff('registrar', own.id);
    const made = await venues.create(registrar, venue(own.id), once());
    expect(made).toMatchObject({ regionName: '小朴社区', version: 1, state: 'active' });
    await expect(venues.create(registrar, venue(other.id), once())).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
    await expect(venues.change(staff('registrar', other.id), made.id, 1, { capacity: 9 })).rejects.toMatchObject({
      code: 'CORE.FORBIDDEN',
    });
    await venues.change(registrar, made.id, 1, { capacity: 50 });
    expect(await venues.require(nest.get(DataSource).manager, made.id)).toMatchObject({
      capacity: 50,
      organisationId: own.id,
    });
  });

  it('stand in a village or township', async () => {
    const { id } = await school();
    await expect(venues.create(bureau, { ...venue(id), regionCode: DISTRICT }, once())).rejects.toMatchObject({
      code: 'PLACES.REGION_LEVEL',
    });
  });
});

describe('travel times', () => {
  const ISLAND = '330305202000';
  const hall = { venueId: 'hall', regionCode: VILLAGE, accessRoute: 'road' as const };
  const island = { venueId: 'island', regionCode: '330305202200', accessRoute: 'ferry' as const };
  const put = (a: string, b: string, minutes: number | null) =>
    nest.get(TravelTimesService).put(bureau, a, b, { minutes, source: '2026 年船班时刻表' });
  const minutes = async () => (await nest.get(TravelTimesService).between(nest.get(DataSource).manager))(hall, island);

  it('are put down for both ways, replaced, and taken back', async () => {
    expect(await minutes()).toBe(90);
    await put(ISLAND, TOWNSHIP, 75);
    expect(await minutes()).toBe(75);
    await put(TOWNSHIP, ISLAND, 60);
    expect(await minutes()).toBe(60);
    const kept = await rows<{ details: object }>(
      nest.get(DataSource),
      `select details from audit_entries where action = 'travel_time.put' order by at, id`,
    );
    expect(kept.map(({ details }) => details)).toEqual([
      { townships: [TOWNSHIP, ISLAND], minutes: 75, before: null },
      { townships: [TOWNSHIP, ISLAND], minutes: 60, before: 75 },
    ]);
    await put(TOWNSHIP, ISLAND, null);
    expect(await minutes()).toBe(90);
  });

  it('are listed for every pair of townships, each once', async () => {
    await put(TOWNSHIP, ISLAND, 60);
    const travel = nest.get(TravelTimesService);
    const first = await travel.list({ limit: 20 });
    const second = await travel.list({ limit: 20, cursor: first.next ?? undefined });
    const all = [...first.items, ...second.items];
    expect([all.length, new Set(all.map(({ from, to }) => from.code + to.code)).size, second.next]).toEqual([
      28,
      28,
      null,
    ]);
    expect(all.filter(({ minutes }) => minutes !== null)).toEqual([
      expect.objectContaining({ from: expect.objectContaining({ code: TOWNSHIP }), minutes: 60 }),
    ]);
  });

  it('stand between two townships, nowhere else, and are the bureau’s to put down', async () => {
    await expect(put(TOWNSHIP, TOWNSHIP, 5)).rejects.toMatchObject({ code: 'PLACES.TRAVEL_WITHIN_TOWNSHIP' });
    await expect(put(TOWNSHIP, VILLAGE, 5)).rejects.toMatchObject({ code: 'PLACES.REGION_LEVEL' });
    const registrar = staff('registrar', newId());
    await expect(
      nest.get(TravelTimesService).put(registrar, TOWNSHIP, ISLAND, { minutes: 5, source: '无' }),
    ).rejects.toMatchObject({ code: 'CORE.FORBIDDEN' });
  });
});
