import type {
  AdmissionKind,
  EnrollmentRule,
  LocalTie,
  ResidentGroup,
  SeatReserve,
  SeatReserveKind,
} from './enrollment-terms.js';
import { DISTRICT_ZONE, type Language } from './vocabulary.js';

/*
 * On what terms a class gives its seats, in sentences: for residents' pages with and without script, for the preview
 * of whoever drafts the class and for whoever approves it. All of them say the same because they say it from here.
 */

/** Something that has a code, with its names. */
export interface NamedCode {
  code: string;
  name: string;
  nameEn: string | null;
}

/** What the terms of a class speak of by name. */
export interface TermNames {
  regions: readonly NamedCode[];
  courses: readonly NamedCode[];
}

/** A class as far as its terms go; moments in ISO 8601. */
export interface SpokenTerms {
  admission: AdmissionKind;
  seats: number;
  renewalOpensAt: string | null;
  renewalClosesAt: string | null;
  enrollmentOpensAt: string;
  enrollmentClosesAt: string;
  lateEntryClosesAt: string | null;
  firstSessionAt: string | null;
  enrollmentRules: readonly EnrollmentRule[];
  seatReserves: readonly SeatReserve[];
  minimum: number | null;
  minimumDecidedAt: string | null;
  minAge: number | null;
  maxAge: number | null;
  feeFen: number;
  materialsFen: number;
  termNames: TermNames;
}

