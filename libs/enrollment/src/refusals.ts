import { type EnrollmentState, GROUP_WORDS, type Language, type LocalTie, momentWords } from '#contracts';
import { type CodedError, fillIn } from '#core';
import { EnrollmentErrors } from './enrollment.errors.js';
import type { Refusal } from './enrollment.rules.js';

/** A moment as residents read it, in the district's time. */
export function momentIn(language: Language, moment: Date): string {
  const time = moment.getTime();
  const known = MOMENTS[language];
  let words = known.get(time);
  if (words === undefined) {
    if (known.size >= MOMENTS_REMEMBERED) known.clear();
    known.set(time, (words = momentWords(moment.toISOString(), language)));
  }
  return words;
}

/** Thousands are told of the first sessions of the same few classes. */
const MOMENTS: Record<Language, Map<number, string>> = { zh: new Map(), en: new Map() };
const MOMENTS_REMEMBERED = 1_000;

const STATE_NAMES: Record<EnrollmentState, Record<Language, string>> = {
  applied: { zh: '待处理', en: 'applied' },
  enrolled: { zh: '已录取', en: 'enrolled' },
  waiting: { zh: '候补', en: 'waiting' },
  offered: { zh: '待确认', en: 'offered' },
  declined: { zh: '已放弃', en: 'declined' },
  expired: { zh: '已过期', en: 'expired' },
  not_drawn: { zh: '未录取', en: 'not drawn' },
  refused: { zh: '未通过', en: 'refused' },
  cancelled: { zh: '已取消', en: 'cancelled' },
  withdrawn: { zh: '已退班', en: 'withdrawn' },
  removed: { zh: '已移出', en: 'removed' },
  finished: { zh: '已结班', en: 'finished' },
  lapsed: { zh: '未轮到', en: 'no seat came' },
};

/** What an enrollment's state is called. */
export const stateName = (state: EnrollmentState, language: Language) => STATE_NAMES[state][language];

const TIE_WORDS: Record<LocalTie, Record<Language, string>> = {
  residence: { zh: '居住', en: 'live' },
  work: { zh: '工作', en: 'work' },
  household: { zh: '户籍', en: 'are registered' },
};

const listed = (words: readonly string[], language: Language) => words.join(language === 'zh' ? '、' : ' or ');

/** What a refusal speaks of by name. */
export interface RefusalNames {
  person: (residentId: string) => string;
  region: (code: string) => string;
}

/** The sentence to the resident for a refusal, and what to do next. */
export function refusalError(refusal: Refusal, language: Language, names: RefusalNames): CodedError {
  switch (refusal.code) {
    case 'CLASS_NOT_OPEN':
      return EnrollmentErrors.CLASS_NOT_OPEN();
    case 'WINDOW_NOT_OPEN':
    case 'LATE_ENTRY_NOT_OPEN':
    case 'RENEWAL_ONLY':
      return EnrollmentErrors[refusal.code]({ opensAt: momentIn(language, refusal.opensAt) });
    case 'WINDOW_CLOSED':
      return EnrollmentErrors.WINDOW_CLOSED({ closedAt: momentIn(language, refusal.closedAt) });
    case 'TOO_YOUNG':
      return EnrollmentErrors.TOO_YOUNG({ minAge: refusal.minAge, age: refusal.age });
    case 'TOO_OLD':
      return EnrollmentErrors.TOO_OLD({ maxAge: refusal.maxAge, age: refusal.age });
    case 'CAP_REACHED':
      return EnrollmentErrors.CAP_REACHED({ cap: refusal.cap });
    case 'TIME_CLASH':
      return EnrollmentErrors.TIME_CLASH({ className: refusal.className });
    case 'NOT_LOCAL': {
      const ties = refusal.ties.map((tie) => TIE_WORDS[tie][language]);
      return EnrollmentErrors.NOT_LOCAL({
        ties: language === 'zh' ? ties.join('或') : listed(ties, language),
        regions: listed(refusal.regionCodes.map(names.region), language),
      });
    }
    case 'NOT_OF_GROUP': {
      const groups = refusal.groups.map((group) => GROUP_WORDS[group][language]);
      return EnrollmentErrors.NOT_OF_GROUP({ groups: listed(groups, language) });
    }
    case 'COURSE_NOT_COMPLETED':
      return EnrollmentErrors.COURSE_NOT_COMPLETED({ courses: listed(refusal.courseCodes, language) });
    case 'FIRST_TIMERS_FIRST':
      return EnrollmentErrors.FIRST_TIMERS_FIRST({ until: momentIn(language, refusal.until) });
    case 'IDENTITY_NOT_VERIFIED':
      return EnrollmentErrors.IDENTITY_NOT_VERIFIED();
    case 'WAITING_LIST_FULL':
      return EnrollmentErrors.WAITING_LIST_FULL({ waiting: refusal.waiting });
    case 'COMPANION_REFUSED': {
      const { definition, parameters } = refusalError(refusal.refusal, language, names);
      return EnrollmentErrors.COMPANION_REFUSED({
        name: names.person(refusal.residentId),
        why: fillIn(definition.title[language], parameters),
      });
    }
  }
}
