import type { SentMark } from '../attendance.rules.js';
import type { AttendanceImportRow, MarkToBe } from './attendance-imports.queries.js';

/** Characters of a file's name that stand in the reason of each of its marks. */
const NAME_IN_REASON = 40;

/** What stands for the file where other marks have the device that they come from. */
export const deviceOf = (importId: string): string => `import ${importId}`;

/**
 * A cell as the mark that it is sent as. Its reason says from which row of which file it is, for whoever signs a late
 * sheet, or asks later.
 */
export function markOf(
  { markId, rowNumber, residentId, status, arrivedAt, leftAt }: MarkToBe,
  { id, file_name, because }: Pick<AttendanceImportRow, 'id' | 'file_name' | 'because'>,
  endsAt: Date,
): SentMark {
  const from = `签到导入 ${[...file_name].slice(0, NAME_IN_REASON).join('')} 第 ${rowNumber} 行`;
  return {
    id: markId,
    kind: 'import',
    status,
    whose: { residentId },
    arrivedAt,
    leftAt,
    because: because === null ? from : `${because}（${from}）`,
    deviceId: deviceOf(id),
    // What a roll says was so when the session was over, whenever it is uploaded.
    deviceTime: endsAt,
  };
}
