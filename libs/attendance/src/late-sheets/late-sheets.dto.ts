import { ATTENDANCE_STATUSES, type AttendanceStatus, MARK_KINDS, type MarkKind } from '#contracts';
import { Id, ListOf, Moment, Nested, OneOf, pageOf, PageQuery, ScanView, Text, WholeNumber, YesNo } from '#core';

export const LATE_SHEET_STATES = ['waiting', 'signed', 'returned'] as const;
/** 待签字, 已签字, 已退回. */
export type LateSheetState = (typeof LATE_SHEET_STATES)[number];

/** Photos or scans that one sheet takes. */
export const MOST_SCANS = 20;

export class LateSheetsQuery extends PageQuery {
  @OneOf(LATE_SHEET_STATES, { optional: true })
  state?: LateSheetState;
}

export class LateSheetView {
  @Id()
  id!: string;

  @OneOf(LATE_SHEET_STATES)
  state!: LateSheetState;

  @Id()
  organisationId!: string;

  @Id()
  classId!: string;

  @Text({ max: 100 })
  className!: string;

  @Text({ max: 200, nullable: true })
  classNameEn!: string | null;

  @Id()
  sessionId!: string;

  @WholeNumber({ min: 1, max: 1000 })
  sessionNumber!: number;

  @Moment()
  startsAt!: string;

  @Moment()
  endsAt!: string;

  @WholeNumber({ min: 1, max: 1_000_000, description: 'Marks on it.' })
  marks!: number;

  @Moment({ description: 'When the first of them was entered.' })
  openedAt!: string;

  @Moment({ nullable: true, description: 'When it was signed or returned.' })
  decidedAt!: string | null;

  @Text({ max: 100, nullable: true })
  decidedByName!: string | null;

  @Text({ max: 200, nullable: true })
  returnedBecause!: string | null;

  @WholeNumber({ min: 1, max: 2_147_483_647 })
  version!: number;
}

export const LateSheetPage = pageOf(LateSheetView);

export class LateSheetDetailView extends LateSheetView {
  @YesNo({ description: 'The caller entered some of it, and so may not sign it.' })
  enteredByCaller!: boolean;

  @ListOf(() => ScanView, { max: MOST_SCANS, description: 'In the order in which they were added.' })
  scans!: ScanView[];
}

class PresentMarkView {
  @OneOf(ATTENDANCE_STATUSES)
  status!: AttendanceStatus;

  @OneOf(MARK_KINDS)
  kind!: MarkKind;
}

export class LateMarkView {
  @Id()
  id!: string;

  @Id()
  residentId!: string;

  @Text({ max: 100 })
  residentName!: string;

  @OneOf(ATTENDANCE_STATUSES)
  status!: AttendanceStatus;

  @OneOf(MARK_KINDS)
  kind!: MarkKind;

  @Moment({ nullable: true, description: 'Null: from the start.' })
  arrivedAt!: string | null;

  @Moment({ nullable: true, description: 'Null: to the end.' })
  leftAt!: string | null;

  @Moment({ description: "By the device's clock." })
  deviceTime!: string;

  @Moment()
  recordedAt!: string;

  @Text({ max: 100, nullable: true, description: 'Who entered it; null: the resident or the monitor.' })
  by!: string | null;

  @Text({ max: 200, nullable: true, description: 'Null: it was not given.' })
  because!: string | null;

  @YesNo({
    description:
      'No reason was asked for, because by its device it was made in time and was only sent late. Of what was entered before there were late sheets no reason was asked either; that is not said to be in time.',
  })
  madeInTime!: boolean;

  @Nested(() => PresentMarkView, { nullable: true, description: 'What counts of them at present; null: nothing.' })
  present!: PresentMarkView | null;

  @YesNo({ description: 'It was taken back with the import that it came with, and counts nothing.' })
  withdrawn!: boolean;
}

export class ReturnLateSheetRequest {
  @Text({ max: 200, min: 2, description: 'What is not right; it is kept.' })
  reason!: string;
}
