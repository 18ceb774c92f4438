import { defineErrors } from '../errors/coded-error.js';

export const FilesErrors = defineErrors('FILES', {
  TOO_LARGE: {
    status: 413,
    title: { zh: '文件过大，最多 {megabytes} MB', en: 'The file is too large: at most {megabytes} MB' },
    next: { zh: '请缩小图片，或把文件拆成几份上传。', en: 'Make the picture smaller, or upload the file in parts.' },
  },
  WRONG_TYPE: {
    status: 415,
    title: { zh: '这里不接受这种文件', en: 'This kind of file is not taken here' },
    next: { zh: '请上传以下类型之一：{types}。', en: 'Upload one of: {types}.' },
  },
  NOT_WHAT_IT_SAYS: {
    status: 422,
    title: { zh: '文件内容与类型不符，或文件已损坏', en: 'The file is not of the type it claims, or it is damaged' },
    next: {
      zh: '请用原来的程序打开检查，另存后重新上传。',
      en: 'Open it where it was made, save it again and upload that.',
    },
  },
  SCANS_ENOUGH: {
    status: 409,
    title: { zh: '最多留存 {most} 份扫描件', en: 'At most {most} scans are kept of one paper' },
    next: { zh: '请把几页合成一个 PDF 后再传。', en: 'Put several pages into one PDF.' },
  },
  EMPTY: {
    status: 422,
    title: { zh: '文件是空的', en: 'The file is empty' },
    next: { zh: '请重新选择文件。', en: 'Choose the file again.' },
  },
  UNKNOWN: {
    status: 422,
    title: {
      zh: '找不到刚上传的文件，或不是您上传的',
      en: 'The uploaded file is not there, or it was not you who uploaded it',
    },
    next: {
      zh: '上传后 24 小时未使用的文件会被清除，请重新上传。',
      en: 'A file that is not used within 24 hours is removed; upload it again.',
    },
  },
});
