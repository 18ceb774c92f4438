import { defineErrors } from '#core';

/** Of lists that other departments send. */
export const ImportErrors = defineErrors('PARTICIPATION', {
  IMPORT_UNKNOWN: {
    status: 404,
    title: { zh: '没有找到这次导入', en: 'There is no such import' },
    next: { zh: '请从导入列表打开。', en: 'Open it from the list of imports.' },
  },
  IMPORT_HAS_FILE: {
    status: 409,
    title: { zh: '这次导入已经有文件了', en: 'This import has its file already' },
    next: { zh: '如要换文件，请放弃这次导入，再新建一次。', en: 'Discard it and make a new one for another file.' },
  },
  IMPORT_NOT_READY: {
    status: 409,
    title: { zh: '这次导入现在不能确认', en: 'This import cannot be confirmed at present' },
    next: { zh: '请刷新后查看它现在的状态。', en: 'Read it again to see its present state.' },
  },
  IMPORT_NOTHING_USABLE: {
    status: 409,
    title: { zh: '没有一行可以导入', en: 'Not one row can be used' },
    next: {
      zh: '请按问题清单改正文件后重新上传。',
      en: 'Correct the file by the list of problems and upload it anew.',
    },
  },
  IMPORT_COUNTED_BESIDE: {
    status: 409,
    title: {
      zh: '{department} {period} 已有期初数或汇总数计入，名单不能再加上去',
      en: 'A figure of {department} for {period} counts already; names may not be added to it',
    },
    next: {
      zh: '请刷新后核对两个数，勾选“由这份名单替换”，再确认导入。',
      en: 'Read it again, compare the two numbers, say that the list replaces the figure, and confirm.',
    },
  },
  IMPORT_NOT_BESIDE: {
    status: 409,
    title: {
      zh: '要替换的数已不与这份名单重叠',
      en: 'A figure to be replaced does not stand beside this list any more',
    },
    next: { zh: '请刷新后重新核对。', en: 'Read it again and compare anew.' },
  },
  IMPORT_FIGURE_TAKEN: {
    status: 409,
    title: {
      zh: '{department} {period} 的数正由另一份名单替换',
      en: 'Another list is taking the place of the figure of {department} for {period}',
    },
    next: {
      zh: '请等那份名单入库、有关更正办结后再确认。',
      en: 'Confirm once that list is written and its adjustments are decided.',
    },
  },
  IMPORT_NOT_DISCARDABLE: {
    status: 409,
    title: { zh: '这次导入已经确认，不能放弃', en: 'This import was confirmed and cannot be discarded' },
    next: { zh: '入库完成后可以撤销。', en: 'Undo it once it is written.' },
  },
  IMPORT_NOT_WRITTEN: {
    status: 409,
    title: { zh: '这次导入没有入库，不能撤销', en: 'This import is not written, so it cannot be undone' },
    next: { zh: '请刷新后查看它现在的状态。', en: 'Read it again to see its present state.' },
  },
});
