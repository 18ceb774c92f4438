import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AccessRoute, OrganisationKind, PlateKind, RegionLevel } from '#contracts';

/** 行政区划: a division with its official code of 12 digits. */
@Entity({ name: 'regions' })
export class RegionEntity {
  @PrimaryColumn({ type: 'text', primaryKeyConstraintName: 'pk_regions' })
  code!: string;

  @Column({ type: 'text' })
  level!: RegionLevel;

  /** As the National Bureau of Statistics writes it: 小朴社区居委会. */
  @Column({ type: 'text' })
  name!: string;

  /** As screens show it: 小朴社区. */
  @Column({ name: 'short_name', type: 'text' })
  shortName!: string;

  @Column({ name: 'name_en', type: 'text', nullable: true })
  nameEn!: string | null;

  @Column({ name: 'parent_code', type: 'text', nullable: true })
  parentCode!: string | null;

  @Column({ name: 'valid_from', type: 'date' })
  validFrom!: string;

  @Column({ name: 'valid_to', type: 'date', nullable: true })
  validTo!: string | null;
}

/** 机构. */
@Entity({ name: 'organisations' })
export class OrganisationEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_organisations' })
  id!: string;

  @Column({ type: 'text' })
  kind!: OrganisationKind;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'name_en', type: 'text', nullable: true })
  nameEn!: string | null;

  @Column({ name: 'region_code', type: 'text' })
  regionCode!: string;

  /** For the public to call; not a private number. */
  @Column({ type: 'text', nullable: true })
  phone!: string | null;

  @Column({ type: 'text', default: 'active' })
  state!: OrganisationState;

  @Column({ type: 'int', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

export const ORGANISATION_STATES = ['active', 'closed'] as const;
export type OrganisationState = (typeof ORGANISATION_STATES)[number];

/** 教学点: a plate of an organisation at a township or village. */
@Entity({ name: 'teaching_points' })
export class TeachingPointEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_teaching_points' })
  id!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ name: 'plate_kind', type: 'text' })
  plateKind!: PlateKind;

  @Column({ name: 'region_code', type: 'text' })
  regionCode!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'name_en', type: 'text', nullable: true })
  nameEn!: string | null;

  @Column({ name: 'listed_on', type: 'date' })
  listedOn!: string;

  /** The first day on which the plate no longer hangs. */
  @Column({ name: 'delisted_on', type: 'date', nullable: true })
  delistedOn!: string | null;

  /** 文号 of the paper that listed it. */
  @Column({ name: 'document_number', type: 'text', nullable: true })
  documentNumber!: string | null;

  @Column({ type: 'int', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

/** 场地: a room with capacity and the way to reach it. */
@Entity({ name: 'venues' })
export class VenueEntity {
  @PrimaryColumn({ type: 'uuid', primaryKeyConstraintName: 'pk_venues' })
  id!: string;

  @Column({ name: 'organisation_id', type: 'uuid' })
  organisationId!: string;

  @Column({ name: 'region_code', type: 'text' })
  regionCode!: string;

  @Column({ type: 'text' })
  name!: string;

  @Column({ name: 'name_en', type: 'text', nullable: true })
  nameEn!: string | null;

  @Column({ type: 'text' })
  address!: string;

  /** Where to go, in words: 码头上来右手200米文化礼堂二楼. */
  @Column({ type: 'text', nullable: true })
  directions!: string | null;

  @Column({ type: 'int' })
  capacity!: number;

  @Column({ name: 'step_free', type: 'boolean' })
  stepFree!: boolean;

  @Column({ name: 'access_route', type: 'text' })
  accessRoute!: AccessRoute;

  @Column({ type: 'text', default: 'active' })
  state!: VenueState;

  @Column({ type: 'int', default: 1 })
  version!: number;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt!: Date;
}

export const VENUE_STATES = ['active', 'closed'] as const;
export type VenueState = (typeof VENUE_STATES)[number];

/** How many residents of 60 and over a township or village had on a day: counting rule 16 measures coverage by it. */
@Entity({ name: 'elderly_populations' })
export class ElderlyPopulationEntity {
  @PrimaryColumn({ name: 'region_code', type: 'text', primaryKeyConstraintName: 'pk_elderly_populations' })
  regionCode!: string;

  @PrimaryColumn({ name: 'counted_on', type: 'date', primaryKeyConstraintName: 'pk_elderly_populations' })
  countedOn!: string;

  @Column({ name: 'aged_60_plus', type: 'int' })
  aged60Plus!: number;

  @Column({ type: 'text' })
  source!: string;
}

/** How long it takes from one township to another and back; the lesser code stands first. */
@Entity({ name: 'travel_times' })
export class TravelTimeEntity {
  @PrimaryColumn({ name: 'township_a', type: 'text', primaryKeyConstraintName: 'pk_travel_times' })
  townshipA!: string;

  @PrimaryColumn({ name: 'township_b', type: 'text', primaryKeyConstraintName: 'pk_travel_times' })
  townshipB!: string;

  /** Null once it was taken back: then what the platform assumes holds again. */
  @Column({ type: 'int', nullable: true })
  minutes!: number | null;

  /** Where the time is from: a timetable, a trial. */
  @Column({ type: 'text' })
  source!: string;
}
