import type { Language } from '#contracts';

/**
 * What is written to residents: what happened, and what to do now, in words that a seventy-year-old reads at once.
 * `{name}` stands for a variable; a variable of kind `moment` is shown as day and time of the district. `{className}` is
 * the class's English name in English texts, where it has one (`classNameEn`); so is `{toClassName}`.
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
    '您已成功报名“{className}”，首次上课时间 {firstSessionAt}。如不能参加，请及时取消，把名额让给候补的邻里。',
    'You have a seat in "{className}". The first session is on {firstSessionAt}. If you cannot come, please cancel so that a neighbour gets the seat.',
  ),
  waiting: template(
    { className: 'text', position: 'number' },
    '“{className}”名额已满，您现在候补第 {position} 位。有名额时会按顺序短信通知您。',
    '"{className}" is full. You are number {position} on the waiting list; you will get a message when it is your turn.',
  ),
  offered: template(
    { className: 'text', until: 'moment' },
    '“{className}”为您空出了一个名额，请在 {until} 前登录确认；逾期名额将让给下一位。',
    'A seat in "{className}" is yours if you accept it before {until}; after that it goes to the next in line.',
  ),
  'offer-expired': template(
    { className: 'text' },
    '“{className}”的名额因未在期限内确认，已让给下一位。如仍想参加，可重新报名候补。',
    'The seat in "{className}" was not accepted in time and went to the next in line. You may apply again.',
  ),
  /** A seat fell free and was taken for the resident, who had agreed to that when queueing. */
  promoted: template(
    { className: 'text', firstSessionAt: 'moment' },
    '好消息：“{className}”空出一个名额，已按您候补时的选择为您报上。首次上课时间 {firstSessionAt}。如不能参加，请及时取消。',
    'Good news: a seat in "{className}" fell free and is yours, as you asked when you queued. The first session is on {firstSessionAt}. If you cannot come, please cancel.',
  ),
  /** Somebody else enrolled the resident: a family member, the counter, a village agent. */
  'enrolled-for-you': template(
    { className: 'text', who: 'text' },
    '{who}已替您报名“{className}”，结果请看“我的课程”。如果您不想参加，请在“我的课程”中取消，或打电话给学校。',
    '{who} has applied to "{className}" for you; see "my classes" for the result. If you do not want this, cancel there or call the school.',
  ),
  approved: template(
    { className: 'text', firstSessionAt: 'moment' },
    '学校已同意您报名“{className}”。首次上课时间 {firstSessionAt}，请带上签到码。如不能参加，请及时取消。',
    'The school has accepted you for "{className}". The first session is on {firstSessionAt}; bring your check-in code. If you cannot come, please cancel.',
  ),
  refused: template(
    { className: 'text', reason: 'text' },
    '很抱歉，您报名的“{className}”没有通过。原因：{reason}。如有疑问请打电话给学校，也可以在“我的课程”中申诉。',
    'We are sorry: the school did not accept you for "{className}": {reason}. Call the school if you have questions, or appeal in "my classes".',
  ),
  removed: template(
    { className: 'text', reason: 'text' },
    '学校已将您移出“{className}”。原因：{reason}。如有疑问请打电话给学校，也可以在“我的课程”中申诉。',
    'The school has taken you out of "{className}": {reason}. Call the school if you have questions, or appeal in "my classes".',
  ),
  'appeal-upheld': template(
    { className: 'text', answer: 'text' },
    '您对“{className}”的申诉已获支持。学校答复：{answer}。请在“我的课程”中查看现在的报名情况。',
    'Your appeal about "{className}" was granted. The answer: {answer}. See "my classes" for where your enrollment stands now.',
  ),
  'appeal-dismissed': template(
    { className: 'text', answer: 'text' },
    '您对“{className}”的申诉未获支持。答复：{answer}。如仍有疑问，请打电话给学校。',
    'Your appeal about "{className}" was not granted. The answer: {answer}. Call the school if you still have questions.',
  ),
  'lottery-seat': template(
    { className: 'text', firstSessionAt: 'moment', classCode: 'text' },
    '摇号结果：您抽中了“{className}”！首次上课时间 {firstSessionAt}。如不能参加，请及时取消。核对摇号：搜索班级编号 {classCode}，点“核对摇号”。',
    'The lottery gave you a seat in "{className}". The first session is on {firstSessionAt}. If you cannot come, please cancel. To check the lottery, look for {classCode} and press "check the lottery".',
  ),
  'lottery-queue': template(
    { className: 'text', position: 'number', classCode: 'text' },
    '摇号结果：“{className}”这次没有抽中，您排在候补第 {position} 位。有名额时会按顺序通知您。核对摇号：搜索班级编号 {classCode}，点“核对摇号”。',
    'You were not drawn for "{className}"; you are number {position} on the waiting list and will be told when it is your turn. To check the lottery, look for {classCode} and press "check the lottery".',
  ),
  'lottery-not-drawn': template(
    { className: 'text', classCode: 'text' },
    '摇号结果：“{className}”这次没有抽中。可以看看家门口的其他班。核对摇号：搜索班级编号 {classCode}，点“核对摇号”。',
    'You were not drawn for "{className}" this time. Other classes near you may have seats. To check the lottery, look for {classCode} and press "check the lottery".',
  ),
  /** The class will not run, and there is none to go to instead. */
  'class-stopped': template(
    { className: 'text', reason: 'text' },
    '很抱歉，“{className}”不开班了。原因：{reason}。请不要前往。您的报名已取消，可以另报其他班；交过费的请到学校窗口退费。',
    'We are sorry: "{className}" will not take place: {reason}. Please do not come. Your enrollment has ended and you may choose another class; fees are paid back at the school\'s counter.',
  ),
  /** The class will not run; the resident has a seat in a parallel one. */
  'class-stopped-moved': template(
    { className: 'text', reason: 'text', toClassName: 'text', firstSessionAt: 'moment' },
    '“{className}”不开班了，原因：{reason}。学校已把您转到“{toClassName}”，首次上课时间 {firstSessionAt}。不合适的话，请在“我的课程”中取消。',
    '"{className}" will not take place: {reason}. You now have a seat in "{toClassName}"; its first session is on {firstSessionAt}. If it does not suit you, cancel in "my classes".',
  ),
  'class-stopped-waiting': template(
    { className: 'text', reason: 'text', toClassName: 'text' },
    '“{className}”不开班了，原因：{reason}。学校已把您转到“{toClassName}”候补，次序按原来的报名时间。有名额会通知您。',
    '"{className}" will not take place: {reason}. You now wait for a seat in "{toClassName}", in the order of your first application, and will be told when one is free.',
  ),
  'class-stopped-drawn': template(
    { className: 'text', reason: 'text', toClassName: 'text' },
    '“{className}”不开班了，原因：{reason}。学校已把您转到“{toClassName}”，那个班还没有摇号，您和大家一起参加摇号，结果会通知您。',
    '"{className}" will not take place: {reason}. You now take part in the lottery of "{toClassName}", like everybody else, and will be told the result.',
  ),
  /** Into a class whose list for the draw is closed: they are on no list, and nobody on it may lose a place by it. */
  'class-stopped-behind': template(
    { className: 'text', reason: 'text', toClassName: 'text' },
    '“{className}”不开班了，原因：{reason}。学校已把您转到“{toClassName}”。那个班的摇号名单已经截止，您不参加那次摇号，排在名单上的人后面候补。有名额会通知您；不想等的话，可以另报其他班。',
    '"{className}" will not take place: {reason}. You are now with "{toClassName}". Its list for the draw is closed: you are not drawn there, and wait behind those on the list. You will be told when a seat is free; if you would rather not wait, choose another class.',
  ),
  'class-stopped-undecided': template(
    { className: 'text', reason: 'text', toClassName: 'text' },
    '“{className}”不开班了，原因：{reason}。学校已把您的申请转到“{toClassName}”，等学校审核，结果会通知您。',
    '"{className}" will not take place: {reason}. You now apply for "{toClassName}"; the school decides, and you will be told.',
  ),
  /** The class is over, and no seat came to somebody who waited or had applied. */
  'class-finished': template(
    { className: 'text' },
    '“{className}”已经结班，没有轮到您，这次报名到此结束。可以看看家门口的其他班，有新班开班时欢迎再报。',
    '"{className}" is finished and no seat came to you; your application has ended. Have a look at the other classes near you, and do apply when a new one opens.',
  ),
  transferred: template(
    { className: 'text', toClassName: 'text', firstSessionAt: 'moment' },
    '您已从“{className}”转到“{toClassName}”，在新班第一次上课的时间是 {firstSessionAt}。请不要再去原来的班。以前的出勤都算数。',
    'You have moved from "{className}" to "{toClassName}"; your first session there is on {firstSessionAt}. Please do not go to the old class. Your attendance so far is kept.',
  ),
  merged: template(
    { className: 'text', toClassName: 'text', firstSessionAt: 'moment' },
    '“{className}”与“{toClassName}”合并上课，您的名额保留。下次上课时间 {firstSessionAt}，请到“{toClassName}”的教室。以前的出勤都算数。',
    '"{className}" is joined with "{toClassName}" and you keep your seat. The next session is on {firstSessionAt}, in the room of "{toClassName}". Your attendance so far is kept.',
  ),
  'session-cancelled': template(
    { className: 'text', startsAt: 'moment', reason: 'text' },
    '“{className}”原定 {startsAt} 的课停上一次。原因：{reason}。请勿前往，其余课次不变。',
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

/** What must be given for variables of these kinds; the classes' English names may be. */
export type ValuesOf<Variables extends Record<string, VariableKind>> = {
  -readonly [Variable in keyof Variables]: KindValues[Variables[Variable]];
} & { classNameEn?: string | null; toClassNameEn?: string | null };

/** What must be given with a template. */
export type VariablesOf<Name extends TemplateName> = ValuesOf<(typeof TEMPLATES)[Name]['variables']>;

/** The text that brings a sign-in code. */
export const SIGN_IN_CODE_TEXT: Record<Language, string> = {
  zh: '您的登录验证码是 {code}，5 分钟内有效。请勿告诉他人。【汇学e生】',
  en: 'Your sign-in code is {code}. It works for 5 minutes; tell it to nobody. [Huixue]',
};
