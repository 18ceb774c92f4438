import type { Sentence } from '#core';
import type { CallReason } from '#contracts';
import { TEMPLATES, type ValuesOf, type VariableKind } from './messages.templates.js';

/** What is said on the phone, or at the door of somebody who has none. */
export interface CallScript {
  reason: CallReason;
  variables: Readonly<Record<string, VariableKind>>;
  /** Said after {@link GREETING}; `{name}` stands for a variable, as in messages. */
  text: Sentence;
}

const script = <const Variables extends Readonly<Record<string, VariableKind>>>(
  reason: CallReason,
  variables: Variables,
  zh: string,
  en: string,
) => ({ reason, variables, text: { zh, en } }) satisfies CallScript;

/** How a call begins: `{resident}` is who is called, `{school}` who calls. */
export const GREETING: Sentence = {
  zh: '您好，请问是{resident}吗？我是{school}的老师。',
  en: 'Good day, is this {resident}? I am calling from {school}.',
};

/** By template of the message that says the same; those without a message are told by phone alone. */
export const CALL_SCRIPTS = {
  offered: script(
    'offer',
    TEMPLATES.offered.variables,
    '您候补的“{className}”空出了一个名额，给您留到 {until}。您来上课吗？您现在告诉我，我马上替您办好。',
    'There is a seat for you in "{className}", kept until {until}. Would you like to come? Tell me now and I shall see to it.',
  ),
  'offer-expired': script(
    'offer_expired',
    TEMPLATES['offer-expired'].variables,
    '“{className}”给您留的名额到时间没有确认，已经让给下一位了。您还想上的话，我可以再帮您排候补。',
    'The seat in "{className}" that was kept for you was not accepted in time and went to the next in line. If you still want to come, I can put you on the list again.',
  ),
  promoted: script(
    'promoted',
    TEMPLATES.promoted.variables,
    '好消息，“{className}”空出名额，已经给您报上了。第一次上课是 {firstSessionAt}。您能来吗？不能来我替您取消。',
    'Good news: you have a seat in "{className}". The first session is on {firstSessionAt}. Can you come? If not, I shall cancel for you.',
  ),
  waiting: script(
    'waiting',
    TEMPLATES.waiting.variables,
    '“{className}”名额已满，您现在排在候补第 {position} 位，轮到时我们会再打电话给您。您愿意等吗？不想等的话，我替您退出候补。',
    '"{className}" is full; you are number {position} on the waiting list, and we shall call again when it is your turn. Would you like to wait? If not, I shall take you off the list.',
  ),
  'enrolled-for-you': script(
    'enrolled_for_you',
    TEMPLATES['enrolled-for-you'].variables,
    '{who}替您报名了“{className}”，您知道这件事吗？您不想参加的话，我替您取消。',
    '{who} has applied to "{className}" for you. Did you know? If you do not want it, I shall cancel for you.',
  ),
  approved: script(
    'approved',
    TEMPLATES.approved.variables,
    '您报名的“{className}”学校同意了。第一次上课是 {firstSessionAt}，请带上签到卡。您能来吗？',
    'The school has accepted you for "{className}". The first session is on {firstSessionAt}; please bring your card. Can you come?',
  ),
  refused: script(
    'refused',
    TEMPLATES.refused.variables,
    '很抱歉，您报名的“{className}”这次没有通过，原因是：{reason}。您有不同意见可以申诉，我可以帮您登记。',
    'I am sorry: the school did not accept you for "{className}": {reason}. You may appeal, and I can write it down for you.',
  ),
  removed: script(
    'removed',
    TEMPLATES.removed.variables,
    '跟您说一声，您在“{className}”的名额学校取消了，原因是：{reason}。您有不同意见可以申诉，我可以帮您登记。',
    'I have to tell you that your seat in "{className}" was taken back: {reason}. You may appeal, and I can write it down for you.',
  ),
  'appeal-upheld': script(
    'appeal_decided',
    TEMPLATES['appeal-upheld'].variables,
    '您对“{className}”的申诉有结果了：支持您的意见。答复是：{answer}。',
    'Your appeal about "{className}" was granted. The answer is: {answer}.',
  ),
  'appeal-dismissed': script(
    'appeal_decided',
    TEMPLATES['appeal-dismissed'].variables,
    '您对“{className}”的申诉有结果了：这次没有支持。答复是：{answer}。您还有什么想问的吗？',
    'Your appeal about "{className}" was not granted. The answer is: {answer}. Is there anything you would like to ask?',
  ),
  'lottery-seat': script(
    'lottery_result',
    TEMPLATES['lottery-seat'].variables,
    '摇号结果出来了，您抽中了“{className}”。第一次上课是 {firstSessionAt}。您能来吗？不能来我替您取消。',
    'The lottery gave you a seat in "{className}". The first session is on {firstSessionAt}. Can you come? If not, I shall cancel for you.',
  ),
  'lottery-queue': script(
    'lottery_result',
    TEMPLATES['lottery-queue'].variables,
    '摇号结果出来了，“{className}”这次没有抽中，您排在候补第 {position} 位。有名额我们会再打电话给您。',
    'You were not drawn for "{className}"; you are number {position} on the waiting list. We shall call again when it is your turn.',
  ),
  'lottery-not-drawn': script(
    'lottery_result',
    TEMPLATES['lottery-not-drawn'].variables,
    '摇号结果出来了，“{className}”这次没有抽中。您愿意的话，我帮您看看附近别的班。',
    'You were not drawn for "{className}" this time. If you like, I can look for another class near you.',
  ),
  'class-stopped': script(
    'class_stopped',
    TEMPLATES['class-stopped'].variables,
    '很抱歉，您报的“{className}”不开班了，原因是：{reason}。请您不要过来。交过费的可以到窗口退。要不要我帮您看看别的班？',
    'I am sorry: "{className}" will not take place: {reason}. Please do not come. Fees are paid back at the counter. Shall I look for another class for you?',
  ),
  'class-stopped-waiting': script(
    'class_stopped',
    TEMPLATES['class-stopped-waiting'].variables,
    '您报的“{className}”不开班了，原因是：{reason}。我们把您转到“{toClassName}”候补，次序按您原来的报名时间，有名额再通知您。您看这样可以吗？不愿意的话，我帮您取消。',
    'Your class "{className}" will not take place: {reason}. We put you on the waiting list of "{toClassName}", in the order of your first application. Does that suit you? If not, I will cancel it.',
  ),
  'class-stopped-drawn': script(
    'class_stopped',
    TEMPLATES['class-stopped-drawn'].variables,
    '您报的“{className}”不开班了，原因是：{reason}。我们把您转到“{toClassName}”，那个班要摇号，您和大家一起参加，结果出来会通知您。您看这样可以吗？不愿意的话，我帮您取消。',
    'Your class "{className}" will not take place: {reason}. You now take part in the lottery of "{toClassName}" and will be told the result. Does that suit you? If not, I will cancel it.',
  ),
  'class-stopped-behind': script(
    'class_stopped',
    TEMPLATES['class-stopped-behind'].variables,
    '您报的“{className}”不开班了，原因是：{reason}。我们把您转到“{toClassName}”。那个班的摇号名单已经截止了，您这次不参加摇号，排在名单上的人后面候补。您看这样可以吗？不愿意的话，我帮您取消，再看看别的班。',
    'Your class "{className}" will not take place: {reason}. We moved you to "{toClassName}". Its list for the draw is closed, so you are not drawn there and wait behind those on the list. Does that suit you? If not, I will cancel it and look for another class.',
  ),
  'class-stopped-undecided': script(
    'class_stopped',
    TEMPLATES['class-stopped-undecided'].variables,
    '您报的“{className}”不开班了，原因是：{reason}。我们把您的申请转到“{toClassName}”，学校审核后会通知您。您看这样可以吗？不愿意的话，我帮您取消。',
    'Your class "{className}" will not take place: {reason}. Your application now stands for "{toClassName}"; the school decides, and you will be told. Does that suit you? If not, I will cancel it.',
  ),
  'class-stopped-moved': script(
    'class_stopped',
    TEMPLATES['class-stopped-moved'].variables,
    '您报的“{className}”不开班了，原因是：{reason}。我们把您转到了“{toClassName}”，第一次上课是 {firstSessionAt}。您看可以吗？不合适我替您取消。',
    '"{className}" will not take place: {reason}. We have kept a seat for you in "{toClassName}"; its first session is on {firstSessionAt}. Does that suit you? If not, I shall cancel for you.',
  ),
  'class-finished': script(
    'class_finished',
    TEMPLATES['class-finished'].variables,
    '“{className}”已经结班，没有轮到您，很抱歉，这次报名到此结束，您不用再等了。您愿意的话，我帮您看看附近别的班。',
    'I am sorry: "{className}" is finished and no seat came to you, so you need not wait any more. If you like, I can look for another class near you.',
  ),
  transferred: script(
    'transferred',
    TEMPLATES.transferred.variables,
    '您已经从“{className}”转到“{toClassName}”了，在新班第一次上课是 {firstSessionAt}。请不要再去原来的班。',
    'You have moved from "{className}" to "{toClassName}". Your first session there is on {firstSessionAt}. Please do not go to the old class.',
  ),
  merged: script(
    'merged',
    TEMPLATES.merged.variables,
    '“{className}”和“{toClassName}”合在一起上课了，您的名额还在。下次上课是 {firstSessionAt}，请到“{toClassName}”的教室。',
    '"{className}" is joined with "{toClassName}" and you keep your seat. The next session is on {firstSessionAt}, in the room of "{toClassName}".',
  ),
  'session-cancelled': script(
    'session_cancelled',
    TEMPLATES['session-cancelled'].variables,
    '“{className}”{startsAt} 的课停一次，原因是：{reason}。那天请您不要过来，其他课照常。',
    'The session of "{className}" on {startsAt} is cancelled: {reason}. Please do not come that day; the other sessions stay.',
  ),
  /** Missed sessions without a word: asked first, decided afterwards. */
  'no-show': script(
    'no_show',
    { className: 'text', missed: 'number' },
    '“{className}”您有 {missed} 次没有来上课，我们有点担心。您身体还好吗？以后还来上课吗？不来的话，名额就让给排队的邻里了。',
    'You missed {missed} sessions of "{className}" and we wondered whether you are well. Will you come again? If not, your seat goes to a neighbour who is waiting.',
  ),
} as const;

