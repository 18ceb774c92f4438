import { ATTENDANCE_STATUSES, type AttendanceStatus } from '#contracts';
import { Id, ListOf, Moment, Nested, OneOf, Text, WholeNumber, YesNo } from '#core';
import { MarkAnswerView } from './attendance.dto.js';

/** Lines of one sheet; no class has more seats. */
export const MOST_LINES = 1000;

class RosterSheetLineView {
  @WholeNumber({ min: 1, max: MOST_LINES, description: '名册号, as printed.' })
  number!: number;

  @Text({ max: 100 })
  name!: string;

  @OneOf(ATTENDANCE_STATUSES, { nullable: true, description: 'As it was transcribed; null: not, or not this line.' })
  status!: AttendanceStatus | null;
}

class TranscriptionView {
  @Moment()
  at!: string;

  @Text({ max: 100 })
  byName!: string;
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

  @Nested(() => TranscriptionView, { nullable: true, description: 'Null: it was not transcribed yet.' })
  transcription!: TranscriptionView | null;
}

class TranscribedLineRequest {
  @WholeNumber({ min: 1, max: MOST_LINES })
  number!: number;

  @OneOf(ATTENDANCE_STATUSES)
  status!: AttendanceStatus;
}

export class TranscribeRequest {
  @ListOf(() => TranscribedLineRequest, { min: 1, max: MOST_LINES })
  lines!: TranscribedLineRequest[];

  @Text({ max: 200, optional: true, description: 'Why it is entered so late; else the sheet itself is the reason.' })
  because?: string;
}

export class TranscribedView {
  @Nested(() => RosterSheetView)
  sheet!: RosterSheetView;

  @ListOf(() => MarkAnswerView, { max: MOST_LINES, description: 'What became of each line, in the printed order.' })
  items!: MarkAnswerView[];
}
