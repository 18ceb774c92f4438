/** The words of the house, one per concept; the glossary in README.md gives their meaning and their Chinese. */

export const PROGRAMME_KINDS = ['community', 'elderly', 'skills', 'degree'] as const;
/** 类别: what a course is for. It decides which targets a class can feed. */
export type ProgrammeKind = (typeof PROGRAMME_KINDS)[number];

export const REGION_LEVELS = ['province', 'city', 'district', 'township', 'village'] as const;
/** 行政区划级别, from the outermost in. */
export type RegionLevel = (typeof REGION_LEVELS)[number];

export const ORGANISATION_KINDS = [
  'bureau',
  'department',
  'community_school',
  'elderly_school',
  'vocational_centre',
  'open_university',
  'community_college',
  'school',
  'university',
  'village_office',
  'training_provider',
] as const;
/** 机构类别. */
export type OrganisationKind = (typeof ORGANISATION_KINDS)[number];

export const PLATE_KINDS = ['elderly_school', 'elderly_classroom'] as const;
/** 牌子: 老年学校, 老年学堂. An organisation may hold several. */
export type PlateKind = (typeof PLATE_KINDS)[number];

export const ACCESS_ROUTES = ['road', 'causeway', 'ferry'] as const;
/** How a venue is reached from the district's centre. */
export type AccessRoute = (typeof ACCESS_ROUTES)[number];

export const CLASS_STATES = ['draft', 'submitted', 'approved', 'published', 'finished', 'stopped'] as const;
/** 班级状态: drawn in docs/classes.md. */
export type ClassState = (typeof CLASS_STATES)[number];

export const SESSION_STATES = ['scheduled', 'held', 'cancelled'] as const;
/** 课次状态. A session is held from its first present mark on. */
export type SessionState = (typeof SESSION_STATES)[number];

export const ENROLLMENT_STATES = [
  'applied',
  'enrolled',
  'waiting',
  'offered',
  'declined',
  'expired',
  'not_drawn',
  'refused',
  'cancelled',
  'withdrawn',
  'removed',
  'finished',
  'lapsed',
] as const;
/** 报名状态: drawn in docs/enrollment.md. */
export type EnrollmentState = (typeof ENROLLMENT_STATES)[number];

/** States in which an enrollment still claims something of its class; a resident has at most one such per class. */
export const LIVE_ENROLLMENT_STATES = ['applied', 'enrolled', 'waiting', 'offered', 'finished'] as const;

export const ENROLLMENT_SOURCES = ['self', 'family', 'counter', 'agent', 'list'] as const;
/**
 * 报名来源: the resident's own account, another account for them (代报名: family, or a companion with whom they go
 * together), the counter (窗口), a village agent, a pasted list of names.
 */
export type EnrollmentSource = (typeof ENROLLMENT_SOURCES)[number];

export const MARK_KINDS = [
  'personal_code',
  'teacher_mark',
  'rotating_code',
  'monitor_mark',
  'paper_sheet',
  'import',
] as const;
/**
 * 签到方式: what kind of evidence a mark is: the resident's code scanned, the teacher's tick, the code on the screen typed
 * or scanned by the resident, the tick of the class monitor (班长),
 * the printed sheet on which the roll was taken, transcribed, a roll that was taken elsewhere and uploaded.
 */
export type MarkKind = (typeof MARK_KINDS)[number];

/** Kinds of marks that staff's devices send. */
export const STAFF_MARK_KINDS = ['personal_code', 'teacher_mark'] as const satisfies readonly MarkKind[];

export const ATTENDANCE_STATUSES = ['present', 'absent', 'excused'] as const;
/** 到课, 缺课, 请假. */
export type AttendanceStatus = (typeof ATTENDANCE_STATUSES)[number];

export const DOCUMENT_KINDS = ['resident_card', 'passport', 'hkmo_permit', 'taiwan_permit'] as const;
/** 证件类别: 居民身份证, 护照, 港澳居民来往内地通行证, 台湾居民来往大陆通行证. */
export type DocumentKind = (typeof DOCUMENT_KINDS)[number];

export const IDENTITY_STATES = ['declared', 'verified'] as const;
/** 未核验, 已核验 (counting rule 8). */
export type IdentityState = (typeof IDENTITY_STATES)[number];

