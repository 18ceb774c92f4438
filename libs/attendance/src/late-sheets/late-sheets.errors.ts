import { defineErrors } from '#core';

export const LateSheetErrors = defineErrors('ATTENDANCE', {
  LATE_SHEET_UNKNOWN: {
    status: 404,
    title: { zh: '没有这张补录单', en: 'There is no such late sheet' },
    next: { zh: '请回到补录单列表再选。', en: 'Go back to the list of late sheets.' },
  },
  LATE_SHEET_DECIDED: {
    status: 409,
    title: { zh: '这张补录单已经签字或退回', en: 'The late sheet was signed or returned before' },
    next: { zh: '请刷新页面看结果。', en: 'Load the page again to see what became of it.' },
  },
  LATE_SHEET_OWN: {
    status: 409,
    title: {
      zh: '自己录入的补录不能自己签字',
      en: 'Nobody signs late records that they entered themselves',
    },
    next: {
      zh: '请本校另一位校长签字，或退回后由他人重新录入。',
      en: 'Ask another principal of the school, or return it and let somebody else enter it.',
    },
  },
  LATE_SHEET_CANCELLED: {
    status: 409,
    title: { zh: '这次课已停课，补录不能计入', en: 'The session was cancelled, so its late records cannot count' },
    next: { zh: '请写明原因退回。', en: 'Return the sheet with the reason.' },
  },
  LATE_SHEET_SCANS_ENOUGH: {
    status: 409,
    title: { zh: '一张补录单最多 {most} 份照片或扫描件', en: 'A late sheet takes {most} scans at most' },
    next: { zh: '请把几页合成一个 PDF 后再传。', en: 'Put several pages into one PDF.' },
  },
});
