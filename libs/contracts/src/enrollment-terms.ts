/*
 * On what terms a class gives its seats. They are stored with the class, shown to residents before they ask, and
 * decided by in lib enrollment.
 */

export const ADMISSIONS = ['first_come', 'lottery', 'approval'] as const;
/** 录取方式: 先到先得, 摇号, 学校审核. */
export type AdmissionKind = (typeof ADMISSIONS)[number];

export const LOCAL_TIES = ['residence', 'work', 'household'] as const;
/** 与本地的关系: 居住, 工作, 户籍. Which of them a class asks for is its own choice. */
export type LocalTie = (typeof LOCAL_TIES)[number];

export const RESIDENT_GROUPS = ['sme_employee', 'farmer', 'job_seeker', 'new_resident'] as const;
/** 重点群体: 中小微企业员工, 农民, 就业困难人员, 新居民. */
export type ResidentGroup = (typeof RESIDENT_GROUPS)[number];

/** 报名条件: who may come, beside the ages; all rules of a class must be met. */
export type EnrollmentRule =
  /** Lives, works or is registered (any one of the ties) in one of these regions, villages or wider. */
  | { kind: 'local'; ties: LocalTie[]; regionCodes: string[] }
  /** Belongs to one of these groups. */
  | { kind: 'group'; groups: ResidentGroup[] }
  /** Has completed one of these courses, named by the bureau's course codes. */
  | { kind: 'completed_course'; courseCodes: string[] }
  /** First-timers first: until then only those who never had a seat in a class of this kind. In a lottery they are drawn first. */
  | { kind: 'first_timers_first'; until: string }
  /** The identity was verified. */
  | { kind: 'verified_identity' };

export type EnrollmentRuleKind = EnrollmentRule['kind'];

export const SEAT_RESERVE_KINDS = ['counter', 'newcomers', 'village'] as const;
/** 预留学位: for the counter (窗口), for first-timers (新学员), for a village. */
export type SeatReserveKind = (typeof SEAT_RESERVE_KINDS)[number];

/** Seats kept for some until a published moment; then they are everybody's. */
export interface SeatReserve {
  kind: SeatReserveKind;
  /** The village or township, for the kind `village`; else null. */
  regionCode: string | null;
  seats: number;
  /** ISO 8601. */
  releasedAt: string;
}

/**
 * Whether a region lies in another or is it, by the codes of the National Bureau of Statistics: two digits a province,
 * two a city, two a district, three a township, three a village; zeros fill up.
 */
export function liesIn(code: string | null, outer: string): boolean {
  if (code === null) return false;
  if (outer.endsWith('0000000000')) return code.startsWith(outer.slice(0, 2));
  if (outer.endsWith('00000000')) return code.startsWith(outer.slice(0, 4));
  if (outer.endsWith('000000')) return code.startsWith(outer.slice(0, 6));
  if (outer.endsWith('000')) return code.startsWith(outer.slice(0, 9));
  return code === outer;
}
