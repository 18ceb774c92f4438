import { defineErrors, explainConstraints } from '#core';

export const SessionEvidenceErrors = defineErrors('ATTENDANCE', {
  PHOTO_UNKNOWN: {
    status: 404,
    title: { zh: '没有这张照片', en: 'There is no such photo' },
    next: { zh: '请刷新页面。', en: 'Load the page again.' },
  },
  PHOTO_THERE: {
    status: 409,
    title: { zh: '这次课已经有这张照片', en: 'The session has this photo already' },
    next: { zh: '请换一张照片。', en: 'Choose another photo.' },
  },
  PHOTO_WITHDRAWN: {
    status: 409,
    title: { zh: '照片已撤回', en: 'The photo was withdrawn before' },
    next: { zh: '请刷新页面。', en: 'Load the page again.' },
  },
  PHOTOS_MISSING: {
    status: 422,
    title: {
      zh: '登记人数至少要有 {needed} 张现场照片，现有 {there} 张',
      en: 'A headcount wants at least {needed} photos of the session; there are {there}',
    },
    next: { zh: '请先上传照片，再登记人数。', en: 'Upload the photos first.' },
  },
  NOT_BEGUN: {
    status: 422,
    title: { zh: '这次课还没有开始，或已停课', en: 'The session has not begun, or it was cancelled' },
    next: { zh: '开课后再上传照片、登记人数。', en: 'Come back when it has begun.' },
  },
});

explainConstraints({ uq_session_photos_standing: SessionEvidenceErrors.PHOTO_THERE });
