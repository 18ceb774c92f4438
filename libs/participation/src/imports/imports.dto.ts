import {
  DEGREE_LEVELS,
  type DegreeLevel,
  IMPORT_KINDS,
  IMPORT_STATES,
  type ImportKind,
  type ImportState,
} from '#contracts';
import {
  Day,
  Id,
  Ids,
  ListOf,
  Moment,
  Nested,
  OneOf,
  PageQuery,
  SHEET_ENCODINGS,
  type SheetEncoding,
  Text,
  WholeNumber,
  YesNo,
} from '#core';
import { ApiProperty } from '@nestjs/swagger';
import { REPLACEMENT_STATES, type ReplacementState } from './import-replacements.entities.js';
import { OPENING_MEASURES, type OpeningMeasure } from '../opening-figures/opening-figures.rules.js';

const ROWS = { min: 0, max: 1_000_000 };

/** What is told of a file before it is uploaded. */
export class CreateImportRequest {
  @OneOf(IMPORT_KINDS)
  kind!: ImportKind;

  @Id({ description: 'The organisation that sent the list.' })
  departmentId!: string;

  @Text({ max: 100, optional: true, nullable: true, description: '文号 of the letter with which it came.' })
  documentNumber?: string | null;

  @Text({ max: 200 })
  fileName!: string;
}

export class ImportsQuery extends PageQuery {
  @OneOf(IMPORT_KINDS, { optional: true })
  kind?: ImportKind;
}

export class ConfirmImportRequest {
  @Ids({
    max: 100,
    optional: true,
    description: 'Opening figures and sealed totals whose place the list takes: all of `replaces`.',
  })
  replaces?: string[];
}

export class UndoImportRequest {
  @Text({ max: 300 })
  reason!: string;
}

/** Rows of one problem or reason. */
export class ImportTallyView {
  @Text({ max: 60 })
  code!: string;

  @Text({ max: 500, description: "In the caller's language." })
  sentence!: string;

  @WholeNumber(ROWS)
  rows!: number;
}

/** What the file would bring; after it was written, what was foreseen. */
export class ImportCountsView {
  @WholeNumber(ROWS)
  rows!: number;

  @WholeNumber({ ...ROWS, description: 'Rows that cannot be used.' })
  unusable!: number;

  @WholeNumber({ ...ROWS, description: 'Different people who are in no register yet.' })
  newPeople!: number;

  @WholeNumber(ROWS)
  knownPeople!: number;

  @WholeNumber({ ...ROWS, description: 'Rows that would count in something.' })
  counting!: number;

  @WholeNumber(ROWS)
  notCounting!: number;

  @WholeNumber({ ...ROWS, description: 'Rows that another row of the file stands before.' })
  repeatsInFile!: number;

  @WholeNumber({ ...ROWS, description: 'Rows of what counts already.' })
  repeatsOfCounted!: number;

  @ListOf(() => ImportTallyView, { max: 50 })
  reasons!: ImportTallyView[];

  @ListOf(() => ImportTallyView, { max: 50 })
  problems!: ImportTallyView[];
}

/** Who did a step, and when. */
export class ImportStepView {
  @Text({ max: 100 })
  name!: string;

  @Moment()
  at!: string;

  @Text({ max: 300, nullable: true })
  reason!: string | null;
}

export class ImportView {
  @Id()
  id!: string;

  @OneOf(IMPORT_KINDS)
  kind!: ImportKind;

  @OneOf(IMPORT_STATES)
  state!: ImportState;

  @Id()
  departmentId!: string;

  @Text({ max: 200 })
  departmentName!: string;

  @Text({ max: 200, nullable: true })
  departmentNameEn!: string | null;

  @Text({ max: 100, nullable: true })
  documentNumber!: string | null;

  @Text({ max: 200 })
  fileName!: string;

  @WholeNumber({ min: 0, max: 100_000_000, nullable: true })
  fileBytes!: number | null;

  @OneOf(SHEET_ENCODINGS, { nullable: true, description: 'How its text is written; null before it was opened.' })
  encoding!: SheetEncoding | null;

  @Text({ max: 500, nullable: true, description: 'Why the file cannot be used, and what to do.' })
  failure!: string | null;

  @WholeNumber({ ...ROWS, nullable: true, description: 'Rows of the file; about as many while it is being read.' })
  rowCount!: number | null;

  @WholeNumber(ROWS)
  rowsRead!: number;

  @WholeNumber(ROWS)
  rowsChecked!: number;

  @WholeNumber({ ...ROWS, description: 'Written, or withdrawn while it is being undone.' })
  rowsDone!: number;

  @Nested(() => ImportCountsView, { nullable: true })
  counts!: ImportCountsView | null;

  @Nested(() => ImportStepView)
  imported!: ImportStepView;

  @Nested(() => ImportStepView, { nullable: true })
  confirmed!: ImportStepView | null;

  @Moment({ nullable: true })
  writtenAt!: string | null;

  @Nested(() => ImportStepView, { nullable: true })
  undone!: ImportStepView | null;

  @WholeNumber({ min: 1, max: 1_000_000_000 })
  version!: number;
}

