import { CodedError, defineErrors, explainConstraints } from '#core';

export const PeopleErrors = defineErrors('PEOPLE', {
  PASSWORD_WRONG: {
    status: 401,
    title: { zh: '用户名或密码不正确', en: 'The username or the password is not right' },
    next: {
      zh: '请检查后重试；连续输错 10 次将锁定 15 分钟。忘记密码请联系本单位负责人重置。',
      en: 'Check both and try again; ten wrong passwords lock the account for 15 minutes. If you forgot it, ask the head of your organisation to reset it.',
    },
  },
  LOCKED: {
    status: 429,
    title: {
      zh: '密码输错次数过多，账号已暂时锁定',
      en: 'Too many wrong passwords: the account is locked for a while',
    },
    next: {
      zh: '请 {minutes} 分钟后再试，或联系本单位负责人重置密码。',
      en: 'Try again in {minutes} minutes, or ask the head of your organisation to reset the password.',
    },
  },
  PHONE_WRONG: {
    status: 422,
    title: { zh: '手机号不正确', en: 'This is not a mobile number' },
    next: { zh: '请输入 11 位大陆手机号。', en: 'Give a mainland mobile number of 11 digits.' },
  },
  CODE_TOO_SOON: {
    status: 429,
    title: { zh: '验证码发送太频繁', en: 'Another code was asked for too soon' },
    next: {
      zh: '请 {seconds} 秒后再获取；此前收到的验证码 5 分钟内仍可使用。',
      en: 'Ask again in {seconds} seconds; a code that came before works for 5 minutes.',
    },
  },
  CODE_WRONG: {
    status: 401,
    title: { zh: '验证码不正确或已失效', en: 'The code is not right or no longer valid' },
    next: {
      zh: '请核对短信中的 6 位数字；验证码 5 分钟内有效，输错 5 次后请重新获取。',
      en: 'Check the six digits in the message; a code works for 5 minutes and 5 tries, then ask for a new one.',
    },
  },
  RESIDENT_UNKNOWN: {
    status: 404,
    title: { zh: '没有找到这位居民', en: 'There is no such resident' },
    next: { zh: '请从名单中重新选择，或先登记。', en: 'Choose again from the list, or register the resident first.' },
  },
  RESIDENT_MERGED: {
    status: 409,
    title: {
      zh: '这份档案已合并到同一人的另一份档案',
      en: 'This record was merged into another one of the same person',
    },
    next: { zh: '请打开合并后的档案继续办理。', en: 'Open the record that is used now, and go on there.' },
  },
  MERGE_WITH_ITSELF: {
    status: 409,
    title: { zh: '不能把档案与自身合并', en: 'A record cannot be merged with itself' },
    next: { zh: '请选择同一人的另一份档案。', en: 'Choose the other record of the person.' },
  },
  MERGE_UNVERIFIED: {
    status: 409,
    title: { zh: '保留的档案尚未核验身份', en: 'The record that is to stay has no verified identity' },
    next: {
      zh: '请先看证件核验这份档案；如另一份已核验，请保留那一份。',
      en: 'Look at the document and verify it first; if the other one is verified, keep that one.',
    },
  },
  MERGE_UNLIKE: {
    status: 409,
    title: { zh: '两份档案没有相同之处，看不出是同一人', en: 'Nothing says that the two records are of one person' },
    next: {
      zh: '同一人须证件相同，或姓名与出生日期相同，或姓名与手机相同；如登记有误，请先更正。',
      en: 'The document, or name and birth date, or name and phone must be the same; correct what is wrong first.',
    },
  },
  MERGE_TWO_PEOPLE: {
    status: 409,
    title: {
      zh: '两份档案都已用不同证件核验，是两个人',
      en: 'Both records were verified with different documents: they are two people',
    },
    next: { zh: '请不要合并。', en: 'Leave them as they are.' },
  },
  TOO_MANY_RESIDENTS: {
    status: 422,
    title: { zh: '一个账号最多登记 {most} 人', en: 'An account holds at most {most} residents' },
    next: { zh: '更多家人请到学校窗口登记。', en: 'Register further family members at a school’s counter.' },
  },
  SELF_EXISTS: {
    status: 409,
    title: { zh: '本人已登记', en: 'You have registered yourself already' },
    next: { zh: '为他人登记请选择“家人”。', en: 'Choose "family" to register someone else.' },
  },
  BIRTH_DATE_IMPOSSIBLE: {
    status: 422,
    title: { zh: '出生日期不合理', en: 'This birth date cannot be' },
    next: {
      zh: '请核对出生日期，不能晚于今天或早于 1900 年。',
      en: 'Check it: not later than today, not before 1900.',
    },
  },
  DOCUMENT_WRONG: {
    status: 422,
    title: { zh: '证件号码不正确', en: 'This is not a number of such a document' },
    next: { zh: '请对照证件逐位核对号码和证件类别。', en: 'Compare number and kind with the document.' },
  },
  CARD_DIFFERS: {
    status: 409,
    title: { zh: '证件与登记的信息不一致', en: 'The document differs from what is registered' },
    next: {
      zh: '未作任何修改。请按每一项的说明核对；确以证件为准时，补充更正内容后再次提交。',
      en: 'Nothing was changed. Check what is said of each field; if the document is right, send the corrections along.',
    },
  },
  DOCUMENT_TAKEN: {
    status: 409,
    title: { zh: '该证件已核验在另一位居民名下', en: 'Another resident was verified with this document' },
    next: {
      zh: '请按证件号码查找已登记的居民并使用该记录。',
      en: 'Search by the document number and use the resident who is registered.',
    },
  },
  VERIFIED_OTHERWISE: {
    status: 409,
    title: { zh: '该居民已用另一证件核验', en: 'This resident was verified with another document' },
    next: {
      zh: '请确认选对了人；确需更换证件请联系管理员。',
      en: 'Make sure it is the right resident; ask the administrator to change a document.',
    },
  },
  IDENTITY_FIRST: {
    status: 409,
    title: { zh: '请先核验居民的证件', en: 'Look at the resident’s document first' },
    next: {
      zh: '核验身份后即可登记代报名同意；也可以在第一次课上补签。',
      en: 'Once the identity is verified the consent can be recorded; or the resident signs at the first session.',
    },
  },
  ONLY_ONESELF: {
    status: 403,
    title: { zh: '只有居民本人的账号可以同意', en: 'Only the resident’s own account can agree' },
    next: {
      zh: '请用本人的手机登录办理，或到窗口办理；第一次课上也可以补签。报名不受影响。',
      en: 'Sign in with the resident’s own phone, ask at a counter, or sign at the first session. Enrolling goes on as before.',
    },
  },
  PROXY_UNKNOWN: {
    status: 404,
    title: { zh: '该账号没有为这位居民代办', en: 'This account does not act for the resident' },
    next: { zh: '请从名单中重新选择，或填写家人的手机号。', en: 'Choose again from the list, or give the phone.' },
  },
  PROXY_IS_ONESELF: {
    status: 409,
    title: { zh: '这是居民本人的账号', en: 'This is the resident’s own account' },
    next: {
      zh: '本人报名无需同意；请让家人用自己的手机办理。',
      en: 'Nobody needs a consent for oneself; the family member uses their own phone.',
    },
  },
  PROXY_CODE_WRONG: {
    status: 422,
    title: { zh: '代办码不正确或已失效', en: 'The code is not right or no longer valid' },
    next: {
      zh: '请与家人核对；代办码 24 小时内有效，只能用一次。',
      en: 'Compare it with your family member; a code works once, within 24 hours.',
    },
  },
  TOO_MANY_PROXIES: {
    status: 422,
    title: {
      zh: '一位居民最多由 {most} 个家人账号代办',
      en: 'At most {most} accounts of the family act for one resident',
    },
    next: { zh: '请由已有的家人账号代办。', en: 'Let one of those who act already do it.' },
  },
  CONSENT_UNKNOWN: {
    status: 404,
    title: { zh: '没有这条同意记录', en: 'There is no such consent' },
    next: { zh: '请刷新后再看。', en: 'Load the page again.' },
  },
  TERM_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个学期', en: 'There is no such term' },
    next: { zh: '请从列表中重新选择学期。', en: 'Choose again from the list of terms.' },
  },
  DECLARATION_NOT_NEEDED: {
    status: 422,
    title: {
      zh: '学期开始时未满 {age} 岁，无需安全声明',
      en: 'Below {age} at the start of the term nothing is to be declared',
    },
    next: { zh: '可以直接报名。', en: 'You can enroll as you are.' },
  },
  COMPANION_CODE_WRONG: {
    status: 422,
    title: { zh: '没有这个结伴码', en: 'No companions have this code' },
    next: { zh: '请与朋友核对：J 开头，后面 6 位。', en: 'Compare it with your friends: J and six characters.' },
  },
  COMPANIONS_FULL: {
    status: 409,
    title: { zh: '结伴最多 {most} 人', en: 'At most {most} go together' },
    next: { zh: '请另外组一个结伴。', en: 'Make another group.' },
  },
  COMPANION_GROUP_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个结伴', en: 'There are no such companions' },
    next: { zh: '请刷新后再看。', en: 'Load the page again.' },
  },
  TOO_MANY_COMPANION_GROUPS: {
    status: 422,
    title: { zh: '一位居民最多参加 {most} 个结伴', en: 'A resident goes together with at most {most} groups' },
    next: { zh: '请先退出一个不再需要的。', en: 'Leave one that is not needed any more.' },
  },
  TOO_MANY_GUESSES: {
    status: 429,
    title: { zh: '试得太多了', en: 'Too many tries' },
    next: { zh: '请 {minutes} 分钟后再试，或到窗口办理。', en: 'Try again in {minutes} minutes, or ask at a counter.' },
  },
  STAFF_UNKNOWN: {
    status: 404,
    title: { zh: '没有这位工作人员', en: 'There is no such staff member' },
    next: { zh: '请从名单中重新选择。', en: 'Choose again from the list.' },
  },
  TEACHER_UNKNOWN: {
    status: 422,
    title: { zh: '所选人员不是本机构的教师', en: 'The chosen person is no teacher of this organisation' },
    next: { zh: '请选择本机构的教师，或先授予教师角色。', en: 'Choose one of its teachers, or give the role first.' },
  },
  USERNAME_TAKEN: {
    status: 409,
    title: { zh: '用户名已被使用', en: 'This username is taken' },
    next: { zh: '请换一个用户名。', en: 'Choose another one.' },
  },
  PASSWORD_WEAK: {
    status: 422,
    title: { zh: '密码不符合要求', en: 'This password will not do' },
    next: {
      zh: '请使用至少 10 个字符、且不同于用户名的密码。',
      en: 'Use at least 10 characters, and not the username.',
    },
  },
  OLD_PASSWORD_WRONG: {
    status: 422,
    title: { zh: '原密码不正确', en: 'The present password is not right' },
    next: { zh: '请重新输入原密码。', en: 'Type your present password again.' },
  },
  ROLE_NEEDS_ORGANISATION: {
    status: 422,
    title: { zh: '该角色须指定机构', en: 'This role is held in an organisation' },
    next: { zh: '请选择机构后再授予。', en: 'Name the organisation.' },
  },
  ROLE_IS_DISTRICT_WIDE: {
    status: 422,
    title: { zh: '该角色在全区有效，不能指定机构', en: 'This role is held in the whole district' },
    next: { zh: '请去掉机构后再授予。', en: 'Leave the organisation out.' },
  },
  ROLE_HELD_ALREADY: {
    status: 409,
    title: { zh: '该人员已有此角色', en: 'The role is held already' },
    next: { zh: '无需重复授予。', en: 'There is nothing to do.' },
  },
  ROLE_UNKNOWN: {
    status: 404,
    title: { zh: '该人员没有这个角色', en: 'There is no such role of this person' },
    next: { zh: '请刷新后查看现有角色。', en: 'Load the present roles again.' },
  },
  LAST_ADMINISTRATOR: {
    status: 409,
    title: { zh: '至少要保留一位管理员', en: 'At least one administrator must remain' },
    next: { zh: '请先授予另一人管理员角色。', en: 'Give the role to somebody else first.' },
  },
  ADMINISTRATOR_EXISTS: {
    status: 409,
    title: { zh: '已有管理员', en: 'There is an administrator already' },
    next: { zh: '请由现有管理员新增人员。', en: 'Let that administrator add staff.' },
  },
});

/** The same error, answered with the seconds after which trying again makes sense. */
export function retryAfter(error: CodedError, seconds: number): CodedError {
  return new CodedError(error.code, { ...error.definition, retryAfter: seconds }, error.parameters, error.details);
}

explainConstraints({
  uq_residents_document: () => PeopleErrors.DOCUMENT_TAKEN(),
  uq_account_residents_self: () => PeopleErrors.SELF_EXISTS(),
  uq_staff_username: () => PeopleErrors.USERNAME_TAKEN(),
  uq_staff_roles_present: () => PeopleErrors.ROLE_HELD_ALREADY(),
});
