import { defineErrors, explainConstraints } from '#core';

export const EnrollmentErrors = defineErrors('ENROLLMENT', {
  CLASS_NOT_OPEN: {
    status: 409,
    title: { zh: '这个班现在不招生', en: 'This class is not taking enrollments' },
    next: { zh: '请看看其他班级。', en: 'Have a look at the other classes.' },
  },
  WINDOW_NOT_OPEN: {
    status: 409,
    title: { zh: '报名还没开始，{opensAt} 开放', en: 'Enrollment opens on {opensAt}' },
    next: { zh: '请到时再来，现在可以先完善个人信息。', en: 'Come back then; you can prepare your details now.' },
  },
  WINDOW_CLOSED: {
    status: 409,
    title: { zh: '报名已于 {closedAt} 截止', en: 'Enrollment closed on {closedAt}' },
    next: {
      zh: '可以问问学校能否插班，或看看其他班级。',
      en: 'Ask the school about late entry, or look at the other classes.',
    },
  },
  TOO_YOUNG: {
    status: 409,
    title: {
      zh: '这个班要求开课时年满 {minAge} 岁，您那时 {age} 岁',
      en: 'This class is for people of {minAge} and over; you will be {age} on its first day',
    },
    next: { zh: '请看看适合您的其他班级。', en: 'Have a look at the classes for your age.' },
  },
  TOO_OLD: {
    status: 409,
    title: {
      zh: '这个班面向开课时不超过 {maxAge} 岁的人，您那时 {age} 岁',
      en: 'This class is for people up to {maxAge}; you will be {age} on its first day',
    },
    next: { zh: '请看看适合您的其他班级。', en: 'Have a look at the classes for your age.' },
  },
  CAP_REACHED: {
    status: 409,
    title: {
      zh: '本学期这类班每人最多报 {cap} 个，您已报满',
      en: 'Each person may take {cap} classes of this kind a term, and you have them',
    },
    next: { zh: '如想换班，请先取消其中一个。', en: 'To change, cancel one of them first.' },
  },
  TIME_CLASH: {
    status: 409,
    title: { zh: '上课时间与您已报的“{className}”冲突', en: 'It meets at the same time as your class “{className}”' },
    next: {
      zh: '请选择其他时间的班，或先取消那个班。',
      en: 'Choose a class at another time, or cancel that one first.',
    },
  },
  WAITING_LIST_FULL: {
    status: 409,
    title: { zh: '名额和候补都满了', en: 'The class and its waiting list are full' },
    next: { zh: '请看看其他班级，或打电话问学校。', en: 'Have a look at the other classes, or call the school.' },
  },
  LATE_ENTRY_NOT_OPEN: {
    status: 409,
    title: {
      zh: '报名已截止，开课后（{opensAt} 起）可以插班',
      en: 'Enrollment is closed; late entry begins on {opensAt}',
    },
    next: { zh: '开课后再来看看有没有空位。', en: 'Look again for a free seat once the class has begun.' },
  },
  RENEWAL_ONLY: {
    status: 409,
    title: {
      zh: '现在是老生续报时间，{opensAt} 起大家都可以报名',
      en: 'For now only those who sat in this course before may enroll; everybody may from {opensAt}',
    },
    next: { zh: '请到时再来。', en: 'Come back then.' },
  },
  NOT_LOCAL: {
    status: 409,
    title: { zh: '这个班面向{ties}在{regions}的人', en: 'This class is for people who {ties} in {regions}' },
    next: {
      zh: '如果您符合条件，请在“报名准备”中填写居住、工作或户籍所在村（社区）。',
      en: 'If you do, say so under "getting ready": where you live, work or are registered.',
    },
  },
  NOT_OF_GROUP: {
    status: 409,
    title: { zh: '这个班面向{groups}', en: 'This class is for {groups}' },
    next: {
      zh: '如果您属于其中，请在“报名准备”中注明。',
      en: 'If you are one of them, say so under "getting ready".',
    },
  },
  COURSE_NOT_COMPLETED: {
    status: 409,
    title: {
      zh: '这个班要求先学完以下课程之一：{courses}',
      en: 'This class builds on one of these courses, to be completed first: {courses}',
    },
    next: { zh: '请先报名前面的课程。', en: 'Take the earlier course first.' },
  },
  FIRST_TIMERS_FIRST: {
    status: 409,
    title: {
      zh: '{until} 前先请没上过这类班的新学员报名',
      en: 'Until {until} seats are for those who never had a class of this kind',
    },
    next: { zh: '请在那之后再来。', en: 'Come back after that.' },
  },
  IDENTITY_NOT_VERIFIED: {
    status: 409,
    title: { zh: '这个班要求先核验身份', en: 'This class asks for a verified identity' },
    next: {
      zh: '请带身份证到任何一个学校窗口或找村联络员核验，几分钟就好。',
      en: 'Show your card at any school counter or to your village agent; it takes minutes.',
    },
  },
  COMPANION_REFUSED: {
    status: 409,
    title: { zh: '{name}不能报这个班：{why}', en: '{name} may not enroll: {why}' },
    next: { zh: '可以只给其他人报名。', en: 'You can enroll the others alone.' },
  },
  COMPANION_ENROLLED: {
    status: 409,
    title: { zh: '{name}已经报过这个班了', en: '{name} has applied for this class already' },
    next: { zh: '可以只给其他人报名。', en: 'You can enroll the others alone.' },
  },
  NOT_COMPANIONS: {
    status: 409,
    title: { zh: '这些人还没有与您结伴', en: 'These people are not your companions yet' },
    next: { zh: '请先在“报名准备”中结伴。', en: 'Make a group under "getting ready" first.' },
  },
  NOT_OF_VILLAGE: {
    status: 403,
    title: { zh: '这位居民不在您联络的村（社区）', en: 'This resident does not live in your village' },
    next: {
      zh: '请居民联系自己村的联络员，或到学校窗口。',
      en: 'Their own village agent or a school counter can help.',
    },
  },
  TRANSFER_NO_SEAT: {
    status: 409,
    title: { zh: '“{className}”没有空位', en: 'There is no free seat in "{className}"' },
    next: { zh: '您现在的名额不变。可以换一个平行班。', en: 'Your seat stays as it is; try another parallel class.' },
  },
  NOT_PARALLEL: {
    status: 409,
    title: { zh: '只能转到同一学期同一课程的平行班', en: 'Only a class of the same course and term is a parallel one' },
    next: { zh: '请从平行班列表中选择。', en: 'Choose from the list of parallel classes.' },
  },
  ALREADY_THERE: {
    status: 409,
    title: { zh: '已经报过“{className}”了', en: 'There is an enrollment in "{className}" already' },
    next: { zh: '请在“我的课程”中查看。', en: 'Look under "my classes".' },
  },
  UNDO_OVER: {
    status: 409,
    title: { zh: '取消已超过十分钟，不能撤回', en: 'Cancelling can be taken back within ten minutes only' },
    next: { zh: '想来可以重新报名。', en: 'You can apply again.' },
  },
  DECIDED_BY_LOT: {
    status: 409,
    title: {
      zh: '这个班摇号录取，学校不逐个审核',
      en: 'Seats of this class are drawn by lot; the school decides on nobody',
    },
    next: {
      zh: '报名截止后统一摇号。登记有误的，请移出并写明原因。',
      en: 'Everybody is drawn once enrollment closes. Take out who is there by mistake, and say why.',
    },
  },
  CHANGED_MEANWHILE: {
    status: 409,
    title: { zh: '这条报名刚刚有变动', en: 'This enrollment has just changed' },
    next: { zh: '请刷新后再试。', en: 'Load it again and retry.' },
  },
  CALLS_MISSING: {
    status: 409,
    title: {
      zh: '移出前须先电话联系并记录：本人说不来，或两天各打过一次都没联系上',
      en: 'Before the seat is released they must have said so on the phone, or been called in vain on two days',
    },
    next: { zh: '请在“待拨电话”中拨打并记录。', en: 'Make and record them under "people to call".' },
  },
  TOO_MANY_TOGETHER: {
    status: 422,
    title: { zh: '结伴报名最多 {most} 人，且不能重复', en: 'At most {most} different people apply together' },
    next: { zh: '请减少人数。', en: 'Choose fewer.' },
  },
  APPEAL_UNKNOWN: {
    status: 404,
    title: { zh: '没有这条申诉', en: 'There is no such appeal' },
    next: { zh: '请刷新列表。', en: 'Load the list again.' },
  },
  APPEAL_NOT_POSSIBLE: {
    status: 409,
    title: {
      zh: '这条报名现在是“{state}”，不需要申诉',
      en: 'This enrollment is "{state}"; there is nothing to appeal against',
    },
    next: { zh: '有疑问请打电话问学校。', en: 'Call the school if something is unclear.' },
  },
  APPEAL_DECIDED: {
    status: 409,
    title: { zh: '这条申诉已经处理过了', en: 'This appeal has been decided' },
    next: { zh: '请刷新查看结果。', en: 'Load it again to see the answer.' },
  },
  APPEAL_TOO_LATE: {
    status: 409,
    title: {
      zh: '“{className}”已停开、并班或结班，不能恢复报名',
      en: '{className} was stopped, merged or finished; the enrollment cannot be put back',
    },
    next: {
      zh: '请驳回申诉，并在答复里写明可以怎么办，例如报哪个班。',
      en: 'Dismiss the appeal, and say in the answer what can be done, such as which class to take.',
    },
  },
  PAYMENT_TOO_MUCH: {
    status: 409,
    title: { zh: '金额超过应{whatZh}的 {most} 元', en: 'That is more than the {most} yuan to be {whatEn}' },
    next: { zh: '请核对金额。', en: 'Check the amount.' },
  },
  PAYMENT_ID_REUSED: {
    status: 409,
    title: { zh: '这个编号已经记过另一笔款', en: 'This id was used for another payment' },
    next: {
      zh: '请刷新缴费记录，核对后重新登记。',
      en: 'Load the payments again, check them, and put this one down anew.',
    },
  },
  TRANSFER_BY_SCHOOL: {
    status: 409,
    title: {
      zh: '“{className}”由学校审核，不能自己转入',
      en: 'The school decides who comes to "{className}"; you cannot change to it by yourself',
    },
    next: {
      zh: '您现在的名额不变。想转班请打电话问学校。',
      en: 'Your seat stays as it is; call the school to change.',
    },
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
      zh: '这条报名现在是“{state}”，不能这样操作',
      en: 'This enrollment is "{state}", which does not allow that',
    },
    next: { zh: '请刷新查看最新状态。', en: 'Load it again to see where it stands.' },
  },
  OFFER_EXPIRED: {
    status: 409,
    title: {
      zh: '确认时间已过，名额已给下一位',
      en: 'The time to accept is over, the seat went to the next in the queue',
    },
    next: { zh: '可以重新报名候补。', en: 'You can join the queue again.' },
  },
});

explainConstraints({
  fk_enrollments_class: () => EnrollmentErrors.CLASS_UNKNOWN(),
});
