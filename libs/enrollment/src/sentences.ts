import type { EnrollmentState, Language } from '#contracts';
import { fillIn, type Sentence } from '#core';
import type { UndoneState } from './moves.rules.js';
import { momentIn } from './refusals.js';

/** What a resident is told: where the enrollment stands and what to do next. */
const SENTENCES: Record<
  | EnrollmentState
  | 'applied-behind'
  | 'enrolled-begun'
  | 'cancelled-stopped'
  | 'present'
  | 'may-enroll'
  | 'may-wait'
  | 'may-draw'
  | 'may-ask'
  | `${'undo' | 'may-undo'}-${UndoneState}`,
  Sentence
> = {
  applied: { zh: '已收到您的报名，结果出来会通知您。', en: 'Your application is in; you will be told the result.' },
  'applied-behind': {
    zh: '您从停开的班转来时，这个班的摇号名单已经截止。您不参加摇号；摇号后排在名单上的人后面候补，有名额会通知您。',
    en: 'When you came here from a class that was stopped, the list for the draw was closed. You are not drawn; after the draw you wait behind those on the list, and will be told when a seat is free.',
  },
  enrolled: {
    zh: '报名成功！第一次课：{firstSession}。请带上签到码。',
    en: 'You have a seat. First session: {firstSession}. Bring your check-in code.',
  },
  'enrolled-begun': {
    zh: '报名成功！这个班已经开课，下一次上课的时间请看“我的课程”。请带上签到码。',
    en: 'You have a seat. The class has begun; see "my classes" for its next session. Bring your check-in code.',
  },
  waiting: {
    zh: '名额已满，您是候补第 {position} 位，有名额会通知您。',
    en: 'The class is full; you are number {position} in the queue and will be told when a seat is free.',
  },
  offered: { zh: '有名额了！请在 {until} 前确认。', en: 'A seat is free for you. Accept it before {until}.' },
  declined: { zh: '您已放弃这个名额。', en: 'You let this seat go.' },
  expired: {
    zh: '确认时间已过，名额已给下一位。您可以重新报名候补。',
    en: 'The time to accept is over and the seat went on. You can join the queue again.',
  },
  not_drawn: { zh: '这次没有抽中。', en: 'You were not drawn this time.' },
  refused: { zh: '学校没有通过这次报名。', en: 'The school did not accept this application.' },
  cancelled: { zh: '已取消报名。想来还可以再报。', en: 'The enrollment is cancelled. You can apply again.' },
  'cancelled-stopped': {
    zh: '这个班停开了，您的报名已结束。可以另报其他班。',
    en: 'This class was stopped and your enrollment has ended. You can apply for another one.',
  },
  withdrawn: { zh: '已退班，已有的出勤会保留。', en: 'You have left the class; your attendance so far is kept.' },
  removed: {
    zh: '学校已将您移出这个班，可打电话询问。',
    en: 'The school removed you from this class; call to ask why.',
  },
  finished: { zh: '这个班已结束。', en: 'This class is finished.' },
  lapsed: {
    zh: '这个班已结班，没有轮到您，报名到此结束。可以看看其他班。',
    en: 'This class is finished and no seat came to you; your application has ended. Have a look at the other classes.',
  },
  present: { zh: '您已经报过这个班了，请在“我的课程”中查看。', en: 'You have applied already; see "my classes".' },
  'undo-enrolled': {
    zh: '已取消。{undoUntil} 前可以撤回，名额先为您留着。',
    en: 'Cancelled. Until {undoUntil} you can take it back; your seat is kept that long.',
  },
  'undo-waiting': {
    zh: '已退出候补。{undoUntil} 前可以撤回，还排在原来的位置；这期间空出的名额会给别人。',
    en: 'You have left the queue. Until {undoUntil} you can take that back and have your old place; a seat that falls free meanwhile goes to others.',
  },
  'undo-applied': {
    zh: '已取消报名。报名截止前，{undoUntil} 以前可以撤回，和没取消过一样。',
    en: 'Your application is cancelled. While applications are taken, you can take that back until {undoUntil} and lose nothing.',
  },
  'may-undo-enrolled': {
    zh: '您刚取消了报名，现在再报就是撤回取消，名额还在。',
    en: 'You have just cancelled; enrolling now takes that back, your seat is still there.',
  },
  'may-undo-waiting': {
    zh: '您刚退出候补，现在再报就是撤回，还排在原来的位置。',
    en: 'You have just left the queue; enrolling now takes that back, you have your old place.',
  },
  'may-undo-applied': {
    zh: '您刚取消了报名，现在再报就是撤回取消，和没取消过一样。',
    en: 'You have just cancelled; applying now takes that back, and you lose nothing.',
  },
  'may-draw': {
    zh: '可以报名。报名截止后摇号，人人机会均等，先报后报都一样。',
    en: 'You may apply. Seats are drawn by lot when enrollment closes; it does not matter who comes first.',
  },
  'may-ask': {
    zh: '可以报名。学校审核后会告诉您结果。',
    en: 'You may apply. The school decides and tells you.',
  },
  'may-enroll': { zh: '可以报名，还有名额。', en: 'You may enroll; there are seats.' },
  'may-wait': {
    zh: '可以报名，名额已满，您将是候补第 {position} 位。',
    en: 'You may apply; the class is full and you would be number {position} in the queue.',
  },
};

/** The sentence, filled in with what is known. */
export function sentenceOf(
  what: keyof typeof SENTENCES,
  language: Language,
  facts: { position?: number; until?: Date | null; undoUntil?: Date | null; firstSessionAt?: Date | null } = {},
): string {
  return fillIn(SENTENCES[what][language], {
    position: facts.position ?? 0,
    until: facts.until ? momentIn(language, facts.until) : '',
    undoUntil: facts.undoUntil ? momentIn(language, facts.undoUntil) : '',
    firstSession: facts.firstSessionAt
      ? momentIn(language, facts.firstSessionAt)
      : language === 'zh'
        ? '待定'
        : 'to be announced',
  });
}
