import { ATTENDANCE_STATUSES, type AttendanceStatus } from '#contracts';
import { Id, ListOf, Moment, Nested, OneOf, Text, WholeNumber, YesNo } from '#core';
import { MarkAnswerView } from '../attendance.dto.js';

/** Lines of one sheet; no class has more seats. */
export const MOST_LINES = 1000;

class RosterSheetLineView {
  @WholeNumber({ min: 1, max: MOST_LINES, description: '名册号, as printed.' })
  number!: number;

  @Text({ max: 100 })
  name!: string;

  @OneOf(ATTENDANCE_STATUSES, { nullable: true, description: 'As it was transcribed; null: not, or not this line.' })
  status!: AttendanceStatus | null;

  @Moment({ nullable: true, description: 'When they came; null: at the start, as far as the paper says.' })
  arrivedAt!: string | null;

  @Moment({ nullable: true, description: 'When they left; null: at the end.' })
  leftAt!: string | null;
}

class TranscriptionView {
  @Moment()
  at!: string;

  @Text({ max: 100 })
  byName!: string;
}

class SheetClaimView {
  @Text({ max: 100 })
  byName!: string;

  @YesNo({ description: 'It is the caller.' })
  mine!: boolean;

  @Moment()
  since!: string;

  @Moment({ description: 'Then anybody may claim it without taking it over.' })
  until!: string;
}

class SheetPhotoWithdrawnView {
  @Moment()
  at!: string;

  @Text({ max: 100 })
  byName!: string;

  @Text({ max: 200 })
  because!: string;
}

class SheetPhotoView {
  @Id()
  id!: string;

  @Moment({ nullable: true, description: 'Null: before that was kept.' })
  addedAt!: string | null;

  @Text({ max: 100, nullable: true })
  addedByName!: string | null;

  @Nested(() => SheetPhotoWithdrawnView, { nullable: true, description: 'Null: it stands.' })
  withdrawn!: SheetPhotoWithdrawnView | null;
}

export class RosterSheetView {
  @Text({ max: 20, description: 'Such as Q-4F7K2M9.' })
  code!: string;

  @Id()
  classId!: string;

  @Text({ max: 100 })
  className!: string;

  @Id()
  sessionId!: string;

  @WholeNumber({ min: 1, max: 1000 })
  sessionNumber!: number;

  @Moment()
  startsAt!: string;

  @Moment()
  endsAt!: string;

  @Moment()
  printedAt!: string;

  @ListOf(() => RosterSheetLineView, { max: MOST_LINES, description: 'In the printed order.' })
  lines!: RosterSheetLineView[];

  @YesNo({ description: 'A photo of the sheet is there.' })
  hasPhoto!: boolean;

  @ListOf(() => SheetPhotoView, {
    max: 100,
    description: 'Every one that was taken, withdrawn ones included; the last is last.',
  })
  photos!: SheetPhotoView[];

  @Nested(() => SheetClaimView, { nullable: true, description: 'Who is transcribing it; null: nobody, or it is done.' })
  claim!: SheetClaimView | null;

  @YesNo({ description: 'Its lines would be late records now (rule 12), so that transcribing it wants a reason.' })
  reasonNeeded!: boolean;

  @Nested(() => TranscriptionView, { nullable: true, description: 'Null: it was not transcribed yet.' })
  transcription!: TranscriptionView | null;
}

export class ClaimSheetRequest {
  @YesNo({ optional: true, description: 'Although somebody else has claimed it; that is recorded.' })
  takeOver?: boolean;
}

export class WithdrawSheetPhotoRequest {
  @Text({ max: 200, min: 2, description: 'What is wrong with it; it is kept.' })
  reason!: string;
}

class TranscribedLineRequest {
  @WholeNumber({ min: 1, max: MOST_LINES })
  number!: number;

  @OneOf(ATTENDANCE_STATUSES)
  status!: AttendanceStatus;

  @Moment({ optional: true, nullable: true, description: 'Who came late: when, within the session.' })
  arrivedAt?: string | null;

  @Moment({ optional: true, nullable: true, description: 'Who left early: when, within the session.' })
  leftAt?: string | null;
}

export class TranscribeRequest {
  @ListOf(() => TranscribedLineRequest, { min: 1, max: MOST_LINES })
  lines!: TranscribedLineRequest[];

  @Text({
    max: 150,
    min: 2,
    optional: true,
    description: 'Why it is entered so late, where `reasonNeeded`; the code of the sheet is added to it.',
  })
  because?: string;
}

export class TranscribedView {
  @Nested(() => RosterSheetView)
  sheet!: RosterSheetView;

  @ListOf(() => MarkAnswerView, { max: MOST_LINES, description: 'What became of each line, in the printed order.' })
  items!: MarkAnswerView[];
}
