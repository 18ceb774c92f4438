import { ATTENDANCE_STATUSES, type AttendanceStatus } from '#contracts';
import {
  Id,
  ListOf,
  Moment,
  Nested,
  OneOf,
  PageQuery,
  SHEET_ENCODINGS,
  type SheetEncoding,
  Text,
  Texts,
  WholeNumber,
} from '#core';

export const ATTENDANCE_IMPORT_STATES = ['ready', 'writing', 'written', 'undone', 'discarded'] as const;
/** 待确认, 写入中, 已写入, 已撤销, 已放弃. */
export type AttendanceImportState = (typeof ATTENDANCE_IMPORT_STATES)[number];

export const CELL_OUTCOMES = ['recorded', 'duplicate', 'late', 'review', 'rejected', 'unusable'] as const;
/** 记录, 与已有的一致, 补录, 待核对, 不采用, 看不懂: what becomes of a cell. */
export type CellOutcome = (typeof CELL_OUTCOMES)[number];

class ImportStepView {
  @Text({ max: 100 })
  name!: string;

  @Moment()
  at!: string;

  @Text({ max: 200, nullable: true })
  reason!: string | null;
}

class CellCountView {
  @OneOf(CELL_OUTCOMES)
  outcome!: CellOutcome;

  @WholeNumber({ min: 0, max: 1_000_000 })
  cells!: number;
}

export class AttendanceImportView {
  @Id()
  id!: string;

  @Id()
  classId!: string;

  @OneOf(ATTENDANCE_IMPORT_STATES)
  state!: AttendanceImportState;

  @Text({ max: 200 })
  fileName!: string;

  @OneOf(SHEET_ENCODINGS)
  encoding!: SheetEncoding;

  @WholeNumber({ min: 0, max: 10_000, description: 'People in it.' })
  rows!: number;

  @Texts({ max: 100, maxLength: 500, description: 'Headings of columns that are no session of the class.' })
  ignored!: string[];

  @ListOf(() => CellCountView, {
    max: CELL_OUTCOMES.length,
    description: 'What was to become of its cells when it was read; since it was written, what became of them.',
  })
  counts!: CellCountView[];

  @Nested(() => ImportStepView)
  imported!: ImportStepView;

  @Nested(() => ImportStepView, { nullable: true, description: 'Its reason is why it comes so late.' })
  confirmed!: ImportStepView | null;

  @Nested(() => ImportStepView, { nullable: true })
  undone!: ImportStepView | null;

  @WholeNumber({ min: 1, max: 2_147_483_647 })
  version!: number;
}

export class AttendanceImportCellsQuery extends PageQuery {
  @OneOf(['problems'], { optional: true, description: 'problems: only what is not simply recorded.' })
  show?: 'problems';
}

export class AttendanceImportCellView {
  @WholeNumber({ min: 1, max: 2_147_483_647, description: 'As the spreadsheet program numbers it.' })
  row!: number;

  @WholeNumber({ min: 0, max: 1000, description: 'From 1; 0 stands for the whole row.' })
  column!: number;

  @Text({ max: 500, description: 'As the file has it.' })
  name!: string;

  @Text({ max: 500, description: 'As the file has it.' })
  text!: string;

  @WholeNumber({ min: 1, max: 1000, nullable: true })
  sessionNumber!: number | null;

  @OneOf(ATTENDANCE_STATUSES, { nullable: true })
  status!: AttendanceStatus | null;

  @Moment({ nullable: true })
  arrivedAt!: string | null;

  @Moment({ nullable: true })
  leftAt!: string | null;

  @OneOf(CELL_OUTCOMES)
  outcome!: CellOutcome;

  @Text({ max: 100, nullable: true, description: 'Such as ATTENDANCE.TOO_LATE, or what is wrong with the cell.' })
  code!: string | null;

  @Text({ max: 500, nullable: true, description: 'Why, and what to do.' })
  sentence!: string | null;
}

export class ConfirmAttendanceImportRequest {
  @Text({ max: 100, min: 2, optional: true, description: 'Why it comes so late; else that it was imported.' })
  because?: string;
}

export class UndoAttendanceImportRequest {
  @Text({ max: 200, min: 2, description: 'What was wrong; it is kept.' })
  reason!: string;
}
