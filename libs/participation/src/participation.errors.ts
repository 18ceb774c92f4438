import { defineErrors } from '#core';

export const ParticipationErrors = defineErrors('PARTICIPATION', {
  ENTRY_UNKNOWN: {
    status: 404,
    title: { zh: '没有找到这条人次明细', en: 'There is no such ledger entry' },
    next: {
      zh: '请从人次明细列表重新打开；只能查看本机构的明细。',
      en: 'Open it again from the list; only entries of your own organisation can be seen.',
    },
  },
  ENROLLMENT_UNKNOWN: {
    status: 404,
    title: { zh: '没有找到这条报名', en: 'There is no such enrollment' },
    next: { zh: '请从“我的报名”重新打开。', en: 'Open it again from your list of enrollments.' },
  },
  PERIOD_UNKNOWN: {
    status: 404,
    title: { zh: '没有这个统计期', en: 'There is no such period' },
    next: { zh: '请从统计期列表打开。', en: 'Open it from the list of periods.' },
  },
  PERIOD_NOT_OVER: {
    status: 409,
    title: { zh: '{month} 尚未结束，不能填报', en: '{month} is not over yet, so it cannot be submitted' },
    next: { zh: '请在下月 1 日起填报。', en: 'Submit it from the first day of the next month on.' },
  },
  PERIOD_NOT_OPEN: {
    status: 409,
    title: { zh: '{month} 已经填报', en: '{month} was submitted already' },
    next: { zh: '请等待审核；如要改动，请先退回。', en: 'Wait for the review, or have it returned.' },
  },
  PERIOD_NOT_SUBMITTED: {
    status: 409,
    title: { zh: '{month} 尚未填报', en: '{month} is not submitted' },
    next: { zh: '请先填报。', en: 'Have it submitted first.' },
  },
  PERIOD_REVIEWED: {
    status: 409,
    title: { zh: '{month} 已经审核', en: '{month} was reviewed already' },
    next: { zh: '请由第三人签发。', en: 'A third person signs it now.' },
  },
  PERIOD_NOT_REVIEWED: {
    status: 409,
    title: { zh: '{month} 尚未审核', en: '{month} is not reviewed yet' },
    next: { zh: '请先由另一人审核。', en: 'Have another person review it first.' },
  },
  PERIOD_LOCKED: {
    status: 409,
    title: { zh: '{month} 已锁定', en: '{month} is locked' },
    next: { zh: '锁定后的差异请走更正。', en: 'What differs now goes through an adjustment.' },
  },
  PERIOD_UNLOCKED: {
    status: 409,
    title: { zh: '{month} 还没有锁定', en: '{month} is not locked yet' },
    next: { zh: '签发锁定后再打印、盖章、上传扫描件。', en: 'Print, seal and scan it when it has been signed.' },
  },
  PERIOD_LIST_UNDER_WAY: {
    status: 409,
    title: {
      zh: '{department}的名单正在入库或撤销，{month} 的数还会变',
      en: 'A list of {department} is being written or undone, so {month} still moves',
    },
    next: {
      zh: '请等导入页面显示“已入库”或“已撤销”后再办。',
      en: 'Wait until the import is written or undone, then do it again.',
    },
  },
  PERIOD_SAME_PERSON: {
    status: 409,
    title: { zh: '填报、审核、签发须由三个不同的人', en: 'Three different people submit, review and sign' },
    next: { zh: '请由另一位同事办理这一步。', en: 'Ask a colleague to do this step.' },
  },
  ADJUSTMENT_UNKNOWN: {
    status: 404,
    title: { zh: '没有找到这条更正', en: 'There is no such adjustment' },
    next: { zh: '请从更正列表打开。', en: 'Open it from the list of adjustments.' },
  },
  ADJUSTMENT_NOT_PROPOSED: {
    status: 409,
    title: { zh: '这条更正已经申请或已处理', en: 'This adjustment was asked for or dealt with already' },
    next: { zh: '请刷新后查看现在的状态。', en: 'Read it again to see its present state.' },
  },
  ADJUSTMENT_NOT_ASKED: {
    status: 409,
    title: { zh: '这条更正不在待批准状态', en: 'This adjustment does not wait for a decision' },
    next: { zh: '须先由一人申请；请刷新后查看。', en: 'Somebody asks for it first; read it again.' },
  },
  ADJUSTMENT_SAME_PERSON: {
    status: 409,
    title: { zh: '申请和批准须由两个不同的人', en: 'Two different people ask for an adjustment and decide it' },
    next: { zh: '请由另一位同事批准。', en: 'Ask a colleague to decide it.' },
  },
  ADJUSTMENT_BEFORE_LOCK: {
    status: 409,
    title: { zh: '{month} 还在审核，不能更正', en: '{month} is still being reviewed and cannot be adjusted' },
    next: {
      zh: '请先签发该月再更正；或退回该月，重新汇总后再提交。',
      en: 'Sign the month first and adjust it then; or return it, and it is counted anew.',
    },
  },
  ADJUSTMENT_STALE: {
    status: 409,
    title: { zh: '证据已变，这条更正不再适用', en: 'The evidence has changed, so this adjustment no longer fits' },
    next: { zh: '平台会提出新的更正，请刷新列表。', en: 'A new one is proposed; read the list again.' },
  },
  RULE_UNKNOWN: {
    status: 404,
    title: { zh: '没有这一版口径', en: 'There is no such version of the rules' },
    next: { zh: '请从统计口径页面选择。', en: 'Choose one on the page of counting rules.' },
  },
  RULE_UNUSABLE: {
    status: 400,
    title: { zh: '这些参数不能用来统计：{wrong}', en: 'Nothing can be counted by these parameters: {wrong}' },
    next: { zh: '请改正后再保存。', en: 'Mend them and save again.' },
  },
  RULE_NOT_DRAFT: {
    status: 409,
    title: { zh: '第 {version} 版已不是草案', en: 'Version {version} is no draft any more' },
    next: { zh: '已试行或发布的口径不能改；请以它为底稿另起草一版。', en: 'Draft a new version from it instead.' },
  },
  RULE_COUNTED_ALREADY: {
    status: 409,
    title: { zh: '第 {version} 版已按试行口径计过数', en: 'Version {version} has counted on trial already' },
    next: {
      zh: '它计过的数仍标试行口径；请以它为底稿另起草一版，发布新版。',
      en: 'What it counted stays stamped as trial; draft a copy of it and publish that.',
    },
  },
  RULE_NOT_IN_FORCE: {
    status: 409,
    title: { zh: '第 {version} 版没有在用', en: 'Version {version} is not in force' },
    next: { zh: '只有试行或发布的口径可以废止。', en: 'Only versions on trial or published are repealed.' },
  },
  RULE_IN_PAST: {
    status: 409,
    title: { zh: '口径不能追溯以往', en: 'Nothing applies backwards' },
    next: { zh: '请填今天或以后的日期。', en: 'Give today or a later day.' },
  },
  RULE_IN_CLOSED_PERIOD: {
    status: 409,
    title: { zh: '{month} 已经填报或锁定', en: '{month} is submitted or locked' },
    next: { zh: '请填在未填报统计期内的日期。', en: 'Give a day in an open period.' },
  },
  RULE_LAST: {
    status: 409,
    title: { zh: '废止后就没有口径可用了', en: 'Without it nothing would be counted' },
    next: { zh: '请先试行或发布另一版。', en: 'Put another version in force first.' },
  },
  NO_RULES: {
    status: 503,
    title: { zh: '统计口径尚未载入', en: 'No counting rules are loaded yet' },
    next: { zh: '请联系平台管理员载入基础数据。', en: 'Ask the platform administrator to load the reference data.' },
  },
});