export const GROUP_SOURCES = ['declared', 'certified'] as const;
/** 自述, 已认定: whether the resident says to belong to a group, or staff saw the certificate. */
export type GroupSource = (typeof GROUP_SOURCES)[number];

export const NEEDS = ['hearing', 'wheelchair', 'escort'] as const;
/** 需要的照顾: 听力不便, 轮椅, 家人陪同. Never an illness. */
export type Need = (typeof NEEDS)[number];

export const CONSENT_WAYS = ['beforehand', 'at_counter', 'at_first_session'] as const;
/** 代报名同意的方式: by the resident's own account, at the counter, signed at the first session. */
export type ConsentWay = (typeof CONSENT_WAYS)[number];

export const PROXY_STANDINGS = ['own', 'consented', 'to_be_signed'] as const;
/** 本人, 已同意代报名, 首课补签: in what right an account acts for a resident. None of them bars from applying. */
export type ProxyStanding = (typeof PROXY_STANDINGS)[number];

export const DECLARATION_STATES = ['not_needed', 'missing', 'fit', 'not_fit'] as const;
/** 安全声明: 无需声明, 未声明, 声明适合, 声明不适合. */
export type DeclarationState = (typeof DECLARATION_STATES)[number];

export const PREPARATION_ITEMS = [
  'identity',
  'residence',
  'ties',
  'consent',
  'contact',
  'declaration',
  'companions',
] as const;
/** 报名准备的各项: identity, where they live, where they work and are registered, who may act, whom to call, fitness, friends. */
export type PreparationItem = (typeof PREPARATION_ITEMS)[number];

export const PREPARATION_STATES = ['ready', 'missing', 'at_counter', 'later', 'optional', 'not_needed'] as const;
/** 已备好, 待补充, 到窗口办理, 首课补签, 可选, 无需. None of them bars from applying. */
export type PreparationState = (typeof PREPARATION_STATES)[number];

export const IMPORT_KINDS = ['training', 'degree'] as const;
/** 培训记录, 学历提升: what other departments send lists of. */
export type ImportKind = (typeof IMPORT_KINDS)[number];

export const IMPORT_STATES = [
  'waiting',
  'reading',
  'ready',
  'failed',
  'writing',
  'written',
  'undoing',
  'undone',
  'discarded',
] as const;
/**
 * 导入状态: 待上传, 读取中, 待确认, 文件有误, 入库中, 已入库, 撤销中, 已撤销, 已放弃. Nothing counts before `writing`, which
 * somebody must have confirmed.
 */
export type ImportState = (typeof IMPORT_STATES)[number];

export const DEGREE_LEVELS = [
  'junior_secondary',
  'senior_secondary',
  'college',
  'undergraduate',
  'postgraduate',
] as const;
/** 学历层次: 初中, 高中(含中职), 大专, 本科, 研究生. */
export type DegreeLevel = (typeof DEGREE_LEVELS)[number];

export const RULE_STATES = ['draft', 'trial', 'published', 'repealed'] as const;
/** 统计口径状态: draft, 试行, 发布, 废止. */
export type RuleState = (typeof RULE_STATES)[number];

export const LEDGER_STATUSES = ['provisional', 'confirmed'] as const;
/** 已达标·预计 until the class is finished, then 已确认 (counting rule 3). */
export type LedgerStatus = (typeof LEDGER_STATUSES)[number];

export const PERIOD_STATES = ['open', 'submitted', 'locked'] as const;
/** 未报, 已报待签, 已锁定: a month of figures (counting rule 15). */
export type PeriodState = (typeof PERIOD_STATES)[number];

export const ADJUSTMENT_STATES = ['proposed', 'asked', 'approved', 'declined', 'lapsed'] as const;
/** 待申请, 待批准, 已入账, 不同意, 已失效: a difference that touches a month that is submitted or locked. */
export type AdjustmentState = (typeof ADJUSTMENT_STATES)[number];

export const LANGUAGES = ['zh', 'en'] as const;
/** Languages the platform speaks; Chinese is the first. */
export type Language = (typeof LANGUAGES)[number];

/** The zone in which the district's days, terms and years are reckoned. */
export const DISTRICT_ZONE = 'Asia/Shanghai';

/** The longest span of a list page. */
export const PAGE_LIMIT = 100;