/** A figure beside the ledger whose place the names of a list take (rules 9 and 14). */
export class ImportReplacementView {
  @Id()
  id!: string;

  @OneOf(['opening', 'sealed'], { description: '期初数, 汇总数.' })
  kind!: 'opening' | 'sealed';

  @OneOf(OPENING_MEASURES)
  measure!: OpeningMeasure;

  @Text({ max: 7, description: 'YYYY or YYYY-MM.' })
  period!: string;

  @Text({ max: 200, description: 'Name of the organisation or department.' })
  ofName!: string;

  @WholeNumber({ min: 0, max: 1_000_000_000, description: 'What the figure counts, or counted when it was confirmed.' })
  value!: number;

  @WholeNumber({ ...ROWS, description: 'Rows that were foreseen to count in its place.' })
  names!: number;

  @OneOf(REPLACEMENT_STATES, {
    nullable: true,
    description:
      'open: handed over name by name (or adjustments of closed months wait); done: the list has its place; returned: ' +
      'the figure has its own again. Null before somebody has confirmed it.',
  })
  state!: ReplacementState | null;
}

/** An import with the figures whose place it takes. */
export class ImportDetailView extends ImportView {
  @ListOf(() => ImportReplacementView, {
    max: 100,
    description: 'To be named when it is confirmed, or as it was then.',
  })
  replaces!: ImportReplacementView[];
}

export const IMPORT_ROW_CHOICES = ['all', 'problems', 'counting', 'not_counting'] as const;
export type ImportRowChoice = (typeof IMPORT_ROW_CHOICES)[number];

export class ImportRowsQuery extends PageQuery {
  @OneOf(IMPORT_ROW_CHOICES, { optional: true })
  show?: ImportRowChoice;
}

export class ImportProblemView {
  @Text({ max: 60 })
  code!: string;

  @Text({ max: 40 })
  field!: string;

  @Text({ max: 500, description: "What is wrong and what to do, in the caller's language." })
  sentence!: string;
}

export class ImportReasonView {
  @Text({ max: 60 })
  code!: string;

  @Text({ max: 500 })
  sentence!: string;
}

export class ImportRowView {
  @WholeNumber({ min: 1, max: 2_000_000, description: 'As the spreadsheet program numbers it.' })
  number!: number;

  @Text({ max: 100, nullable: true, description: 'Masked: 王*英.' })
  name!: string | null;

  @Text({ max: 100 })
  title!: string;

  @Text({ max: 200, nullable: true })
  organisationName!: string | null;

  @Text({ max: 200, nullable: true })
  regionName!: string | null;

  @Text({ max: 100, nullable: true })
  classTerm!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  classHours!: number | null;

  @OneOf(DEGREE_LEVELS, { nullable: true })
  level!: DegreeLevel | null;

  @Day({ nullable: true, description: 'When the training ended, or the degree was registered.' })
  day!: string | null;

  @YesNo()
  usable!: boolean;

  @OneOf(['new', 'known', 'differs'], { nullable: true })
  person!: 'new' | 'known' | 'differs' | null;

  @YesNo({ nullable: true, description: 'Whether it would count when it was checked; null before.' })
  counts!: boolean | null;

  @ListOf(() => ImportProblemView, { max: 50 })
  problems!: ImportProblemView[];

  @ListOf(() => ImportReasonView, { max: 50, description: 'Why something of it would not count.' })
  reasons!: ImportReasonView[];
}

/** What an imported row says and where it comes from. */
export class RecordProvenanceView {
  @Id()
  importId!: string;

  @WholeNumber({ min: 1, max: 2_000_000 })
  row!: number;

  @Text({ max: 200 })
  fileName!: string;

  @Text({ max: 200 })
  departmentName!: string;

  @Text({ max: 200, nullable: true })
  departmentNameEn!: string | null;

  @Text({ max: 100, nullable: true })
  documentNumber!: string | null;

  @Text({ max: 100 })
  importedBy!: string;

  @Moment()
  importedAt!: string;

  @Moment({ nullable: true, description: 'When its import was undone.' })
  withdrawnAt!: string | null;

  @OneOf(IMPORT_KINDS)
  kind!: ImportKind;

  @Text({ max: 100, nullable: true })
  classTerm!: string | null;

  @Text({ max: 60, nullable: true })
  certificateNumber!: string | null;

  @ApiProperty({ type: Number, nullable: true })
  classHours!: number | null;

  @Day({ nullable: true })
  startsOn!: string | null;

  @Day({ nullable: true })
  endsOn!: string | null;

  @OneOf(DEGREE_LEVELS, { nullable: true })
  level!: DegreeLevel | null;

  @Day({ nullable: true, description: '注册学籍.' })
  registeredOn!: string | null;

  @WholeNumber({ min: 2000, max: 2100, nullable: true })
  expectedYear!: number | null;

  @Day({ nullable: true })
  graduatedOn!: string | null;

  @Day({ nullable: true })
  leftOn!: string | null;

  @YesNo({ description: '双证制' })
  dual!: boolean;
}
