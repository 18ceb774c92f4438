import type { Language } from '#contracts';
import type { SheetFault } from './sheet.js';

/**
 * Why a file cannot be read, and what to do, in a sentence.
 *
 * @param mostRows how many rows it may have
 */
export function sheetFaultInWords(fault: SheetFault, mostRows: number, language: Language): string {
  if (fault !== 'too_many_rows') return FAULTS[fault][language];
  return language === 'zh'
    ? `超过 ${mostRows} 行。请分成几个文件上传。`
    : `It has more than ${mostRows} rows. Upload it in parts.`;
}

const FAULTS: Readonly<Record<Exclude<SheetFault, 'too_many_rows'>, Record<Language, string>>> = {
  empty: { zh: '文件是空的。', en: 'The file is empty.' },
  encoding: {
    zh: '文字编码无法识别。请在 Excel 里另存为“CSV UTF-8”或 .xlsx 后重新上传。',
    en: 'The encoding of the text is not known. Save it as “CSV UTF-8” or .xlsx and upload it anew.',
  },
  old_excel: {
    zh: '这是 Excel 97-2003(.xls)格式，或加了密码。请另存为不加密的 .xlsx 后重新上传。',
    en: 'This is the form of Excel 97-2003 (.xls), or has a password. Save it as .xlsx without one and upload it anew.',
  },
  not_a_sheet: {
    zh: '这不是表格文件。请上传 .xlsx 或 .csv。',
    en: 'This is no sheet. Upload an .xlsx or .csv file.',
  },
  unpacks_too_far: {
    zh: '文件解压后过大，可能已损坏或有问题，不予读取。请检查来源，或另存为 CSV 后分批上传。',
    en: 'It unpacks to more than a list would have, so it was not read. Check where it comes from, or save it as CSV in parts.',
  },
  broken: {
    zh: '文件已损坏，读到一半读不下去了。请重新保存后上传。',
    en: 'The file is damaged. Save it anew and upload it again.',
  },
};
