import {
  ACCESS_ROUTES,
  type AccessRoute,
  ORGANISATION_KINDS,
  type OrganisationKind,
  PLATE_KINDS,
  type PlateKind,
  REGION_LEVELS,
  type RegionLevel,
} from '#contracts';
import { Day, Id, Nested, OneOf, PageQuery, RegionCode, Text, WholeNumber, YesNo } from '#core';
import { ORGANISATION_STATES, type OrganisationState, VENUE_STATES, type VenueState } from './places.entities.js';

const NAME = { max: 100 };
const NAME_EN = { max: 200, nullable: true, optional: true };
const PHONE = { max: 30, nullable: true, optional: true, description: 'For the public to call.' };

/* Regions */

export class RegionsQuery extends PageQuery {
  @OneOf(REGION_LEVELS, { optional: true })
  level?: RegionLevel;

  @RegionCode({ optional: true, description: 'Only regions that lie directly in this one.' })
  parent?: string;
}

export class RegionView {
  @RegionCode()
  code!: string;

  @OneOf(REGION_LEVELS)
  level!: RegionLevel;

  @Text({ max: 100, description: 'As the official list writes it.' })
  name!: string;

  @Text({ max: 100, description: 'As screens show it.' })
  shortName!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @RegionCode({ nullable: true })
  parentCode!: string | null;

  @Day()
  validFrom!: string;

  @Day({ nullable: true, description: 'The first day on which it no longer stands.' })
  validTo!: string | null;
}

export class ElderlyPopulationRequest {
  @Day({ description: 'The day of the count.' })
  countedOn!: string;

  @WholeNumber({ min: 0, max: 10_000_000 })
  aged60Plus!: number;

  @Text({ max: 200, description: 'Who counted, and in which paper it stands.' })
  source!: string;
}

export class ElderlyPopulationView extends ElderlyPopulationRequest {}

export class RegionDetailView extends RegionView {
  @Nested(() => ElderlyPopulationView, { nullable: true, description: 'The latest figure.' })
  elderlyPopulation!: ElderlyPopulationView | null;
}

/* Organisations */

export class OrganisationsQuery extends PageQuery {
  @OneOf(ORGANISATION_KINDS, { optional: true })
  kind?: OrganisationKind;
}

export class CreateOrganisationRequest {
  @OneOf(ORGANISATION_KINDS)
  kind!: OrganisationKind;

  @Text(NAME)
  name!: string;

  @Text(NAME_EN)
  nameEn?: string | null;

  @RegionCode({ description: 'A district, township or village.' })
  regionCode!: string;

  @Text(PHONE)
  phone?: string | null;
}

export class ChangeOrganisationRequest {
  @Text({ ...NAME, optional: true })
  name?: string;

  @Text(NAME_EN)
  nameEn?: string | null;

  @RegionCode({ optional: true })
  regionCode?: string;

  @Text(PHONE)
  phone?: string | null;

  @OneOf(ORGANISATION_STATES, { optional: true })
  state?: OrganisationState;
}

export class OrganisationView {
  @Id()
  id!: string;

  @OneOf(ORGANISATION_KINDS)
  kind!: OrganisationKind;

  @Text(NAME)
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @RegionCode()
  regionCode!: string;

  @Text({ max: 100, description: 'The short name of the region.' })
  regionName!: string;

  @Text({ max: 30, nullable: true })
  phone!: string | null;

  @OneOf(ORGANISATION_STATES)
  state!: OrganisationState;

  @WholeNumber({ min: 1, max: 2_147_483_647 })
  version!: number;
}

/* Teaching points */

export class TeachingPointsQuery extends PageQuery {
  @RegionCode({ optional: true, description: 'Plates in this region or in any part of it.' })
  region?: string;

  @Id({ optional: true })
  organisationId?: string;

  @OneOf(PLATE_KINDS, { optional: true })
  plateKind?: PlateKind;

  @Day({ optional: true, description: 'Only plates that hang on this day; without it, all that ever did.' })
  listedOn?: string;
}

export class CreateTeachingPointRequest {
  @Id()
  organisationId!: string;

  @OneOf(PLATE_KINDS)
  plateKind!: PlateKind;

  @RegionCode({ description: 'A township or village.' })
  regionCode!: string;

  @Text(NAME)
  name!: string;

  @Text(NAME_EN)
  nameEn?: string | null;

  @Day()
  listedOn!: string;

  @Text({ max: 100, nullable: true, optional: true, description: '文号 of the paper that listed it.' })
  documentNumber?: string | null;
}

export class ChangeTeachingPointRequest {
  @Text({ ...NAME, optional: true })
  name?: string;

  @Text(NAME_EN)
  nameEn?: string | null;

  @Day({
    nullable: true,
    optional: true,
    description: 'The first day on which the plate no longer hangs; null takes a mistaken delisting back.',
  })
  delistedOn?: string | null;

