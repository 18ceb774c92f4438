import {
  ENROLLMENT_STATES,
  type EnrollmentState,
  LOTTERY_OUTCOMES,
  LOTTERY_STATES,
  type LotteryOutcome,
  type LotteryState,
  PASSED_OVER_REASONS,
  type PassedOverReason,
} from '#contracts';
import { Id, ListOf, Moment, Nested, OneOf, PageQuery, pageOf, Text, WholeNumber, YesNo } from '#core';

const PSEUDONYM = 'Under which the entry is published, such as Y-K7M29QXT4.';

export class LotteryFileView {
  @OneOf(['frozen', 'drawn'])
  stage!: 'frozen' | 'drawn';

  @Text({ max: 64, description: 'SHA-256 of the file.' })
  hash!: string;

  @Moment()
  publishedAt!: string;
}

export class LotteryView {
  @Id()
  id!: string;

  @Id()
  classId!: string;

  @Text({ max: 20 })
  classCode!: string;

  @Text({ max: 100 })
  className!: string;

  @Text({ max: 100, nullable: true })
  classNameEn!: string | null;

  @YesNo({ description: 'Whether the class still takes people; a stopped class draws nothing.' })
  classOpen!: boolean;

  @OneOf(LOTTERY_STATES)
  state!: LotteryState;

  @Moment()
  announcedAt!: string;

  @Moment({ description: 'When the list is frozen, or was.' })
  freezesAt!: string;

  @Text({ max: 64, description: 'SHA-256 of the secret.' })
  secretHash!: string;

  @Text({ max: 100, description: 'Where the public number comes from.' })
  numberName!: string;

  @Moment({ description: 'When the public number becomes known.' })
  numberDueAt!: string;

  @Text({ max: 64, nullable: true, description: 'SHA-256 of the frozen text; docs/lottery.md.' })
  listHash!: string | null;

  @WholeNumber({ min: 0, max: 5000, nullable: true, description: 'Seats to be drawn; null until the list is frozen.' })
  seats!: number | null;

  @WholeNumber({ min: 0, max: 1_000_000, nullable: true })
  entries!: number | null;

  @WholeNumber({ min: 0, max: 1_000_000, nullable: true })
  residents!: number | null;

  @YesNo({ nullable: true, description: 'False where there are seats for everyone; null until the list is frozen.' })
  numberNeeded!: boolean | null;

  @Text({ max: 40, nullable: true, description: 'Digits of the public number; null until it is drawn, or not needed.' })
  number!: string | null;

  @Moment({ nullable: true })
  drawnAt!: string | null;

  @Moment({ nullable: true, description: 'When it was called off; null where it was not.' })
  calledOffAt!: string | null;

  @Text({ max: 200, nullable: true, description: 'Why the class takes nobody any more, as the school published it.' })
  calledOffReason!: string | null;

  @ListOf(() => LotteryFileView, { max: 2, description: 'Published files, the latest last.' })
  files!: LotteryFileView[];
}

export const LotteryPage = pageOf(LotteryView);

export class LotteriesQuery extends PageQuery {
  @Id({ optional: true })
  classId?: string;

  @OneOf(LOTTERY_STATES, { optional: true })
  state?: LotteryState;
}

export class LotteryFileQuery {
  @OneOf(['frozen', 'drawn'], { optional: true, description: 'The latest where none is given.' })
  stage?: 'frozen' | 'drawn';
}

export class EnteredNumberView {
  @Text({ max: 40 })
  number!: string;

  @Text({ max: 100 })
  enteredBy!: string;

  @Moment()
  enteredAt!: string;

  @YesNo({ description: 'Whether it was I who entered it; then another must confirm it.' })
  byMe!: boolean;

  @Text({ max: 100, nullable: true })
  confirmedBy!: string | null;

  @Moment({ nullable: true })
  confirmedAt!: string | null;
}

/** A lottery as the school that runs it sees it. */
export class LotteryStaffView extends LotteryView {
  @WholeNumber({ min: 0, max: 1_000_000, description: 'People who have applied and are not drawn yet.' })
  applied!: number;

  @YesNo({ description: 'Whether the number may be entered now.' })
  numberDue!: boolean;

  @Nested(() => EnteredNumberView, { nullable: true })
  entered!: EnteredNumberView | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}

export class NameNumberRequest {
  @Text({ min: 4, max: 100, description: 'Source and issue of the public number: 中国福利彩票3D 第2026318期.' })
  numberName!: string;

  @Moment({ description: 'When it becomes known: half an hour after the list is frozen at the earliest.' })
  numberDueAt!: string;
}

export class LotteryNumberRequest {
  @Text({ max: 100, description: 'As it was published; blanks and signs between the digits do not matter.' })
  number!: string;
}

/** An entry of mine: mine alone, or that of those who applied with me. */
export class MyLotteryEntryView {
  @Id()
  lotteryId!: string;

  @Id()
  enrollmentId!: string;

  @Id()
  residentId!: string;

  @Text({ max: 100 })
  residentName!: string;

  @OneOf(ENROLLMENT_STATES, { description: 'Where the enrollment stands now.' })
  state!: EnrollmentState;

  @Text({ max: 20, description: PSEUDONYM })
  pseudonym!: string;

  @Id({ description: 'The key from which the pseudonym was computed, with the secret.' })
  key!: string;

  @WholeNumber({ min: 0, max: 1000 })
  attempt!: number;

  @WholeNumber({ min: 1, max: 4, description: 'Residents who are drawn together.' })
  size!: number;

  @WholeNumber({ min: 0, max: 9, description: 'Drawn first are those of tier 0.' })
  tier!: number;

  @WholeNumber({ min: 1, max: 1_000_000, nullable: true, description: 'Null until it is drawn.' })
  rank!: number | null;

  @OneOf(LOTTERY_OUTCOMES, { nullable: true })
  outcome!: LotteryOutcome | null;

  @OneOf(PASSED_OVER_REASONS, { nullable: true, description: 'Why it may not have seats.' })
  because!: PassedOverReason | null;
}

export const MyLotteryEntryPage = pageOf(MyLotteryEntryView);
