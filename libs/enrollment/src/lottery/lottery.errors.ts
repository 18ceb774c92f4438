import { defineErrors } from '#core';

export const LotteryErrors = defineErrors('LOTTERY', {
  UNKNOWN: {
    status: 404,
    title: { zh: '没有这次摇号', en: 'There is no such lottery' },
    next: { zh: '请从班级页面重新进入。', en: 'Go there again from the page of the class.' },
  },
  NO_FILE_YET: {
    status: 404,
    title: { zh: '名单还没有冻结，公示文件尚未生成', en: 'The list is not frozen yet, so there is no file' },
    next: { zh: '报名截止后几分钟再来。', en: 'Come back some minutes after enrollment has closed.' },
  },
  NO_ENTRY: {
    status: 404,
    title: { zh: '这条报名没有参加摇号', en: 'This enrollment is in no lottery' },
    next: {
      zh: '名单在报名截止后冻结，届时可以看到代号。',
      en: 'The list is frozen when enrollment closes; the pseudonym is there then.',
    },
  },
  FROZEN: {
    status: 409,
    title: {
      zh: '名单已冻结，公共号码的来源不能再改',
      en: 'The list is frozen; the public number can be renamed no more',
    },
    next: { zh: '请等公共号码揭晓后录入。', en: 'Wait until the number is known, then enter it.' },
  },
  NUMBER_TOO_EARLY: {
    status: 409,
    title: {
      zh: '公共号码必须在名单冻结之后揭晓，最早 {earliest}',
      en: 'The public number must become known after the list is frozen, {earliest} at the earliest',
    },
    next: { zh: '请选择更晚开奖的一期。', en: 'Choose a later draw.' },
  },
  NUMBER_INVALID: {
    status: 400,
    title: { zh: '号码应为 3 至 40 位数字', en: 'The number must have 3 to 40 digits' },
    next: { zh: '请按官方公布的顺序录入全部数字。', en: 'Enter all digits in the order in which they were published.' },
  },
  NOT_FROZEN: {
    status: 409,
    title: { zh: '名单还没有冻结', en: 'The list is not frozen yet' },
    next: { zh: '报名截止后几分钟会自动冻结。', en: 'It is frozen some minutes after enrollment has closed.' },
  },
  NUMBER_NOT_NEEDED: {
    status: 409,
    title: { zh: '名额够所有人，不需要公共号码', en: 'There are seats for everyone, so no number is needed' },
    next: { zh: '请刷新查看结果。', en: 'Load it again to see the result.' },
  },
  NUMBER_NOT_DUE: {
    status: 409,
    title: { zh: '公共号码要到 {dueAt} 才揭晓', en: 'The public number is not known before {dueAt}' },
    next: { zh: '请到时再录入。', en: 'Enter it then.' },
  },
  NUMBER_NOT_ENTERED: {
    status: 409,
    title: { zh: '还没有人录入公共号码', en: 'Nobody has entered the number yet' },
    next: { zh: '请先由一人录入，再由另一人确认。', en: 'One enters it, then another confirms it.' },
  },
  SAME_PERSON: {
    status: 409,
    title: { zh: '号码是您录入的，须由另一人确认', en: 'You entered the number, so another must confirm it' },
    next: { zh: '请学校或教育局的另一位同事录入确认。', en: 'Ask a colleague at the school or the bureau.' },
  },
  NUMBER_DIFFERS: {
    status: 409,
    title: { zh: '两次录入的号码不一样', en: 'The two numbers are not the same' },
    next: {
      zh: '请对照官方公布的号码；如先录入的有误，请重新录入，再由另一人确认。',
      en: 'Look at the official result; if the first was wrong, enter it anew and let another confirm it.',
    },
  },
  ALREADY_CONFIRMED: {
    status: 409,
    title: { zh: '公共号码已由两人确认，不能再改', en: 'The number was confirmed by two and cannot be changed' },
    next: { zh: '摇号即将完成，请刷新。', en: 'It is being drawn; load it again.' },
  },
  ALREADY_DRAWN: {
    status: 409,
    title: { zh: '已经摇过号了', en: 'It has been drawn already' },
    next: { zh: '请查看结果。', en: 'Look at the result.' },
  },
  CLASS_NOT_OPEN: {
    status: 409,
    title: { zh: '这个班已不招生，不再摇号', en: 'This class takes nobody any more, so nothing is drawn' },
    next: { zh: '请查看班级的最新状态和停开原因。', en: 'See where the class stands, and why.' },
  },
});
