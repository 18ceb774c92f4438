import { defineErrors } from '#core';

export const RosterSheetErrors = defineErrors('ATTENDANCE', {
  SHEET_CODE_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个编号的签到表', en: 'There is no roster sheet with this code' },
    next: {
      zh: '请看着纸上 Q 开头的编号再输一遍，或扫表上的二维码。',
      en: 'Type the code on the paper that begins with Q again, or scan the square beside it.',
    },
  },
  SHEET_TRANSCRIBED: {
    status: 409,
    title: {
      zh: '{name} 已经录入过这张签到表',
      en: '{name} has transcribed this roster sheet already',
    },
    next: {
      zh: '请看已录入的结果；个别有误的，在点名页面改签。',
      en: 'See what was entered; correct single names on the roll call.',
    },
  },
  SHEET_PHOTO_MISSING: {
    status: 422,
    title: { zh: '还没有这张签到表的照片', en: 'There is no photo of the sheet yet' },
    next: { zh: '请先给签到表拍照，再保存。', en: 'Take a photo of the sheet first, then save.' },
  },
  SHEET_NOBODY: {
    status: 422,
    title: { zh: '这次课还没有人可以签到', en: 'Nobody has a seat at this session yet' },
    next: { zh: '有人报名后再打印。', en: 'Print it when somebody is enrolled.' },
  },
  SHEET_LINE_UNKNOWN: {
    status: 422,
    title: { zh: '签到表上没有 {number} 号，或写了两次', en: 'The sheet has no number {number}, or it is given twice' },
    next: { zh: '请核对名册号后再保存。', en: 'Check the numbers and save again.' },
  },
  SHEET_CLAIMED: {
    status: 409,
    title: { zh: '{name} 正在录入这张签到表', en: '{name} is transcribing this roster sheet' },
    next: {
      zh: '请等到 {until}，或问过对方后点“由我接手”。',
      en: 'Wait until {until}, or ask them and choose “Take it over”.',
    },
  },
  SHEET_REASON_NEEDED: {
    status: 422,
    title: {
      zh: '已超过课后 7 天（或班级是事后补建的），要写明原因',
      en: 'It is entered so late that it wants a reason',
    },
    next: { zh: '请填写为什么现在才录入，再保存。', en: 'Say why it is entered only now, then save.' },
  },
  SHEET_TIME_OUTSIDE: {
    status: 422,
    title: {
      zh: '{number} 号的到离时间不在这次课内，或不是到课',
      en: 'The times of number {number} lie outside the session, or they were not there',
    },
    next: {
      zh: '到课的才填时间；到达应早于离开，都在上课时间内。',
      en: 'Give times of who was there only: come before gone, both within the session.',
    },
  },
  SHEET_HAS_PHOTO: {
    status: 409,
    title: { zh: '这张签到表已有照片', en: 'There is a photo of this roster sheet already' },
    next: { zh: '如果拍错了，请先撤回原来的并写明原因。', en: 'If it is wrong, withdraw it first and say why.' },
  },
  SHEET_PHOTO_GONE: {
    status: 409,
    title: { zh: '这张签到表没有可撤回的照片', en: 'There is no photo of this sheet to withdraw' },
    next: { zh: '请刷新后查看。', en: 'Read it again.' },
  },
});
