import type { Language } from '#contracts';

/**
 * What is written to residents. `{name}` stands for a variable; a variable of kind `moment` is shown as day and time of
 * the district. `{className}` is the class's English name in English texts, where it has one.
 */
export interface Template<Variables extends Record<string, VariableKind>> {
  variables: Variables;
  text: Record<Language, string>;
}

export type VariableKind = 'text' | 'number' | 'moment';

const template = <const Variables extends Record<string, VariableKind>>(
  variables: Variables,
  zh: string,
  en: string,
): Template<Variables> => ({ variables, text: { zh, en } });

export const TEMPLATES = {
  /** A seat was got: at once, or by accepting an offer. */
  enrolled: template(
    { className: 'text', firstSessionAt: 'moment' },
    '您已成功报名“{className}”,首次上课时间 {firstSessionAt}。如不能参加,请及时取消,把名额让给候补的邻里。',
    'You have a seat in "{className}". The first session is on {firstSessionAt}. If you cannot come, please cancel so that a neighbour gets the seat.',
  ),
  waiting: template(
    { className: 'text', position: 'number' },
    '“{className}”名额已满,您现在候补第 {position} 位。有名额时会按顺序短信通知您。',
    '"{className}" is full. You are number {position} on the waiting list; you will get a message when it is your turn.',
  ),
  offered: template(
    { className: 'text', until: 'moment' },
    '“{className}”为您空出了一个名额,请在 {until} 前登录确认;逾期名额将让给下一位。',
    'A seat in "{className}" is yours if you accept it before {until}; after that it goes to the next in line.',
  ),
  'offer-expired': template(
    { className: 'text' },
    '“{className}”的名额因未在期限内确认,已让给下一位。如仍想参加,可重新报名候补。',
    'The seat in "{className}" was not accepted in time and went to the next in line. You may apply again.',
  ),
  'session-cancelled': template(
    { className: 'text', startsAt: 'moment', reason: 'text' },
    '“{className}”原定 {startsAt} 的课停上一次。原因:{reason}。请勿前往,其余课次不变。',
    'The session of "{className}" on {startsAt} is cancelled: {reason}. Please do not come; the other sessions stay.',
  ),
} as const;

export type TemplateName = keyof typeof TEMPLATES;

/** A moment may be given as it comes from the database or as ISO 8601. */
interface KindValues {
  text: string;
  number: number;
  moment: Date | string;
}

/** What must be given with a template; the class's English name may be. */
export type VariablesOf<Name extends TemplateName> = {
  [
    Variable in keyof (typeof TEMPLATES)[Name]['variables']
  ]: KindValues[(typeof TEMPLATES)[Name]['variables'][Variable] & VariableKind];
} & { classNameEn?: string | null };

/** The text that brings a sign-in code. */
export const SIGN_IN_CODE_TEXT: Record<Language, string> = {
  zh: '您的登录验证码是 {code},5 分钟内有效。请勿告诉他人。【汇学e生】',
  en: 'Your sign-in code is {code}. It works for 5 minutes; tell it to nobody. [Huixue]',
};
