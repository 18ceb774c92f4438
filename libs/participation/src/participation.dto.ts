import { ApiProperty } from '@nestjs/swagger';
import {
  ATTENDANCE_STATUSES,
  type AttendanceStatus,
  GROUP_SOURCES,
  type GroupSource,
  LEDGER_STATUSES,
  type LedgerStatus,
  MARK_KINDS,
  type MarkKind,
  PROGRAMME_KINDS,
  type ProgrammeKind,
  RESIDENT_GROUPS,
  type ResidentGroup,
  RULE_STATES,
  type RuleState,
} from '#contracts';
import {
  Day,
  Id,
  ListOf,
  Moment,
  Month,
  Nested,
  OneOf,
  PageQuery,
  QueryNumber,
  QueryYesNo,
  RegionCode,
  Text,
  WholeNumber,
} from '#core';
import { RecordProvenanceView } from './imports/imports.dto.js';
import type { CountingParameters } from './counting/parameters.rules.js';

const NAME = { max: 200 };
const NAME_EN = { max: 200, nullable: true };
const ENTRY_ID = { max: 20, description: 'Number of the entry, as text.' };

/* Counting rules */

/** By which version a number was counted. */
export class RuleStampView {
  @Id()
  id!: string;

  @WholeNumber({ min: 1, max: 1_000_000 })
  version!: number;

  @OneOf(RULE_STATES)
  state!: RuleState;

  @Text({ max: 100, description: 'What is stamped on the number, such as 试行口径.' })
  label!: string;
}

/** A number or list that a version says otherwise than the one before it. */
export class RuleChangeView {
  @Text({ max: 200, description: 'Such as thresholdPercent.skills.' })
  path!: string;

  @Text({ max: 2000, nullable: true, description: 'Null: not said there.' })
  before!: string | null;

  @Text({ max: 2000, nullable: true })
  after!: string | null;
}

export class CountingRuleView extends RuleStampView {
  @Text({ max: 100, nullable: true, description: '文号; null as long as nobody signed it.' })
  documentNumber!: string | null;

  @Text({ max: 100 })
  draftingOffice!: string;

  @ApiProperty({ type: [String] })
  departmentsConsulted!: string[];

  @Text({ max: 100, nullable: true })
  signer!: string | null;

  @Day()
  effectiveFrom!: string;

  @ApiProperty({ type: 'object', additionalProperties: true, description: 'Every number and list of the rules.' })
  parameters!: CountingParameters;

  @Day({ nullable: true, description: 'From this day on it counts nothing that begins.' })
  repealedFrom!: string | null;

  @Text({ max: 300, nullable: true })
  repealedBecause!: string | null;

  @WholeNumber({ min: 1, max: 1_000_000, nullable: true, description: 'The version before it that was in force.' })
  comparedWith!: number | null;

  @ListOf(() => RuleChangeView, { max: 1000, description: 'What it says otherwise than that version.' })
  changes!: RuleChangeView[];

  @WholeNumber({ min: 1, max: 1_000_000_000, description: 'Of what is kept, for If-Match; `version` is the number.' })
  revision!: number;
}

/* Ledger */

export class LedgerQuery extends PageQuery {
  @Text({ max: 60, optional: true, description: 'Code of an indicator or measure, such as vocational-training.' })
  measure?: string;

  @QueryNumber({ min: 2000, max: 2100, optional: true, description: 'Calendar year of the day counted on.' })
  year?: number;

  @Month({ optional: true, description: 'Month of the day counted on.' })
  month?: string;

  @RegionCode({ optional: true, description: 'This region and all that lie in it.' })
  regionCode?: string;

  @QueryYesNo({
    optional: true,
    description: 'false leaves out what lies in the region: of the district, what is of no township.',
  })
  within?: boolean;

  @Id({ optional: true })
  organisationId?: string;

  @OneOf(PROGRAMME_KINDS, { optional: true })
  programmeKind?: ProgrammeKind;

  @OneOf(RESIDENT_GROUPS, { optional: true, description: 'Whose resident was of this group on the day counted on.' })
  group?: ResidentGroup;

  @OneOf(GROUP_SOURCES, { optional: true, description: 'Who says so; goes with `group`.' })
  groupSource?: GroupSource;

  @OneOf(LEDGER_STATUSES, { optional: true })
  status?: LedgerStatus;

  @QueryYesNo({
    optional: true,
    description: 'true leaves out entries that were taken back, and those that took them back.',
  })
  live?: boolean;
}

