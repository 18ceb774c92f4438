import { defineErrors } from '#core';

export const ParticipationErrors = defineErrors('PARTICIPATION', {
  ENTRY_UNKNOWN: {
    status: 404,
    title: { zh: '没有找到这条人次明细', en: 'There is no such ledger entry' },
    next: {
      zh: '请从人次明细列表重新打开;只能查看本机构的明细。',
      en: 'Open it again from the list; only entries of your own organisation can be seen.',
    },
  },
  ENROLLMENT_UNKNOWN: {
    status: 404,
    title: { zh: '没有找到这条报名', en: 'There is no such enrollment' },
    next: { zh: '请从“我的报名”重新打开。', en: 'Open it again from your list of enrollments.' },
  },
  NO_RULES: {
    status: 503,
    title: { zh: '统计口径尚未载入', en: 'No counting rules are loaded yet' },
    next: { zh: '请联系平台管理员载入基础数据。', en: 'Ask the platform administrator to load the reference data.' },
  },
});
