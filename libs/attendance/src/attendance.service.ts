import { Injectable } from '@nestjs/common';
import { DISTRICT_ZONE } from '#contracts';
import { type Caller, fillIn, invalid } from '#core';
import type { SessionFacts } from '#catalogue';
import type { MarkAnswerView, MarkRequest, MarksAnswerView, MarksRequest } from './attendance.dto.js';
import { AttendanceErrors } from './attendance.errors.js';
import type { MarkDecision, SentMark } from './attendance.rules.js';
import { type ArrivedMark, CheckInDesk } from './check-in/check-in.desk.js';
import { requireOfSession } from './roster.service.js';

/** Takes marks: scanned codes and the teacher's ticks, at once or much later, from any number of devices. */
@Injectable()
export class AttendanceService {
  constructor(private readonly desk: CheckInDesk) {}

  /**
   * Records the marks of one device at one session. Each mark is answered by itself: one that is not right never costs
   * another.
   *
   * It wants no Idempotency-Key, because every mark carries an id of its own: sending any of them again, in any
   * company and order, changes nothing.
   *
   * @throws CATALOGUE.SESSION_UNKNOWN, CORE.FORBIDDEN, CORE.INVALID, CORE.BUSY; CORE.CONFLICT when the session was
   *   cancelled at that very moment: send it again
   */
  async mark(caller: Caller, sessionId: string, { deviceId, items }: MarksRequest): Promise<MarksAnswerView> {
    const { session, decisions, names } = await this.desk.take({
      caller,
      sessionId: sessionId.toLowerCase(),
      deviceId,
      marks: items.map((item, index) => arrived(item, deviceId, timesOf(item, index))),
      permit: (found) => requireOfSession(caller, 'attendance.mark', found),
    });
    return {
      items: decisions.map((decision, index) => answerOf(decision, items[index]!.id, session, caller, names)),
    };
  }
}

function arrived(item: MarkRequest, deviceId: string, times: Times): ArrivedMark {
  const { kind, status, because } = item;
  const named =
    kind === 'personal_code' ? { code: item.code ?? '' } : { residentId: item.residentId?.toLowerCase() ?? null };
  const { arrivedAt, leftAt, deviceTime } = times;
  return {
    id: item.id.toLowerCase(),
    kind,
    status,
    named,
    arrivedAt,
    leftAt,
    deviceId,
    deviceTime,
    because: because ?? null,
  };
}

type Times = Pick<SentMark, 'arrivedAt' | 'leftAt' | 'deviceTime'>;

/** @throws CORE.INVALID for times in ISO 8601 that no calendar has. */
function timesOf(item: MarkRequest, index: number): Times {
  const read = (field: 'arrivedAt' | 'leftAt' | 'deviceTime', text: string) => {
    const time = new Date(text);
    if (!Number.isNaN(time.getTime())) return time;
    const message = { zh: '时间格式不对', en: 'is not a time in ISO 8601' };
    throw invalid([{ path: `items.${index}.${field}`, message }]);
  };
  return {
    arrivedAt: item.arrivedAt ? read('arrivedAt', item.arrivedAt) : null,
    leftAt: item.leftAt ? read('leftAt', item.leftAt) : null,
    deviceTime: read('deviceTime', item.deviceTime),
  };
}

/** When a session begins, as it is told in sentences. */
export const startsAtOf = ({ startsAt }: Pick<SessionFacts, 'startsAt'>): string => LOCAL_TIME.format(startsAt);

const LOCAL_TIME = new Intl.DateTimeFormat('sv-SE', {
  timeZone: DISTRICT_ZONE,
  dateStyle: 'short',
  timeStyle: 'short',
});

/** What became of a mark, as it is told to whoever sent it. */
export function answerOf(
  { outcome, reason, residentId }: MarkDecision,
  id: string,
  session: SessionFacts,
  { language }: Caller,
  names: ReadonlyMap<string, string>,
): MarkAnswerView {
  const answer: MarkAnswerView = { id, outcome };
  if (reason) {
    const { code, definition, parameters } = AttendanceErrors[reason]({ startsAt: startsAtOf(session) });
    answer.code = code;
    answer.title = fillIn(definition.title[language], parameters);
    answer.next = fillIn(definition.next[language], parameters);
  }
  // Who is not on the roster is nobody the teacher need know by name.
  if (residentId !== null) {
    answer.residentId = residentId;
    answer.name = names.get(residentId) ?? '';
  }
  return answer;
}