/** Which session attendances: by the day of the session. */
export class CountedAttendancesQuery extends PageQuery {
  @QueryNumber({ min: 2000, max: 2100, optional: true, description: 'Calendar year of the session.' })
  year?: number;

  @Month({ optional: true, description: 'Month of the session.' })
  month?: string;

  @RegionCode({ optional: true, description: 'Where the session was held: this region and all that lie in it.' })
  regionCode?: string;

  @QueryYesNo({
    optional: true,
    description: 'false leaves out what lies in the region: of the district, what is of no township.',
  })
  within?: boolean;

  @Id({ optional: true })
  organisationId?: string;

  @Id({ optional: true, description: 'Of one resident.' })
  residentId?: string;

  @OneOf(PROGRAMME_KINDS, { optional: true })
  programmeKind?: ProgrammeKind;
}

/** How often a resident was at the sessions of a class in a month, at one place. */
export class CountedAttendanceView {
  @Id()
  residentId!: string;

  @Text({ ...NAME, description: 'In full for the staff of the organisation, masked for the bureau: 王*英.' })
  residentName!: string;

  @Id()
  classId!: string;

  @Text(NAME)
  className!: string;

  @Text(NAME_EN)
  classNameEn!: string | null;

  @Month()
  month!: string;

  @RegionCode()
  regionCode!: string;

  @Text(NAME)
  regionName!: string;

  @Id()
  organisationId!: string;

  @Text(NAME)
  organisationName!: string;

  @Text(NAME_EN)
  organisationNameEn!: string | null;

  @OneOf(PROGRAMME_KINDS)
  programmeKind!: ProgrammeKind;

  @WholeNumber({ min: 1, max: 1_000 })
  sessions!: number;
}

export class UnverifiedQuery {
  @QueryNumber({ min: 2000, max: 2100, optional: true, description: 'Calendar year of the day it would count on.' })
  year?: number;

  @Id({ optional: true })
  organisationId?: string;
}

/** Of one indicator or measure. */
export class UnverifiedMeasureView {
  @Text({ max: 60 })
  measure!: string;

  @WholeNumber({ min: 0, max: 1_000_000_000 })
  people!: number;

  @WholeNumber({ min: 0, max: 1_000_000_000 })
  personTimes!: number;
}

/** 待核验: what would count if somebody verified who these residents are (counting rule 8). */
export class UnverifiedView {
  @WholeNumber({ min: 0, max: 1_000_000_000, description: 'Different residents.' })
  people!: number;

  @WholeNumber({ min: 0, max: 1_000_000_000, description: 'Their classes, each once however many figures it feeds.' })
  personTimes!: number;

  @ListOf(() => UnverifiedMeasureView, { max: 100 })
  measures!: UnverifiedMeasureView[];
}

export class LedgerEntryView {
  @Text(ENTRY_ID)
  id!: string;

  @Text({ max: 60 })
  measure!: string;

  @WholeNumber({ min: -1, max: 1 })
  amount!: number;

  @OneOf(LEDGER_STATUSES)
  status!: LedgerStatus;

  @Day({ description: 'The day it counts on.' })
  countedOn!: string;

  @Text({ max: 7, description: 'The month it was posted in, YYYY-MM.' })
  period!: string;

  @Id()
  residentId!: string;

  @Text({ ...NAME, description: 'In full for the staff of the organisation, masked for the bureau: 王*英.' })
  residentName!: string;

  @Id({ nullable: true, description: 'Null where it stands on an imported record.' })
  enrollmentId!: string | null;

  @Id({ nullable: true })
  classId!: string | null;

  @Id({ nullable: true, description: 'The imported record on which it stands; null where that is an enrollment.' })
  recordId!: string | null;

  @Text({ ...NAME, description: 'The class, or what the imported row calls the training or the degree.' })
  className!: string;

  @Text(NAME_EN)
  classNameEn!: string | null;

  @Text({ max: 60 })
  courseCode!: string;

  @OneOf(PROGRAMME_KINDS)
  programmeKind!: ProgrammeKind;

  @Id()
  organisationId!: string;

  @Text(NAME)
  organisationName!: string;

  @Text(NAME_EN)
  organisationNameEn!: string | null;

  @RegionCode()
  regionCode!: string;

  @Text(NAME)
  regionName!: string;

  @OneOf(['met', 'confirmed', 'corrected', 'withdrawn'], {
    description: 'Why it was posted: threshold met, class finished, evidence changed, does not count any more.',
  })
  cause!: string;

