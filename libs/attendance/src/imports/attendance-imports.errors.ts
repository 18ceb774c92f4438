import { defineErrors } from '#core';
import { HEADING_WITHIN, MOST_MARKS, MOST_ROWS } from './attendance-imports.rules.js';

export const AttendanceImportErrors = defineErrors('ATTENDANCE', {
  IMPORT_UNKNOWN: {
    status: 404,
    title: { zh: '没有这次签到导入', en: 'There is no such import of marks' },
    next: { zh: '请回到班级的签到导入页面再选。', en: "Go back to the imports of the class's marks." },
  },
  IMPORT_UNREADABLE: {
    status: 422,
    title: { zh: '文件读不了', en: 'The file cannot be read' },
    next: { zh: '{zh}', en: '{en}' },
  },
  IMPORT_NO_HEADING: {
    status: 422,
    title: { zh: '没有找到表头', en: 'There is no heading' },
    next: {
      zh: `请下载本班模板对照：前 ${HEADING_WITHIN} 行之内要有一行表头，其中有“姓名”一列。`,
      en: `Compare with the template of the class: within the first ${HEADING_WITHIN} rows there must be a heading with a column of names.`,
    },
  },
  IMPORT_NO_SESSIONS: {
    status: 422,
    title: { zh: '没有一列对得上本班的课次', en: 'No column is that of a session of the class' },
    next: {
      zh: '请下载本班模板对照：每次课一列，表头写“第3次”或上课日期，停课的课次不用写。',
      en: 'Compare with the template of the class: a column for each session, headed by its number or day.',
    },
  },
  IMPORT_SESSION_MOVED: {
    status: 422,
    title: {
      zh: '“{heading}”的日期与第 {number} 次课不符，第 {number} 次课是 {day}',
      en: '“{heading}” is not the day of session {number}, which is on {day}',
    },
    next: {
      zh: '请核对是不是本班的表，或下载新的模板。',
      en: 'Check whether it is the sheet of this class, or take the template anew.',
    },
  },
  IMPORT_SESSION_TWICE: {
    status: 422,
    title: { zh: '第 {number} 次课有两列', en: 'Session {number} has two columns' },
    next: { zh: '请只留一列再上传。', en: 'Leave one of them and upload it again.' },
  },
  IMPORT_NOTHING: {
    status: 422,
    title: { zh: '表里没有一条签到', en: 'There is no mark in the sheet' },
    next: { zh: '请在课次的列里填“到”“缺”或“假”后再上传。', en: 'Fill in who was there and upload it again.' },
  },
  IMPORT_TOO_LARGE: {
    status: 422,
    title: {
      zh: `一个班的签到表最多 ${MOST_ROWS} 人、${MOST_MARKS} 条`,
      en: `A sheet of a class has ${MOST_ROWS} people and ${MOST_MARKS} marks at most`,
    },
    next: { zh: '请按课次分成几个文件上传。', en: 'Upload it in parts, some sessions at a time.' },
  },
  IMPORT_NOTHING_USABLE: {
    status: 422,
    title: { zh: '没有一条能写入', en: 'There is no mark that can be written' },
    next: { zh: '请改正文件后重新上传。', en: 'Correct the file and upload it again.' },
  },
  IMPORT_NOT_READY: {
    status: 409,
    title: { zh: '这次导入现在不能确认', en: 'The import cannot be confirmed now' },
    next: { zh: '请刷新页面看它现在的状态。', en: 'Load the page again to see its state.' },
  },
  IMPORT_NOT_DISCARDABLE: {
    status: 409,
    title: { zh: '这次导入已经写入，不能放弃', en: 'The import was written and cannot be discarded' },
    next: { zh: '写错了可以撤销。', en: 'If it is wrong, undo it.' },
  },
  IMPORT_NOT_WRITTEN: {
    status: 409,
    title: { zh: '这次导入没有写入，或已经撤销', en: 'The import was not written, or was undone' },
    next: { zh: '请刷新页面看它现在的状态。', en: 'Load the page again to see its state.' },
  },
});
