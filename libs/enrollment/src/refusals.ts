import { DISTRICT_ZONE, type EnrollmentState, type Language } from '#contracts';
import type { CodedError } from '#core';
import { EnrollmentErrors } from './enrollment.errors.js';
import type { Refusal } from './enrollment.rules.js';

const MOMENT_FORMATS: Record<Language, Intl.DateTimeFormat> = {
  zh: new Intl.DateTimeFormat('zh-CN', {
    timeZone: DISTRICT_ZONE,
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }),
  en: new Intl.DateTimeFormat('en-GB', {
    timeZone: DISTRICT_ZONE,
    month: 'long',
    day: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
  }),
};

/** A moment as residents read it, in the district's time. */
export const momentIn = (language: Language, moment: Date) => MOMENT_FORMATS[language].format(moment);

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
};

/** What an enrollment's state is called. */
export const stateName = (state: EnrollmentState, language: Language) => STATE_NAMES[state][language];

/** The sentence to the resident for a refusal. */
export function refusalError(refusal: Refusal, language: Language): CodedError {
  switch (refusal.code) {
    case 'CLASS_NOT_OPEN':
      return EnrollmentErrors.CLASS_NOT_OPEN();
    case 'WINDOW_NOT_OPEN':
      return EnrollmentErrors.WINDOW_NOT_OPEN({ opensAt: momentIn(language, refusal.opensAt) });
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
    case 'WAITING_LIST_FULL':
      return EnrollmentErrors.WAITING_LIST_FULL({ waiting: refusal.waiting });
  }
}
