import type {
  AttendanceStatus,
  ClassState,
  DegreeLevel,
  EnrollmentState,
  GroupSource,
  IdentityState,
  MarkKind,
  OrganisationKind,
  ProgrammeKind,
  ResidentGroup,
  SessionState,
} from '#contracts';

/** What is known of a resident at a session. */
export interface AttendanceEvidence {
  status: AttendanceStatus;
  /** Null where nothing else than being there is known: from the start. */
  arrivedAt: Date | null;
  /** Null: to the end. */
  leftAt: Date | null;
  /** How it was marked. */
  markKind: MarkKind;
}

/** A session of the class, and whether the resident sat in it. */
export interface SessionEvidence {
  id: string;
  number: number;
  startsAt: Date;
  endsAt: Date;
  state: SessionState;
  /** It was in the timetable when the class began; only such sessions enter the threshold (rule 3). */
  frozen: boolean;
  /** The cancelled session in whose place it stands. */
  makeupOf: string | null;
  /** Where its venue lies. */
  regionCode: string;
  attendance: AttendanceEvidence | null;
  /** What a late record (补录) says that no principal has signed yet; it counts nothing until then (rule 12). */
  waiting: AttendanceStatus | null;
}

/** Facts of a class that counting asks for. */
export interface ClassEvidence {
  id: string;
  state: ClassState;
  programmeKind: ProgrammeKind;
  /** The bureau's course code, the same in every school. */
  courseCode: string;
  organisationId: string;
  organisationKind: OrganisationKind;
  /** Where the class's own venue lies. */
  venueRegionCode: string;
  /** Minutes that the bureau approved; null in classes older than that: what was in the timetable. */
  approvedMinutes: number | null;
}

/** A session as the timetable has it, whoever sat in it. */
export type PlannedSession = Omit<SessionEvidence, 'attendance' | 'waiting'>;

/** A class with its timetable, the same for all of its people. */
export interface ReadClass {
  facts: ClassEvidence;
  sessions: PlannedSession[];
}

/** A group that a resident belongs to, from `since` on and before `until`; null: still. */
export interface GroupEvidence {
  kind: ResidentGroup;
  source: GroupSource;
  since: string;
  until: string | null;
}

/** Everything by which one enrollment counts or does not. */
export interface EnrollmentEvidence {
  enrollmentId: string;
  state: EnrollmentState;
  residentId: string;
  identityState: IdentityState;
  /** The resident's, at any time. */
  groups: GroupEvidence[];
  class: ClassEvidence;
  /** In any order. */
  sessions: SessionEvidence[];
}

/** What an imported row says of a training that a department held. */
export interface TrainingFacts {
  kind: 'training';
  /** 工种 or project, as the department names it. */
  trade: string;
  /** 班期: which of the department's classes. */
  classTerm: string | null;
  certificateNumber: string | null;
  classHours: number;
  /** YYYY-MM-DD */
  startsOn: string;
  endsOn: string;
}

/** What an imported row says of a degree (学历). */
export interface DegreeFacts {
  kind: 'degree';
  level: DegreeLevel;
  /** 注册学籍. */
  registeredOn: string | null;
  expectedYear: number | null;
  graduatedOn: string | null;
  leftOn: string | null;
  certificateNumber: string | null;
  /** 双证制: two certificates, one outcome (rule 7). */
  dual: boolean;
}

export type RecordFacts = TrainingFacts | DegreeFacts;

/** Everything by which an imported record counts or does not (rule 9). */
export interface RecordEvidence {
  recordId: string;
  residentId: string;
  /** The resident's, at any time. */
  groups: GroupEvidence[];
  facts: RecordFacts;
  /** The bureau's course code where the trade is one of its courses, else the trade itself. */
  courseCode: string;
  organisationId: string;
  organisationKind: OrganisationKind;
  regionCode: string;
}