  @Text({ ...ENTRY_ID, nullable: true, description: 'The entry that this one takes back.' })
  reverses!: string | null;

  @Text({ ...ENTRY_ID, nullable: true, description: 'The entry that took this one back.' })
  reversedBy!: string | null;

  @Moment()
  postedAt!: string;

  @Nested(() => RuleStampView)
  rule!: RuleStampView;
}

/** A session behind an entry: as it was counted, and as it is known at present. */
export class EntrySessionView {
  @Id()
  id!: string;

  @WholeNumber({ min: 1, max: 10_000 })
  number!: number;

  @Moment()
  startsAt!: string;

  @Moment()
  endsAt!: string;

  @WholeNumber({ min: 0, max: 720, description: 'Minutes held, when it was counted.' })
  minutesHeld!: number;

  @WholeNumber({ min: 0, max: 720, description: 'Minutes attended, when it was counted.' })
  minutesAttended!: number;

  @OneOf(ATTENDANCE_STATUSES, { nullable: true, description: 'At present; null where there is no mark.' })
  attendance!: AttendanceStatus | null;

  @OneOf(MARK_KINDS, { nullable: true, description: 'How it was marked.' })
  markKind!: MarkKind | null;

  @Moment({ nullable: true })
  arrivedAt!: string | null;

  @Moment({ nullable: true })
  leftAt!: string | null;
}

/** The block of the chain that seals an entry. */
export class SealView {
  @WholeNumber({ min: 1, max: 1_000_000_000 })
  block!: number;

  @Text({ max: 64, description: 'SHA-256 in hex.' })
  hash!: string;

  @Moment()
  sealedAt!: string;
}

export class LedgerEntryDetailView extends LedgerEntryView {
  @WholeNumber({ min: 0, max: 1_000_000 })
  minutesAttended!: number;

  @WholeNumber({
    min: 0,
    max: 1_000_000,
    description: 'In the timetable when the class began, less what was cancelled.',
  })
  minutesFrozen!: number;

  @WholeNumber({ min: 0, max: 1_000_000 })
  minutesHeld!: number;

  @WholeNumber({ min: 1, max: 100, description: 'Percent of the minutes that must be attended.' })
  threshold!: number;

  @ListOf(() => EntrySessionView, { max: 1000 })
  sessions!: EntrySessionView[];

  @Nested(() => RecordProvenanceView, { nullable: true, description: 'Of an imported record: where it comes from.' })
  record!: RecordProvenanceView | null;

  @Nested(() => SealView, { nullable: true, description: 'Null in the second before it is sealed.' })
  seal!: SealView | null;
}

/* Why? */

export class ReasonView {
  @Text({ max: 60, description: 'Such as BELOW_THRESHOLD.' })
  code!: string;

  @Text({ max: 500, description: "A sentence in the caller's language." })
  sentence!: string;
}

export class CountedMeasureView {
  @Text({ max: 60 })
  measure!: string;

  @OneOf(LEDGER_STATUSES)
  status!: LedgerStatus;

  @Day()
  countedOn!: string;

  @Text({ ...ENTRY_ID, nullable: true, description: 'The ledger entry; null in the moment before it is posted.' })
  entryId!: string | null;
}

/** Whether an enrollment counts, and why or why not (counting rule 11). */
export class ParticipationView {
  @Id()
  enrollmentId!: string;

  @Id()
  classId!: string;

  @OneOf(['counted', 'not_counted', 'not_yet'])
  kind!: 'counted' | 'not_counted' | 'not_yet';

  @Text({ max: 1000, description: "Why, in the caller's language." })
  sentence!: string;

  @ListOf(() => CountedMeasureView, { max: 20 })
  counted!: CountedMeasureView[];

  @ListOf(() => ReasonView, {
    max: 20,
    description: 'Why it does not count; beside something that counts, why it does not count in something else.',
  })
  reasons!: ReasonView[];

  @WholeNumber({ min: 0, max: 1_000_000 })
  minutesAttended!: number;

  @WholeNumber({
    min: 0,
    max: 1_000_000,
    description: 'In the timetable when the class began, less what was cancelled.',
  })
  minutesFrozen!: number;

  @WholeNumber({ min: 0, max: 1_000_000 })
  minutesHeld!: number;

  @WholeNumber({ min: 0, max: 1_000_000 })
  minutesApproved!: number;

  @WholeNumber({ min: 1, max: 100, description: 'Percent of the minutes that must be attended.' })
  threshold!: number;

  @Nested(() => RuleStampView)
  rule!: RuleStampView;
}
