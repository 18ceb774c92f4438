import { defineErrors, explainConstraints } from '#core';

/**
 * Reasons for which a single mark is not recorded. They are answered item by item, so their status is never sent; the
 * exception is ITEM_ID_REUSED where two requests race for an id.
 */
export const AttendanceErrors = defineErrors('ATTENDANCE', {
  CODE_UNREADABLE: {
    status: 422,
    title: { zh: '个人码无法识别', en: 'The personal code cannot be read' },
    next: {
      zh: '请擦净卡片重新扫描，或在名单上直接点名。',
      en: 'Wipe the card and scan it again, or tick the name on the roster.',
    },
  },
  CODE_UNKNOWN: {
    status: 422,
    title: { zh: '个人码不存在或已换新', en: 'The personal code is unknown or was replaced' },
    next: {
      zh: '请学员出示新的个人码，或在名单上直接点名。',
      en: 'Ask for the new code, or tick the name on the roster.',
    },
  },
  NOBODY_NAMED: {
    status: 422,
    title: { zh: '没有说明是哪位学员', en: 'The mark does not say whose it is' },
    next: { zh: '请在名单上选择学员后再点名。', en: 'Choose the name on the roster and mark it again.' },
  },
  NOT_ON_ROSTER: {
    status: 422,
    title: { zh: '这位居民不在本班名单上', en: 'This resident is not on the roster of the class' },
    next: {
      zh: '请到窗口办理报名，或核对是否走错班级。',
      en: 'Enroll at the counter, or check whether it is another class.',
    },
  },
  SESSION_CANCELLED: {
    status: 422,
    title: { zh: '这次课已停课', en: 'The session was cancelled' },
    next: { zh: '请核对课次；补课须另排课次。', en: 'Check which session it is; a makeup is a session of its own.' },
  },
  CLASS_NOT_RUNNING: {
    status: 422,
    title: { zh: '班级尚未发布', en: 'The class is not published' },
    next: { zh: '请联系教务核对班级状态。', en: 'Ask the registrar about the state of the class.' },
  },
  TOO_EARLY: {
    status: 422,
    title: {
      zh: '这次课 {startsAt} 开始，开始前 30 分钟起可签到',
      en: 'The session begins at {startsAt}; marks are taken from 30 minutes before',
    },
    next: { zh: '请到时再签到。', en: 'Mark it again then.' },
  },
  TOO_LATE: {
    status: 422,
    title: { zh: '已超过课后 7 天，属于补录', en: 'More than 7 days after the session this is a late record' },
    next: {
      zh: '已记在这次课的补录单上，校长签字后计入。',
      en: 'It is on the late sheet of the session and counts when the principal has signed.',
    },
  },
  CLASS_ENTERED_LATE: {
    status: 422,
    title: {
      zh: '这个班在第一次课以后才录入，签到都属于补录',
      en: 'The class was entered after its first session, so all its marks are late records',
    },
    next: {
      zh: '已记在这次课的补录单上，校长签字后计入。',
      en: 'It is on the late sheet of the session and counts when the principal has signed.',
    },
  },
  TIME_OUTSIDE_SESSION: {
    status: 422,
    title: {
      zh: '到课或离开时间与这次课相差超过 4 小时',
      en: 'The arrival or leaving is more than 4 hours away from the session',
    },
    next: {
      zh: '请核对设备时间和课次后重新签到。',
      en: "Check the device's clock and the session, and mark it again.",
    },
  },
  TIMES_REVERSED: {
    status: 422,
    title: { zh: '离开时间早于到课时间', en: 'The leaving is before the arrival' },
    next: { zh: '请改正时间后重新点名。', en: 'Correct the times and mark it again.' },
  },
  SCAN_IS_PRESENCE: {
    status: 422,
    title: { zh: '扫码只表示到课', en: 'A scan can only say that somebody is present' },
    next: { zh: '缺课或请假请在名单上点名。', en: 'Mark absence on the roster.' },
  },
  ROTATING_CODE_WRONG: {
    status: 422,
    title: { zh: '屏幕上没有出现过这个数字', en: 'The screen has not shown these digits' },
    next: { zh: '请看着教室屏幕上的数字再输一遍。', en: 'Look at the screen in the classroom and type them again.' },
  },
  ROTATING_CODE_OVER: {
    status: 422,
    title: { zh: '这个码已经换掉了', en: 'These digits are no longer on the screen' },
    next: { zh: '屏幕上的码每 15 秒换一次，请扫现在的码。', en: 'They change every 15 seconds: scan those of now.' },
  },
  TOO_MANY_TRIES: {
    status: 429,
    title: { zh: '数字输错的次数太多', en: 'The digits were wrong too often' },
    next: {
      zh: '请过 {minutes} 分钟再试，或请老师点名。',
      en: 'Try again in {minutes} minutes, or ask the teacher to tick the name.',
    },
  },
  SESSION_OVER: {
    status: 422,
    title: { zh: '这次课的签到已经结束', en: 'The check-in of this session is over' },
    next: { zh: '请老师在名单上点名。', en: 'Ask the teacher to tick the name on the roster.' },
  },
  TEACHER_STANDS: {
    status: 422,
    title: { zh: '老师已经点过名，以老师的为准', en: 'The teacher has marked this already, and that stands' },
    next: { zh: '如有出入，请告诉老师。', en: 'If that is wrong, tell the teacher.' },
  },
  SAT_IN: {
    status: 422,
    title: { zh: '这次课是旁听，不计入', en: 'They sat in at this session, which does not count' },
    next: { zh: '录取以后的课次可以点名。', en: 'Sessions after they got their seat can be marked.' },
  },
  REASON_NEEDED: {
    status: 422,
    title: {
      zh: '课后改签、补录须写明原因',
      en: "A change after the session's day, and a late record, need a reason",
    },
    next: { zh: '请写明原因后重新点名。', en: 'Say why, and mark it again.' },
  },
  NOT_MONITOR: {
    status: 403,
    title: { zh: '您现在不能点这次课的名', en: 'You may not take the roll of this session now' },
    next: {
      zh: '班长从开课前 30 分钟到当天结束可以点名；请问一下老师。',
      en: 'Monitors may from 30 minutes before the start to the end of the day. Please ask the teacher.',
    },
  },
  MONITOR_UNKNOWN: {
    status: 404,
    title: { zh: '没有这位班长', en: 'There is no such monitor' },
    next: { zh: '请刷新页面后再试。', en: 'Reload the page and try again.' },
  },
  MONITORS_ENOUGH: {
    status: 409,
    title: { zh: '一个班最多 {most} 位班长', en: 'A class has {most} monitors at most' },
    next: { zh: '请先免去一位，再任命。', en: 'End one first, then name another.' },
  },
  WALK_IN_OVER: {
    status: 409,
    title: { zh: '只能在上课当天登记到场的人', en: 'Walk-ins are taken on the day of the session only' },
    next: { zh: '请到窗口办理报名。', en: 'Enroll them at the counter.' },
  },
  ITEM_ID_REUSED: {
    status: 409,
    title: { zh: '这条记录的编号已用于另一条记录', en: 'The id of this mark was used for a different mark' },
    next: { zh: '请重新签到，设备会换用新编号。', en: 'Mark it again under a new id.' },
  },
  CONFLICTING: {
    status: 422,
    title: {
      zh: '另一台设备有更晚的不同记录，以那条为准，这条已留待核对',
      en: 'Another device holds a later, different mark; that one stands, and this one is kept for review',
    },
    next: { zh: '如有出入，请在名单上重新点名。', en: 'If that is wrong, mark it again on the roster.' },
  },
});

explainConstraints({ pk_marks: AttendanceErrors.ITEM_ID_REUSED });
