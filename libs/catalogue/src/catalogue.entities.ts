import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { AdmissionKind, ClassState, EnrollmentRule, ProgrammeKind, SeatReserve, SessionState } from '#contracts';

/** 学期: the span of days into which classes are laid. */
@Entity({ name: 'terms' })
export class Term {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_terms' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn!: string | null;

  /** First day, YYYY-MM-DD. */
  @Column('date', { name: 'starts_on' })
  startsOn!: string;

  /** Last day, included. */
  @Column('date', { name: 'ends_on' })
  endsOn!: string;

  @Column('int', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** 课程: what is taught; its code is the bureau's, the same in every school. */
@Entity({ name: 'courses' })
export class Course {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_courses' })
  id!: string;

  @Column('text')
  code!: string;

  @Column('text')
  name!: string;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn!: string | null;

  @Column('text', { name: 'programme_kind' })
  programmeKind!: ProgrammeKind;

  @Column('text', { nullable: true })
  summary!: string | null;

  @Column('int', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** 班级: one run of a course. Its states are drawn in docs/classes.md. */
@Entity({ name: 'course_classes' })
export class CourseClass {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_course_classes' })
  id!: string;

  /** For posters and messages, such as `B-7K2M9X`. */
  @Column('text')
  code!: string;

  @Column('uuid', { name: 'course_id' })
  courseId!: string;

  @Column('uuid', { name: 'term_id' })
  termId!: string;

  @Column('uuid', { name: 'organisation_id' })
  organisationId!: string;

  /** The course's at the time of the class's last change as a draft. */
  @Column('text', { name: 'programme_kind' })
  programmeKind!: ProgrammeKind;

  @Column('text')
  name!: string;

  @Column('text', { name: 'name_en', nullable: true })
  nameEn!: string | null;

  @Column('text', { nullable: true })
  summary!: string | null;

  @Column('uuid', { name: 'teacher_id' })
  teacherId!: string;

  @Column('uuid', { name: 'venue_id' })
  venueId!: string;

  /** Where the venue lay when the class was last planned; search by place reads it. */
  @Column('text', { name: 'region_code' })
  regionCode!: string;

  @Column('int')
  seats!: number;

  /** The most who may wait; null for no limit. */
  @Column('int', { name: 'waiting_limit', nullable: true })
  waitingLimit!: number | null;

  @Column('text', { default: 'first_come' })
  admission!: AdmissionKind;

  @Column('timestamptz', { name: 'enrollment_opens_at' })
  enrollmentOpensAt!: Date;

  @Column('timestamptz', { name: 'enrollment_closes_at' })
  enrollmentClosesAt!: Date;

  /** 老生续报: when those who sat in an earlier class of the course may renew, before everybody else. */
  @Column('timestamptz', { name: 'renewal_opens_at', nullable: true })
  renewalOpensAt!: Date | null;

  @Column('timestamptz', { name: 'renewal_closes_at', nullable: true })
  renewalClosesAt!: Date | null;

  /** 插班: until when free seats are given after the window; null for no late entry. */
  @Column('timestamptz', { name: 'late_entry_closes_at', nullable: true })
  lateEntryClosesAt!: Date | null;

  /** Who may come, beside the ages. */
  @Column('jsonb', { name: 'enrollment_rules', default: [] })
  enrollmentRules!: EnrollmentRule[];

  /** Seats kept for some until a published moment. */
  @Column('jsonb', { name: 'seat_reserves', default: [] })
  seatReserves!: SeatReserve[];

  /** 开班人数: with fewer seats taken the school may stop the class at the time below; null for none. */
  @Column('int', { nullable: true })
  minimum!: number | null;

  @Column('timestamptz', { name: 'minimum_decided_at', nullable: true })
  minimumDecidedAt!: Date | null;

  /** Youngest and oldest age in completed years, both included. */
  @Column('int', { name: 'min_age', nullable: true })
  minAge!: number | null;

  @Column('int', { name: 'max_age', nullable: true })
  maxAge!: number | null;

  /** Integer fen. */
  @Column('int', { name: 'fee_fen', default: 0 })
  feeFen!: number;

  /** What materials cost, integer fen. */
  @Column('int', { name: 'materials_fen', default: 0 })
  materialsFen!: number;

  /** What to bring. */
  @Column('text', { nullable: true })
  materials!: string | null;

  @Column('text', { default: 'draft' })
  state!: ClassState;

  /** Sum of the scheduled minutes at approval (counting rule 2). */
  @Column('int', { name: 'approved_minutes', nullable: true })
  approvedMinutes!: number | null;

  @Column('timestamptz', { name: 'submitted_at', nullable: true })
  submittedAt!: Date | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt!: Date | null;

  @Column('uuid', { name: 'decided_by', nullable: true })
  decidedBy!: string | null;

  /** What the bureau says with its decision; why, when it returned the class. */
  @Column('text', { name: 'decision_note', nullable: true })
  decisionNote!: string | null;

  @Column('timestamptz', { name: 'published_at', nullable: true })
  publishedAt!: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt!: Date | null;

  @Column('timestamptz', { name: 'stopped_at', nullable: true })
  stoppedAt!: Date | null;

  @Column('text', { name: 'stopped_reason', nullable: true })
  stoppedReason!: string | null;

  /** The class into which a stopped one was merged, or to which its people were moved. */
  @Column('uuid', { name: 'moved_to', nullable: true })
  movedTo!: string | null;

  /** Start of the first session that is not cancelled. */
  @Column('timestamptz', { name: 'first_session_at', nullable: true })
  firstSessionAt!: Date | null;

  /** End of the last session that is not cancelled. */
  @Column('timestamptz', { name: 'last_session_at', nullable: true })
  lastSessionAt!: Date | null;

  /** What search looks through: names, places, pinyin and initials, as of the class's last change. */
  @Column('text', { name: 'search_text', default: '' })
  searchText!: string;

  @Column('int', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** 课次: one meeting of a class. */
@Entity({ name: 'class_sessions' })
export class ClassSession {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'pk_class_sessions' })
  id!: string;

  @Column('uuid', { name: 'class_id' })
  classId!: string;

  /** From 1, by time while a draft; a session added later gets the next number and no other changes its own. */
  @Column('int')
  number!: number;

  @Column('timestamptz', { name: 'starts_at' })
  startsAt!: Date;

  @Column('timestamptz', { name: 'ends_at' })
  endsAt!: Date;

  @Column('uuid', { name: 'venue_id' })
  venueId!: string;

  @Column('uuid', { name: 'teacher_id' })
  teacherId!: string;

  @Column('text', { default: 'scheduled' })
  state!: SessionState;

  /** Whether it holds its room and its teacher against other classes: from submission on. */
  @Column('boolean', { default: false })
  reserved!: boolean;

  /** Whether its minutes are among those scheduled when the first session started (counting rule 3). */
  @Column('boolean', { default: true })
  frozen!: boolean;

  /** The cancelled session that this one replaces (counting rule 2). */
  @Column('uuid', { name: 'makeup_of', nullable: true })
  makeupOf!: string | null;

  @Column('text', { name: 'cancelled_reason', nullable: true })
  cancelledReason!: string | null;

  /** 代课: who teaches instead of the class's teacher. Where they have an account of staff, it is `teacherId`. */
  @Column('text', { name: 'substitute_name', nullable: true })
  substituteName!: string | null;

  @Column('text', { name: 'substitute_reason', nullable: true })
  substituteReason!: string | null;

  @Column('int', { default: 1 })
  version!: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt!: Date;
}

/** What the admission desk decides by, under this row's lock; stands from publication on. */
@Entity({ name: 'class_availability' })
export class ClassAvailability {
  @PrimaryColumn('uuid', { name: 'class_id', primaryKeyConstraintName: 'pk_class_availability' })
  classId!: string;

  /** The class's state once more, because the class's own row may be an older version to whoever waited for this lock. */
  @Column('text', { default: 'published' })
  state!: 'published' | 'finished' | 'stopped';

  @Column('int')
  seats!: number;

  /** Enrolled. */
  @Column('int', { default: 0 })
  taken!: number;

  /** Seats kept for someone who was offered one. */
  @Column('int', { default: 0 })
  offered!: number;

  @Column('int', { default: 0 })
  waiting!: number;

  /** Seats given up that may still be taken back. */
  @Column('int', { default: 0 })
  held!: number;

  /** Applications that wait for the lottery or the school's decision. */
  @Column('int', { default: 0 })
  applied!: number;

  /** The list of a lottery is frozen and promises these seats, until it is drawn or called off. */
  @Column('boolean', { name: 'draw_pending', default: false })
  drawPending!: boolean;
}

/** How many classes of a kind a resident may hold in one term. */
@Entity({ name: 'programme_caps' })
export class ProgrammeCap {
  @PrimaryColumn('text', { name: 'programme_kind', primaryKeyConstraintName: 'pk_programme_caps' })
  programmeKind!: ProgrammeKind;

  /** Null for any number. */
  @Column('int', { name: 'classes_per_term', nullable: true })
  classesPerTerm!: number | null;

  @Column('int', { default: 1 })
  version!: number;
}