const LOCALES: Record<Language, string> = { zh: 'zh-CN', en: 'en-GB' };
const formatOf = (language: Language) =>
  new Intl.DateTimeFormat(LOCALES[language], {
    timeZone: DISTRICT_ZONE,
    hourCycle: 'h23',
    month: 'long',
    day: 'numeric',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
const FORMATS: Record<Language, Intl.DateTimeFormat> = { zh: formatOf('zh'), en: formatOf('en') };

/** A moment as residents read it, in the district's time: 9月1日周二 09:00. */
export function momentWords(iso: string, language: Language): string {
  return FORMATS[language].format(new Date(iso));
}

const listed = (words: readonly string[], language: Language, last: Record<Language, string>): string => {
  if (words.length < 2) return words.join('');
  const [comma, or] = language === 'zh' ? ['、', last.zh] : [', ', ` ${last.en} `];
  return words.slice(0, -1).join(comma) + or + words.at(-1);
};
const OR = { zh: '或', en: 'or' };
const AND = { zh: '、', en: 'and' };

const nameOf = (code: string, names: readonly NamedCode[], language: Language): string => {
  const named = names.find((one) => one.code === code);
  return (language === 'en' ? named?.nameEn : null) ?? named?.name ?? code;
};

/** What ties somebody to a place, said of residents. */
const TIE_WORDS: Record<LocalTie, Record<Language, string>> = {
  residence: { zh: '居住', en: 'live' },
  work: { zh: '工作', en: 'work' },
  household: { zh: '有户籍', en: 'are registered' },
};

/** Whom a class is for. */
export const GROUP_WORDS: Record<ResidentGroup, Record<Language, string>> = {
  sme_employee: { zh: '中小微企业员工', en: 'people employed by small firms' },
  farmer: { zh: '农民', en: 'farmers' },
  job_seeker: { zh: '就业困难人员', en: 'people who find it hard to get work' },
  new_resident: { zh: '新居民', en: 'new residents' },
};

/** What a rule asks of somebody who wants to come. */
export function ruleSentence(
  rule: EnrollmentRule,
  admission: AdmissionKind,
  names: TermNames,
  language: Language,
): string {
  const zh = language === 'zh';
  switch (rule.kind) {
    case 'local': {
      const regions = listed(
        rule.regionCodes.map((code) => nameOf(code, names.regions, language)),
        language,
        OR,
      );
      const ties = listed(
        rule.ties.map((tie) => TIE_WORDS[tie][language]),
        language,
        OR,
      );
      const enough = rule.ties.length > 1;
      return zh
        ? `须在${regions}${ties}${enough ? '（有一项就行）' : ''}`
        : `You ${ties} in ${regions}${enough ? ' (one of these is enough)' : ''}`;
    }
    case 'group': {
      const groups = listed(
        rule.groups.map((group) => GROUP_WORDS[group][language]),
        language,
        OR,
      );
      return zh ? `只收${groups}` : `For ${groups} only`;
    }
    case 'completed_course': {
      const courses = listed(
        rule.courseCodes.map((code) => {
          const name = nameOf(code, names.courses, language);
          return zh ? `“${name}”` : name;
        }),
        language,
        OR,
      );
      return zh ? `须先学完${courses}` : `You have completed ${courses}`;
    }
    case 'first_timers_first': {
      if (admission === 'lottery') {
        return zh
          ? '没上过这类课的新学员先摇，有余再给其他人'
          : 'First-timers are drawn first, the others from what is left';
      }
      const until = momentWords(rule.until, language);
      return zh
        ? `${until}前只收没上过这类课的新学员，之后人人可报`
        : `Until ${until} for first-timers only, then for everyone`;
    }
    case 'verified_identity':
      return zh
        ? '须先核验身份，带身份证到学校窗口就能办'
        : 'Your identity is verified; bring your card to the counter';
  }
}

const AGE_SENTENCES: Record<Language, (min: number | null, max: number | null) => string> = {
  zh: (min, max) =>
    min === null && max === null
      ? '不限年龄'
      : `开课时${[min !== null && `满 ${min} 岁`, max !== null && `不超过 ${max} 岁`].filter(Boolean).join('、')}`,
  en: (min, max) =>
    min === null && max === null
      ? 'Any age'
      : `${[min !== null && `${min} and over`, max !== null && `up to ${max}`].filter(Boolean).join(', ')} on the first day`,
};

/** Who may come: the ages, then each rule. */
export function whoSentences(terms: SpokenTerms, language: Language): string[] {
  return [
    AGE_SENTENCES[language](terms.minAge, terms.maxAge),
    ...terms.enrollmentRules.map((rule) => ruleSentence(rule, terms.admission, terms.termNames, language)),
  ];
}

const ADMISSION_SENTENCES: Record<AdmissionKind, Record<Language, string>> = {
  first_come: {
    zh: '先到先得，报满后可以候补。',
    en: 'First come, first served; once it is full you can wait.',
  },
  lottery: {
    zh: '先报后报机会一样。截止后名额够就都录取，不够就公开摇号，没摇中的按摇号顺序候补。',
    en: 'Coming early or late makes no difference. If there are enough seats everyone gets one, else they are drawn by a public lottery; the others wait in the order drawn.',
  },
  approval: {
    zh: '报名后由学校审核，结果会通知您。',
    en: 'The school decides on each application and tells you the result.',
  },
};

/** How seats are given, in a sentence. */
export const admissionSentence = (admission: AdmissionKind, language: Language): string =>
  ADMISSION_SENTENCES[admission][language];

export const ADMISSION_PHASES = ['renewal', 'open', 'late_entry'] as const;
/** 老生续报, 公开报名, 插班: windows that follow one another. */
export type AdmissionPhase = (typeof ADMISSION_PHASES)[number];

/** When a class takes applications, in the order of time; late entry begins with the first session. */
export function admissionPhases(terms: SpokenTerms): { phase: AdmissionPhase; opensAt: string; closesAt: string }[] {
  const { renewalOpensAt, renewalClosesAt, enrollmentOpensAt, enrollmentClosesAt, lateEntryClosesAt } = terms;
  const lateFrom =
    terms.firstSessionAt && new Date(terms.firstSessionAt) > new Date(enrollmentClosesAt)
      ? terms.firstSessionAt
      : enrollmentClosesAt;
  return [
    ...(renewalOpensAt && renewalClosesAt
      ? [{ phase: 'renewal' as const, opensAt: renewalOpensAt, closesAt: renewalClosesAt }]
      : []),
    { phase: 'open', opensAt: enrollmentOpensAt, closesAt: enrollmentClosesAt },
    ...(lateEntryClosesAt ? [{ phase: 'late_entry' as const, opensAt: lateFrom, closesAt: lateEntryClosesAt }] : []),
  ];
}

const PHASE_SENTENCES: Record<AdmissionPhase, Record<Language, (from: string, to: string) => string>> = {
  renewal: {
    zh: (from, to) => `老生续报：${from} 至 ${to}，上过这门课的学员可以先报`,
    en: (from, to) => `Renewal: ${from} to ${to}, for those who sat in an earlier class of this course`,
  },
  open: {
    zh: (from, to) => `报名：${from} 至 ${to}`,
    en: (from, to) => `Enrollment: ${from} to ${to}`,
  },
  late_entry: {
    zh: (from, to) => `插班：${from} 至 ${to}，还有名额就可以报`,
    en: (from, to) => `Late entry: ${from} to ${to}, while there are seats`,
  },
};

/** How seats are given and when: the way, then each window. */
export function givenSentences(terms: SpokenTerms, language: Language): string[] {
  return [
    admissionSentence(terms.admission, language),
    ...admissionPhases(terms).map(({ phase, opensAt, closesAt }) =>
      PHASE_SENTENCES[phase][language](momentWords(opensAt, language), momentWords(closesAt, language)),
    ),
  ];
}

const seatsAre = (seats: number): string => (seats === 1 ? '1 seat is' : `${seats} seats are`);

const RESERVE_SENTENCES: Record<
  SeatReserveKind,
  Record<Language, (seats: number, until: string, region: string) => string>
> = {
  counter: {
    zh: (seats, until) => `${seats} 个名额留给到窗口报名的人，${until} 起不再保留`,
    en: (seats, until) => `${seatsAre(seats)} kept for the counter until ${until}`,
  },
  newcomers: {
    zh: (seats, until) => `${seats} 个名额留给没上过这类课的新学员，${until} 起不再保留`,
    en: (seats, until) => `${seatsAre(seats)} kept for first-timers until ${until}`,
  },
  village: {
    zh: (seats, until, region) => `${seats} 个名额留给住在${region}的居民，${until} 起不再保留`,
    en: (seats, until, region) => `${seatsAre(seats)} kept for those who live in ${region} until ${until}`,
  },
};

/** Which seats are kept for whom, and until when. */
export function reserveSentences(
  { seatReserves, termNames }: Pick<SpokenTerms, 'seatReserves' | 'termNames'>,
  language: Language,
): string[] {
  return seatReserves.map(({ kind, seats, releasedAt, regionCode }) =>
    RESERVE_SENTENCES[kind][language](
      seats,
      momentWords(releasedAt, language),
      regionCode === null ? '' : nameOf(regionCode, termNames.regions, language),
    ),
  );
}

/** From how many on the class is held, and when that is decided; null where it has no minimum. */
export function minimumSentence(
  { minimum, minimumDecidedAt }: Pick<SpokenTerms, 'minimum' | 'minimumDecidedAt'>,
  language: Language,
): string | null {
  if (minimum === null || minimumDecidedAt === null) return null;
  const when = momentWords(minimumDecidedAt, language);
  return language === 'zh'
    ? `满 ${minimum} 人开班。${when} 还不满，学校可能停开或并班，会通知您`
    : `The class needs ${minimum} people. With fewer on ${when} the school may stop or merge it, and tells you`;
}

/** Fen as yuan, without zeros behind the point. */
const yuan = (fen: number): string => String(fen / 100);

/** What it costs: the fee, and what materials cost beside it; paid at the counter. */
export function costSentence(
  { feeFen, materialsFen }: Pick<SpokenTerms, 'feeFen' | 'materialsFen'>,
  language: Language,
): string {
  const parts = [
    feeFen > 0 && (language === 'zh' ? `学费 ${yuan(feeFen)} 元` : `fee ${yuan(feeFen)} yuan`),
    materialsFen > 0 &&
      (language === 'zh' ? `材料费 ${yuan(materialsFen)} 元` : `materials ${yuan(materialsFen)} yuan`),
  ].filter((part) => part !== false);
  if (parts.length === 0) return language === 'zh' ? '免费' : 'Free';
  const text = listed(parts, language, AND);
  return language === 'zh'
    ? `${text}，到窗口付`
    : `${text.charAt(0).toUpperCase()}${text.slice(1)}, paid at the counter`;
}
