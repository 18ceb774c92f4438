import { defineErrors, explainConstraints } from '#core';

/** Of what counts beside the ledger. */
export const OpeningErrors = defineErrors('PARTICIPATION', {
  CUT_OVER_UNSET: {
    status: 409,
    title: { zh: '还没有设定启用日期', en: 'Nobody has said on which day the ledger begins' },
    next: { zh: '请先在期初数页面设定启用日期。', en: 'Set the cut-over date on the page of opening figures first.' },
  },
  CUT_OVER_IN_USE: {
    status: 409,
    title: { zh: '已有期初数签发，启用日期不能再改', en: 'Opening figures are signed, so the cut-over date stands' },
    next: {
      zh: '请先以名单替换已签发的期初数，再改启用日期。',
      en: 'Replace the signed figures by named lists before you move it.',
    },
  },
  OPENING_AFTER_CUT_OVER: {
    status: 409,
    title: { zh: '{year} 年全年在启用日期之后', en: 'All of {year} is after the cut-over' },
    next: { zh: '启用日期之后的人次由明细账计，不用期初数。', en: 'From the cut-over on the ledger counts.' },
  },
  OPENING_PEOPLE_OF_PART: {
    status: 409,
    title: { zh: '{year} 年只有一部分在启用日期之前', en: 'Only a part of {year} is before the cut-over' },
    next: {
      zh: '人数不能按段相加（同一人可能两段都在），请只填完整年度。',
      en: 'People of two parts of a year may be the same; give whole years only.',
    },
  },
  OPENING_OF_ONE: {
    status: 400,
    title: { zh: '请选一个机构，或填一个部门', en: 'Name either an organisation or a department' },
    next: { zh: '两者只填一个。', en: 'One of the two, not both.' },
  },
  OPENING_UNKNOWN: {
    status: 404,
    title: { zh: '没有这条期初数', en: 'There is no such opening figure' },
    next: { zh: '请从期初数列表打开。', en: 'Open it from the list of opening figures.' },
  },
  OPENING_STANDS: {
    status: 409,
    title: { zh: '这个机构这一年已有期初数', en: 'An opening figure of this year and organisation stands already' },
    next: {
      zh: '如要更正，请打开原来的期初数，点“更正”并写明原因；在办的请先办完或撤回。',
      en: 'To correct it, open it and choose “Correct”; finish or withdraw one that is on its way.',
    },
  },
  OPENING_NOT_DRAFTED: {
    status: 409,
    title: { zh: '这条期初数不在待审核状态', en: 'This opening figure does not wait for review' },
    next: { zh: '请刷新后查看现在的状态。', en: 'Read it again to see its present state.' },
  },
  OPENING_NOT_REVIEWED: {
    status: 409,
    title: { zh: '这条期初数不在待签发状态', en: 'This opening figure does not wait for a signature' },
    next: { zh: '须先由另一人审核；请刷新后查看。', en: 'Another person reviews it first; read it again.' },
  },
  OPENING_SCAN_MISSING: {
    status: 409,
    title: { zh: '还没有上传文件扫描件', en: 'The paper has not been scanned yet' },
    next: {
      zh: '请由填报人上传盖章文件的扫描件后再审核。',
      en: 'Whoever drafted it uploads a scan of the sealed paper first.',
    },
  },
  OPENING_NOT_PENDING: {
    status: 409,
    title: { zh: '这条期初数已签发或已办结', en: 'This opening figure is signed or done with' },
    next: { zh: '已签发的请更正，或以名单替换。', en: 'Correct a signed one, or replace it by a named list.' },
  },
  OPENING_NOT_SIGNED: {
    status: 409,
    title: { zh: '这条期初数现在不计入', en: 'This opening figure does not count at present' },
    next: { zh: '只有已签发、仍计入的期初数可以更正或替换。', en: 'Only one that counts is corrected or replaced.' },
  },
  OPENING_NOT_REPLACED: {
    status: 409,
    title: { zh: '这条期初数不是被名单替换的', en: 'This opening figure was not replaced by a named list' },
    next: { zh: '被更正的期初数不能恢复，请再次更正。', en: 'One that was corrected is corrected anew instead.' },
  },
  OPENING_SAME_PERSON: {
    status: 409,
    title: { zh: '填报、审核、签发须由三个不同的人', en: 'Three different people draft, review and sign' },
    next: { zh: '请由另一位同事办理这一步。', en: 'Ask a colleague to do this step.' },
  },
  SEALED_UNKNOWN: {
    status: 404,
    title: { zh: '没有这条汇总数', en: 'There is no such sealed total' },
    next: { zh: '请从汇总数列表选择。', en: 'Choose one from the list.' },
  },
  SEALED_STANDS: {
    status: 409,
    title: { zh: '{department} {period} 已有数计入', en: 'A figure of {department} for {period} counts already' },
    next: {
      zh: '同一部门同一时段只计一次（年度含月度，期初数也算）；请先撤回或替换原来的。',
      en: 'A department counts once for a time (a year holds its months, and so does an opening figure); end that one first.',
    },
  },
  SEALED_NOT_STANDING: {
    status: 409,
    title: { zh: '这条汇总数已不计入', en: 'This sealed total counts no longer' },
    next: { zh: '请刷新后查看现在的状态。', en: 'Read it again to see its present state.' },
  },
  SEALED_NOT_REPLACED: {
    status: 409,
    title: { zh: '这条汇总数不是被名单替换的', en: 'This sealed total was not replaced by a named list' },
    next: { zh: '撤回的请重新登记。', en: 'Record one anew that was withdrawn.' },
  },
  FIGURE_BEING_REPLACED: {
    status: 409,
    title: { zh: '一份名单正在替换这个数', en: 'A list is taking the place of this figure' },
    next: {
      zh: '请等名单入库、有关更正办结后再看。',
      en: 'Look again once the list is written and its adjustments are decided.',
    },
  },
  FIGURE_OF_IMPORT: {
    status: 409,
    title: { zh: '这个数是由导入的名单替换的', en: 'An imported list took the place of this figure' },
    next: { zh: '请撤销那次导入，这个数会随之恢复。', en: 'Undo that import; the figure then counts again.' },
  },
  OPENING_LISTED: {
    status: 409,
    title: { zh: '这个机构这一年已有名单', en: 'Named lists hold this year and organisation already' },
    next: {
      zh: '名单替换期初数后不再相加；如名单已撤销，请恢复原来的期初数。',
      en: 'A list takes the place of the figure and is never added to; reinstate the figure if the list was undone.',
    },
  },
  FIGURE_LIST_COMING: {
    status: 409,
    title: {
      zh: '一份含这个机构这一时段的名单还没有办结',
      en: 'A list that holds this time and organisation is on its way',
    },
    next: {
      zh: '请等名单入库、有关更正办结；届时已按姓名计入的，不再加这个数。',
      en: 'Wait until it is written and its adjustments are decided; where its names count, this figure is not added.',
    },
  },
  SEALED_LISTED: {
    status: 409,
    title: { zh: '{department} {period} 已有名单计入', en: 'Names of {department} for {period} count already' },
    next: { zh: '名单已按姓名计入，不再加汇总数。', en: 'A total is never added to names.' },
  },
  SEALED_PERIOD: {
    status: 400,
    title: { zh: '统计时段应为年（2025）或月（2025-03）', en: 'The period is a year (2025) or a month (2025-03)' },
    next: { zh: '请填 2023 年及以后的年或月。', en: 'Give a year or a month from 2023 on.' },
  },
  SEALED_TO_COME: {
    status: 400,
    title: { zh: '盖章日期或统计时段还没有到', en: 'The seal or the period is still to come' },
    next: {
      zh: '请核对日期；时段从其第一天起才能登记。',
      en: 'Check the dates; a period can be recorded once it began.',
    },
  },
});

explainConstraints({
  uq_opening_figures_pending: () => OpeningErrors.OPENING_STANDS(),
  uq_opening_figures_signed: () => OpeningErrors.OPENING_STANDS(),
});
