import { defineErrors } from '#core';

/** What can be wrong with the terms on which a class gives its seats. */
export const EnrollmentTermsErrors = defineErrors('CATALOGUE', {
  RENEWAL_INCOMPLETE: {
    status: 422,
    title: { zh: '老生续报须同时写明开始和截止', en: 'Renewal needs both its opening and its closing time' },
    next: {
      zh: '请补上另一个时间；不设续报时两个都留空。',
      en: 'Give the other one too; for no renewal leave both empty.',
    },
  },
  RENEWAL_REVERSED: {
    status: 422,
    title: { zh: '续报截止须晚于续报开始', en: 'Renewal must close after it opens' },
    next: { zh: '请检查续报的起止时间。', en: 'Check when renewal opens and closes.' },
  },
  RENEWAL_TOO_LATE: {
    status: 422,
    title: { zh: '续报须在公开报名开始前截止', en: 'Renewal must close before enrollment opens to everyone' },
    next: { zh: '请把续报截止提前，或把报名开始推后。', en: 'Let renewal close earlier, or enrollment open later.' },
  },
  LOTTERY_WINDOW_SHORT: {
    status: 422,
    title: { zh: '摇号班的报名时间至少要有 24 小时', en: 'A lottery takes applications for at least 24 hours' },
    next: {
      zh: '请延长报名时间，几天为好；确需先到先得时请改录取方式。',
      en: 'Keep it open longer, some days at best; or give the seats first come, first served.',
    },
  },
  LOTTERY_TOO_LATE: {
    status: 422,
    title: {
      zh: '摇号班须在第一次课前至少 24 小时截止报名',
      en: 'A lottery must close at least 24 hours before the first session',
    },
    next: {
      zh: '请把报名截止提前，留出摇号和通知的时间。',
      en: 'Let enrollment close earlier, so that there is time to draw and to tell everyone.',
    },
  },
  LATE_ENTRY_TOO_EARLY: {
    status: 422,
    title: {
      zh: '插班截止须晚于报名截止和第一次课',
      en: 'Late entry must close after enrollment has closed and the first session has begun',
    },
    next: {
      zh: '插班从第一次课开始。请把插班截止推后，或留空表示不收插班。',
      en: 'It begins with the first session. Let it close later, or leave it empty for no late entry.',
    },
  },
  LATE_ENTRY_TOO_LATE: {
    status: 422,
    title: { zh: '插班截止不能晚于最后一次课开始', en: 'Late entry must close before the last session starts' },
    next: { zh: '请把插班截止提前。', en: 'Let it close earlier.' },
  },
  LATE_ENTRY_SHORTENED: {
    status: 409,
    title: { zh: '已公布的插班截止只能推后', en: 'Late entry was published and can only be made longer' },
    next: { zh: '请填写不早于原来的时间。', en: 'Give a time that is not before the published one.' },
  },
  RULE_TWICE: {
    status: 422,
    title: { zh: '报名条件“{ruleZh}”写了两遍', en: 'The rule "{ruleEn}" stands twice' },
    next: { zh: '请合并为一条。', en: 'Make one rule of them.' },
  },
  RULE_REGIONS_UNKNOWN: {
    status: 422,
    title: { zh: '没有这些行政区划：{codes}', en: 'There are no such regions: {codes}' },
    next: { zh: '请从区划列表中选择。', en: 'Choose from the list of regions.' },
  },
  RULE_COURSES_UNKNOWN: {
    status: 422,
    title: { zh: '没有这些课程代码：{codes}', en: 'There are no such courses: {codes}' },
    next: { zh: '请从课程列表中选择。', en: 'Choose from the list of courses.' },
  },
  FIRST_TIMERS_OUTSIDE_WINDOW: {
    status: 422,
    title: {
      zh: '新学员优先的截止须在报名时间之内',
      en: 'First-timers come first until a time within the enrollment window',
    },
    next: {
      zh: '请改到报名开始之后、报名截止之前。',
      en: 'Choose a time after enrollment opens and before it closes.',
    },
  },
  RESERVE_REGION: {
    status: 422,
    title: {
      zh: '第 {reserve} 项预留：只有村社预留须写明村社',
      en: 'Reserve {reserve}: a village is named for seats of a village, and for no others',
    },
    next: { zh: '请选择村、社区或乡镇，或清空。', en: 'Choose a village or township, or leave it empty.' },
  },
  RESERVE_TWICE: {
    status: 422,
    title: { zh: '第 {reserve} 项预留与前面重复', en: 'Reserve {reserve} is there already' },
    next: { zh: '请合并为一项。', en: 'Make one of them.' },
  },
  RESERVE_RELEASE: {
    status: 422,
    title: {
      zh: '第 {reserve} 项预留：放开时间须在报名开始之后、第一次课之前',
      en: 'Reserve {reserve}: it is released after enrollment opens and before the first session starts',
    },
    next: { zh: '请调整放开时间。', en: 'Choose another time.' },
  },
  RESERVES_OVER_SEATS: {
    status: 422,
    title: { zh: '预留 {reserved} 个，超过了名额 {seats} 个', en: '{reserved} seats are reserved of {seats}' },
    next: { zh: '请减少预留，或增加名额。', en: 'Reserve fewer, or raise the seats.' },
  },
  RESERVES_PROMISED: {
    status: 409,
    title: { zh: '已公布的预留只能提前放开', en: 'Reserved seats were published and can only be released earlier' },
    next: {
      zh: '请保留原有各项和数目，放开时间不晚于原来的时间。',
      en: 'Keep each reserve and its seats, with a time that is not after the published one.',
    },
  },
  MINIMUM_INCOMPLETE: {
    status: 422,
    title: { zh: '开班人数须同时写明决定时间', en: 'A minimum needs the time at which it is decided by' },
    next: { zh: '请补上另一项；不设时两项都留空。', en: 'Give the other one too; for no minimum leave both empty.' },
  },
  MINIMUM_OVER_SEATS: {
    status: 422,
    title: {
      zh: '开班人数 {minimum} 超过了名额 {seats}',
      en: 'The minimum of {minimum} is more than the {seats} seats',
    },
    next: { zh: '请减少开班人数，或增加名额。', en: 'Lower the minimum, or raise the seats.' },
  },
  MINIMUM_TOO_EARLY: {
    status: 422,
    title: { zh: '开班决定时间须晚于报名开始', en: 'The minimum is decided by after enrollment has opened' },
    next: { zh: '请推后决定时间，最好在报名截止之后。', en: 'Choose a later time, best after enrollment has closed.' },
  },
  MINIMUM_TOO_LATE: {
    status: 422,
    title: { zh: '开班决定时间须早于第一次课', en: 'The minimum is decided by before the first session' },
    next: {
      zh: '请提前决定时间，让学员来得及另作安排。',
      en: 'Choose an earlier time, so that people can make other plans.',
    },
  },
});