export type ScriptName = keyof typeof CALL_SCRIPTS;

export type ScriptVariables<Name extends ScriptName> = ValuesOf<(typeof CALL_SCRIPTS)[Name]['variables']>;

/** What the person who called does next, by reason. */
export const AFTER_THE_CALL: Record<CallReason, Sentence> = {
  offer: {
    zh: '愿意来：替其确认名额。不来：替其放弃，名额马上给下一位。',
    en: 'Coming: accept the seat for them. Not coming: decline it, and it goes to the next at once.',
  },
  offer_expired: {
    zh: '还想上：到窗口替其重新报名候补。',
    en: 'Still wants to come: apply for them again at the counter.',
  },
  promoted: { zh: '不能来：替其取消，名额给下一位。', en: 'Cannot come: cancel for them; the seat goes to the next.' },
  waiting: { zh: '不想等了：替其退出候补。', en: 'Does not want to wait: take them off the list.' },
  enrolled_for_you: { zh: '本人不愿意：替其取消报名。', en: 'Does not want it: cancel for them.' },
  approved: { zh: '不能来：替其取消，名额给下一位。', en: 'Cannot come: cancel for them; the seat goes to the next.' },
  refused: { zh: '本人要申诉：在报名详情中替其登记。', en: 'Wants to appeal: write it down at the enrollment.' },
  removed: { zh: '本人要申诉：在报名详情中替其登记。', en: 'Wants to appeal: write it down at the enrollment.' },
  appeal_decided: { zh: '讲清楚答复即可。', en: 'It is enough to explain the answer.' },
  lottery_result: { zh: '抽中但不能来：替其取消，名额给下一位。', en: 'Drawn and cannot come: cancel for them.' },
  class_stopped: {
    zh: '想上别的班：到窗口替其报名。转入的班不合适：替其取消。',
    en: 'Wants another class: apply at the counter. The parallel class does not suit: cancel for them.',
  },
  class_finished: { zh: '想上别的班：到窗口替其报名。', en: 'Wants another class: apply for them at the counter.' },
  transferred: {
    zh: '新班不合适：替其取消，或另转一班。',
    en: 'It does not suit: cancel for them, or transfer again.',
  },
  merged: { zh: '新时间不合适：替其取消，或另转一班。', en: 'It does not suit: cancel for them, or transfer.' },
  session_cancelled: { zh: '告诉本人那天不要来即可。', en: 'It is enough that they know not to come that day.' },
  no_show: {
    zh: '问清楚以后来不来并记下。请过假的，请在点名页改为“请假”。不来的，名额才可以让给别人。',
    en: 'Note whether they will come again. If they had excused themselves, mark it in the roll call. Only if they will not come may the seat be given away.',
  },
};
