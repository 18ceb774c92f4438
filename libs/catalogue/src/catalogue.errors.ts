import { defineErrors, explainConstraints } from '#core';

export const CatalogueErrors = defineErrors('CATALOGUE', {
  TERM_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个学期', en: 'There is no such term' },
    next: { zh: '请从学期列表中重新选择。', en: 'Choose one from the list of terms.' },
  },
  TERM_NAME_TAKEN: {
    status: 409,
    title: { zh: '已有同名的学期', en: 'There is a term of this name already' },
    next: { zh: '请换一个名称，或直接使用已有的学期。', en: 'Give it another name, or use the one that is there.' },
  },
  TERM_SPAN: {
    status: 422,
    title: { zh: '学期的结束日期须晚于开始日期', en: 'A term must end after it starts' },
    next: { zh: '请检查两个日期。', en: 'Check both days.' },
  },
  TERM_IN_USE: {
    status: 409,
    title: {
      zh: '有 {classes} 个班级的课次会落在新的学期日期之外',
      en: '{classes} classes have sessions outside of the new dates of the term',
    },
    next: {
      zh: '请让学期日期包含这些课次，或先请学校调整班级。',
      en: 'Choose dates that include them, or have the schools change these classes first.',
    },
  },
  COURSE_UNKNOWN: {
    status: 404,
    title: { zh: '没有这门课程', en: 'There is no such course' },
    next: {
      zh: '请从课程列表中重新选择；新课程由教育局登记。',
      en: 'Choose one from the list; new courses are entered by the bureau.',
    },
  },
  COURSE_CODE_TAKEN: {
    status: 409,
    title: { zh: '课程代码已被使用', en: 'This course code is taken' },
    next: { zh: '请使用已有的课程，或换一个代码。', en: 'Use the course that is there, or choose another code.' },
  },
  COURSE_IN_USE: {
    status: 409,
    title: {
      zh: '这门课程已有班级，代码和类别不能再改',
      en: 'Classes of this course exist, so its code and kind stay as they are',
    },
    next: {
      zh: '名称和简介仍可修改；需要别的代码或类别时请新建课程。',
      en: 'Name and summary can still be changed; for another code or kind enter a new course.',
    },
  },
  CLASS_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个班级', en: 'There is no such class' },
    next: {
      zh: '请检查链接，或返回班级列表重新选择。',
      en: 'Check the link, or choose again from the list of classes.',
    },
  },
  SESSION_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个课次', en: 'There is no such session' },
    next: { zh: '请返回班级页面重新选择。', en: 'Choose again from the page of the class.' },
  },
  MOVE_NOT_ALLOWED: {
    status: 409,
    title: { zh: '班级现在是「{stateZh}」，不能{moveZh}', en: 'The class is {stateEn}, so nobody can {moveEn}' },
    next: { zh: '现在可以做的是：{possibleZh}。', en: 'What can be done now: {possibleEn}.' },
  },
  SEATS_PROMISED: {
    status: 409,
    title: {
      zh: '摇号名单已冻结，公示的名额在摇号前不能减少',
      en: 'The list of the lottery is frozen: the seats it promises cannot be lowered before it is drawn',
    },
    next: {
      zh: '请等摇号后再减少；名额可以增加，增加的摇号后按候补次序给。',
      en: 'Lower them after the draw. More seats are possible at any time; they go to the waiting list afterwards.',
    },
  },
  NOT_EDITABLE: {
    status: 409,
    title: {
      zh: '班级现在是「{stateZh}」，这些内容不能修改：{fields}',
      en: 'The class is {stateEn}, so these cannot be changed: {fields}',
    },
    next: {
      zh: '草稿可以全部修改；发布后只能修改名额、简介、自备物品，推后插班截止，提前放开预留；审核期间请让教育局先退回。',
      en: 'A draft can be changed altogether; a published class in seats, summary and materials, a longer late entry and an earlier release of reserved seats; while it is reviewed, ask the bureau to return it first.',
    },
  },
  NO_SESSIONS: {
    status: 422,
    title: { zh: '班级还没有课次', en: 'The class has no sessions yet' },
    next: { zh: '请先排好每次课的时间，再提交审核。', en: 'Lay down when it meets, then submit it.' },
  },
  NOTE_REQUIRED: {
    status: 422,
    title: { zh: '退回时须写明原因', en: 'Returning a class needs a note' },
    next: { zh: '请告诉学校需要修改什么。', en: 'Tell the school what to change.' },
  },
  SEATS_OVER_CAPACITY: {
    status: 422,
    title: {
      zh: '名额 {seats} 超过了场地容量 {capacity}',
      en: '{seats} seats are more than the {capacity} the venue holds',
    },
    next: { zh: '请减少名额，或换一个更大的场地。', en: 'Lower the seats, or choose a larger venue.' },
  },
  AGES_REVERSED: {
    status: 422,
    title: { zh: '最小年龄大于最大年龄', en: 'The youngest age is above the oldest' },
    next: { zh: '请检查年龄限制。', en: 'Check the limits of age.' },
  },
  WINDOW_REVERSED: {
    status: 422,
    title: { zh: '报名截止须晚于报名开始', en: 'Enrollment must close after it opens' },
    next: { zh: '请检查报名的起止时间。', en: 'Check when enrollment opens and closes.' },
  },
  WINDOW_TOO_LATE: {
    status: 422,
    title: {
      zh: '报名截止不能晚于最后一次课开始',
      en: 'Enrollment must close before the last session starts',
    },
    next: { zh: '请把报名截止提前，或调整课次。', en: 'Let it close earlier, or change the sessions.' },
  },
  MOVED_TO_UNFIT: {
    status: 422,
    title: {
      zh: '所选班级不能接收这个班的学员',
      en: 'People of this class cannot be moved to the chosen one',
    },
    next: {
      zh: '请选择同一学期、同一课程、已发布且课次还剩一半以上的班级。',
      en: 'Choose a published class of the same course and term that has half of its sessions still to come.',
    },
  },
  MOVED_TO_OTHER_SCHOOL: {
    status: 409,
    title: {
      zh: '所选班级属于另一所学校，本校不能单方并入',
      en: 'The chosen class is of another school, which has to agree to the merger',
    },
    next: {
      zh: '请先征求对方学校的意见，再由教育局办理并班；或并入本校的班级，或不并班直接停开。',
      en: 'Ask that school, and have the bureau merge the two; or merge into a class of your own, or stop it without.',
    },
  },
  MERGER_OWN_SCHOOL: {
    status: 422,
    title: { zh: '两个班属于同一所学校，不用征求意见', en: 'Both classes are of one school; nobody need be asked' },
    next: { zh: '请在停开或并班时直接选择这个班。', en: 'Choose that class where the class is stopped or merged.' },
  },
  MERGER_ASKED_ELSEWHERE: {
    status: 409,
    title: { zh: '这个班正在向另一所学校征求意见', en: 'Another school is being asked about this class' },
    next: { zh: '请先撤回那一条，再征求新的意见。', en: 'Take that question back first, then ask anew.' },
  },
  MERGER_NOT_PUBLISHED: {
    status: 409,
    title: {
      zh: '只有已发布的班级可以商量并班',
      en: 'Only a published class can be merged into another',
    },
    next: {
      zh: '请在班级发布之后、结班或停开之前提出。',
      en: 'Ask once it is published, before it is finished or stopped.',
    },
  },
  MERGER_PROPOSAL_UNKNOWN: {
    status: 404,
    title: { zh: '没有这条并班商议', en: 'There is no such question about a merger' },
    next: { zh: '请回到首页重新查看。', en: 'Go back to the first page and look again.' },
  },
  MERGER_OBJECTION_UNREASONED: {
    status: 422,
    title: { zh: '反对并班要写明理由', en: 'An objection needs a reason' },
    next: { zh: '请写一句教育局能看懂的理由。', en: 'Say in a sentence why; the bureau reads it.' },
  },
  MERGER_ENDED: {
    status: 409,
    title: { zh: '这条并班商议已经结束', en: 'This question about a merger is over' },
    next: { zh: '请刷新页面，看看结果。', en: 'Reload the page to see what came of it.' },
  },
  RECEIVER_NOT_ASKED: {
    status: 409,
    title: { zh: '还没有征求接收学校的意见', en: 'The receiving school has not been asked' },
    next: {
      zh: '请先征求对方学校的意见，对方答复后再办理。',
      en: 'Ask the school first, and merge when it has answered.',
    },
  },
  RECEIVER_NOT_ANSWERED: {
    status: 409,
    title: { zh: '接收学校还没有答复', en: 'The receiving school has not answered yet' },
    next: {
      zh: '请等对方答复，或打电话催一催；问出两天后还没有答复，也可以办理。',
      en: 'Wait for the answer or call them; two days after they were asked you may decide without it.',
    },
  },
  PROGRAMME_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个类别', en: 'There is no such programme kind' },
    next: { zh: '请从四个类别中选择。', en: 'Choose one of the four kinds.' },
  },
  SESSION_SPAN: {
    status: 422,
    title: {
      zh: '课次时间不对（第 {sessions} 次）：结束须晚于开始，且不超过 12 小时',
      en: 'Session {sessions}: it must end after it starts, at most 12 hours later',
    },
    next: { zh: '请检查这些课次的起止时间。', en: 'Check when these sessions start and end.' },
  },
  SESSION_OUTSIDE_TERM: {
    status: 422,
    title: {
      zh: '课次不在学期内（第 {sessions} 次）；学期为 {startsOn} 至 {endsOn}',
      en: 'Session {sessions}: outside of the term, {startsOn} to {endsOn}',
    },
    next: { zh: '请改到学期之内，或选择别的学期。', en: 'Move it into the term, or choose another term.' },
  },
  SESSIONS_OVERLAP: {
    status: 422,
    title: {
      zh: '课次之间时间重叠（第 {sessions} 次在前一次结束前就开始）',
      en: 'Session {sessions}: it starts before an earlier one has ended',
    },
    next: { zh: '请错开这些课次。', en: 'Set these sessions apart.' },
  },
  VENUE_TAKEN: {
    status: 409,
    title: { zh: '场地已被别的班级占用：{whichZh}', en: 'Another class has the venue: {whichEn}' },
    next: { zh: '请给这些课次换时间，或换一个场地。', en: 'Choose another time for it, or another venue.' },
  },
  TEACHER_TAKEN: {
    status: 409,
    title: { zh: '教师已有别的课：{whichZh}', en: 'The teacher has another class: {whichEn}' },
    next: { zh: '请给这些课次换时间，或换一位教师。', en: 'Choose another time for it, or another teacher.' },
  },
  VENUE_OF_ANOTHER: {
    status: 422,
    title: { zh: '场地不属于本机构', en: 'The venue belongs to another organisation' },
    next: { zh: '请选择本机构的场地。', en: 'Choose a venue of this organisation.' },
  },
  VENUE_CLOSED: {
    status: 422,
    title: { zh: '场地已停用', en: 'The venue is closed' },
    next: { zh: '请换一个在用的场地。', en: 'Choose a venue that is in use.' },
  },
  NOT_OVER: {
    status: 409,
    title: { zh: '还有课次没有结束', en: 'Not all sessions are over' },
    next: {
      zh: '最后一次课于 {lastDay} 结束，之后再结班；不再上的课次请先停课。',
      en: 'The last one ends on {lastDay}; finish the class after that, or cancel the sessions that will not be held.',
    },
  },
  SESSION_HELD: {
    status: 409,
    title: {
      zh: '第 {number} 次课已有人签到，不能停课',
      en: 'Someone was at session {number}, so it cannot be cancelled',
    },
    next: {
      zh: '如签到有误，请先在考勤中更正。',
      en: 'If the check-in is wrong, correct the attendance first.',
    },
  },
  SESSION_CANCELLED: {
    status: 409,
    title: { zh: '第 {number} 次课已停课', en: 'Session {number} is cancelled' },
    next: { zh: '请刷新页面，核对课次。', en: 'Reload the page and check which session it is.' },
  },
  NOT_CANCELLED: {
    status: 409,
    title: {
      zh: '第 {number} 次课没有停课，无需补课',
      en: 'Session {number} is not cancelled, so nothing is to be made up',
    },
    next: {
      zh: '如要另加一次课，请不选补课；如要改期，请先停课再补课。',
      en: 'Add a session without naming one that it makes up for, or cancel the session first.',
    },
  },
  MADE_UP: {
    status: 409,
    title: { zh: '第 {number} 次课已安排补课：第 {makeup} 次课', en: 'Session {makeup} makes up for session {number}' },
    next: {
      zh: '如那次补课也要改期，请先停课，再为它安排补课。',
      en: 'If that one cannot be held either, cancel it and add a makeup for it.',
    },
  },
  NOT_PUBLISHED: {
    status: 409,
    title: {
      zh: '班级现在是「{stateZh}」，课次不能这样调整',
      en: 'The class is {stateEn}, so its sessions stay as they are',
    },
    next: {
      zh: '草稿请直接修改课次；已发布的班级可以停课和加课。',
      en: 'Change the sessions of a draft with the class; sessions of a published class can be cancelled and added.',
    },
  },
});

/** Which sessions a clash is about, for the sentence of {@link CatalogueErrors.VENUE_TAKEN} and its sibling. */
export function clashSentence(numbers: readonly number[]): { whichZh: string; whichEn: string } {
  return { whichZh: `第 ${numbers.join('、')} 次课`, whichEn: `session ${numbers.join(', ')}` };
}

// Two schools that submit at the same moment: the one that loses learns it from the constraint, which knows no numbers.
const SOME_SESSION = { whichZh: '有课次刚刚被别的班级占用', whichEn: 'one of the sessions, a moment ago' };

explainConstraints({
  uq_terms_name: () => CatalogueErrors.TERM_NAME_TAKEN(),
  uq_courses_code: () => CatalogueErrors.COURSE_CODE_TAKEN(),
  ex_class_sessions_venue: () => CatalogueErrors.VENUE_TAKEN(SOME_SESSION),
  ex_class_sessions_teacher: () => CatalogueErrors.TEACHER_TAKEN(SOME_SESSION),
});