  @Text({ max: 100, nullable: true, optional: true })
  documentNumber?: string | null;
}

export class TeachingPointView {
  @Id()
  id!: string;

  @Id()
  organisationId!: string;

  @Text(NAME)
  organisationName!: string;

  @Text({ max: 200, nullable: true })
  organisationNameEn!: string | null;

  @OneOf(PLATE_KINDS)
  plateKind!: PlateKind;

  @RegionCode()
  regionCode!: string;

  @Text({ max: 100 })
  regionName!: string;

  @Text(NAME)
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @Day()
  listedOn!: string;

  @Day({ nullable: true })
  delistedOn!: string | null;

  @Text({ max: 100, nullable: true })
  documentNumber!: string | null;

  @WholeNumber({ min: 1, max: 2_147_483_647 })
  version!: number;
}

/* Venues */

const ADDRESS = { max: 200 };
const DIRECTIONS = { max: 300, nullable: true, optional: true, description: 'Where to go, in words.' };
const CAPACITY = { min: 1, max: 10_000 };

export class VenuesQuery extends PageQuery {
  @Id({ optional: true })
  organisationId?: string;

  @RegionCode({ optional: true, description: 'Venues in this region or in any part of it.' })
  region?: string;

  @OneOf(VENUE_STATES, { optional: true })
  state?: VenueState;
}

export class CreateVenueRequest {
  @Id()
  organisationId!: string;

  @RegionCode({ description: 'The village it stands in, or its township.' })
  regionCode!: string;

  @Text(NAME)
  name!: string;

  @Text(NAME_EN)
  nameEn?: string | null;

  @Text(ADDRESS)
  address!: string;

  @Text(DIRECTIONS)
  directions?: string | null;

  @WholeNumber({ ...CAPACITY, description: 'People who find a seat.' })
  capacity!: number;

  @YesNo({ description: 'Reached without a step.' })
  stepFree!: boolean;

  @OneOf(ACCESS_ROUTES)
  accessRoute!: AccessRoute;
}

export class ChangeVenueRequest {
  @RegionCode({ optional: true })
  regionCode?: string;

  @Text({ ...NAME, optional: true })
  name?: string;

  @Text(NAME_EN)
  nameEn?: string | null;

  @Text({ ...ADDRESS, optional: true })
  address?: string;

  @Text(DIRECTIONS)
  directions?: string | null;

  @WholeNumber({ ...CAPACITY, optional: true })
  capacity?: number;

  @YesNo({ optional: true })
  stepFree?: boolean;

  @OneOf(ACCESS_ROUTES, { optional: true })
  accessRoute?: AccessRoute;

  @OneOf(VENUE_STATES, { optional: true, description: 'A closed venue takes no new classes.' })
  state?: VenueState;
}

export class VenueView {
  @Id()
  id!: string;

  @Id()
  organisationId!: string;

  @RegionCode()
  regionCode!: string;

  @Text({ max: 100 })
  regionName!: string;

  @Text(NAME)
  name!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;

  @Text(ADDRESS)
  address!: string;

  @Text({ max: 300, nullable: true })
  directions!: string | null;

  @WholeNumber(CAPACITY)
  capacity!: number;

  @YesNo()
  stepFree!: boolean;

  @OneOf(ACCESS_ROUTES)
  accessRoute!: AccessRoute;

  @OneOf(VENUE_STATES)
  state!: VenueState;

  @WholeNumber({ min: 1, max: 2_147_483_647 })
  version!: number;
}

/* Travel times */

export class TravelTimeRequest {
  @WholeNumber({
    min: 1,
    max: 720,
    nullable: true,
    description: 'From door to door; null takes it back, and what the platform assumes holds again.',
  })
  minutes!: number | null;

  @Text({ max: 200, description: 'Where the time is from: a timetable, a trial.' })
  source!: string;
}

export class TravelEndView {
  @RegionCode()
  code!: string;

  @Text({ max: 100 })
  shortName!: string;

  @Text({ max: 200, nullable: true })
  nameEn!: string | null;
}

export class TravelTimeView {
  @Nested(() => TravelEndView)
  from!: TravelEndView;

  @Nested(() => TravelEndView)
  to!: TravelEndView;

  @WholeNumber({ min: 1, max: 720, nullable: true, description: 'As the bureau put it down; null where it has not.' })
  minutes!: number | null;

  @Text({ max: 200, nullable: true })
  source!: string | null;

  @WholeNumber({ min: 1, max: 720, description: 'Reckoned with while the bureau has put nothing down.' })
  assumedByRoad!: number;

  @WholeNumber({ min: 1, max: 720, description: 'The same, where one of the two venues is reached by ferry.' })
  assumedByFerry!: number;
}
