import { defineErrors, explainConstraints } from '#core';

export const EnrollmentErrors = defineErrors('ENROLLMENT', {
  CLASS_NOT_OPEN: {
    status: 409,
    title: { zh: '这个班现在不招生', en: 'This class is not taking enrollments' },
    next: { zh: '请看看其他班级。', en: 'Have a look at the other classes.' },
  },
  WINDOW_NOT_OPEN: {
    status: 409,
    title: { zh: '报名还没开始,{opensAt} 开放', en: 'Enrollment opens on {opensAt}' },
    next: { zh: '请到时再来,现在可以先完善个人信息。', en: 'Come back then; you can prepare your details now.' },
  },
  WINDOW_CLOSED: {
    status: 409,
    title: { zh: '报名已于 {closedAt} 截止', en: 'Enrollment closed on {closedAt}' },
    next: {
      zh: '可以问问学校能否插班,或看看其他班级。',
      en: 'Ask the school about late entry, or look at the other classes.',
    },
  },
  TOO_YOUNG: {
    status: 409,
    title: {
      zh: '这个班要求开课时年满 {minAge} 岁,您那时 {age} 岁',
      en: 'This class is for people of {minAge} and over; you will be {age} on its first day',
    },
    next: { zh: '请看看适合您的其他班级。', en: 'Have a look at the classes for your age.' },
  },
  TOO_OLD: {
    status: 409,
    title: {
      zh: '这个班面向开课时不超过 {maxAge} 岁的人,您那时 {age} 岁',
      en: 'This class is for people up to {maxAge}; you will be {age} on its first day',
    },
    next: { zh: '请看看适合您的其他班级。', en: 'Have a look at the classes for your age.' },
  },
  CAP_REACHED: {
    status: 409,
    title: {
      zh: '本学期这类班每人最多报 {cap} 个,您已报满',
      en: 'Each person may take {cap} classes of this kind a term, and you have them',
    },
    next: { zh: '如想换班,请先取消其中一个。', en: 'To change, cancel one of them first.' },
  },
  TIME_CLASH: {
    status: 409,
    title: { zh: '上课时间与您已报的“{className}”冲突', en: 'It meets at the same time as your class “{className}”' },
    next: {
      zh: '请选择其他时间的班,或先取消那个班。',
      en: 'Choose a class at another time, or cancel that one first.',
    },
  },
  WAITING_LIST_FULL: {
    status: 409,
    title: { zh: '名额和候补都满了', en: 'The class and its waiting list are full' },
    next: { zh: '请看看其他班级,或打电话问学校。', en: 'Have a look at the other classes, or call the school.' },
  },
  CLASS_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个班', en: 'There is no such class' },
    next: { zh: '请从班级列表中重新选择。', en: 'Choose again from the list of classes.' },
  },
  UNKNOWN: {
    status: 404,
    title: { zh: '没有这条报名', en: 'There is no such enrollment' },
    next: { zh: '请在“我的课程”中查看。', en: 'Look under "my classes".' },
  },
  MOVE_NOT_ALLOWED: {
    status: 409,
    title: {
      zh: '这条报名现在是“{state}”,不能这样操作',
      en: 'This enrollment is "{state}", which does not allow that',
    },
    next: { zh: '请刷新查看最新状态。', en: 'Load it again to see where it stands.' },
  },
  OFFER_EXPIRED: {
    status: 409,
    title: {
      zh: '确认时间已过,名额已给下一位',
      en: 'The time to accept is over, the seat went to the next in the queue',
    },
    next: { zh: '可以重新报名候补。', en: 'You can join the queue again.' },
  },
});

explainConstraints({
  fk_enrollments_class: () => EnrollmentErrors.CLASS_UNKNOWN(),
});
