import { afterQuietHours, afterWakingTime, ageOn, dayOf, wakingTimeBetween } from '#contracts';
import { CALL_SCRIPTS, type ScriptName } from './call-scripts.js';
import type { TemplateName } from './messages.templates.js';

/** From this age on an open offer is told by phone too, before it runs out. */
const CALLED_FROM_AGE = 60;

/** A cancelled session is called about only if it is so near that somebody would else stand before the door. */
const NEAR_SESSION_MS = 2 * 86_400_000;

/** What must not be missed: where no SMS arrives, somebody calls. */
const MATTERS: ReadonlySet<TemplateName> = new Set([
  'offered',
  'class-stopped',
  'class-stopped-moved',
  'class-stopped-waiting',
  'class-stopped-drawn',
  'class-stopped-behind',
  'class-stopped-undecided',
  'transferred',
  'merged',
  'session-cancelled',
]);

/** Who is to be told. */
export interface Listener {
  /** Whether an SMS can reach them, on their own phone or the family's. */
  hasPhone: boolean;
  /** YYYY-MM-DD. */
  birthDate: string;
}

/** How somebody is told. */
export interface Telling {
  sms: boolean;
  /** When they are to be called at the latest; null: not at all. */
  callBy: Date | null;
}

/** Whether there are words for a call about this; what is answered on the spot needs none. */
export const isCallable = (template: TemplateName): template is TemplateName & ScriptName => template in CALL_SCRIPTS;

/**
 * How somebody is told of something that happened behind their back.
 *
 * Whoever has no phone is called on (or visited) at once. Somebody of 60 or over gets an SMS, and a call when half of
 * the waking time is over in which a seat is kept, since many of them read no SMS. All others get an SMS.
 *
 * @param deadline until when it helps to know; null: always
 */
export function howToTell(template: TemplateName, listener: Listener, now: Date, deadline: Date | null): Telling {
  const moot = deadline !== null && deadline <= now;
  if (!listener.hasPhone)
    return { sms: false, callBy: isCallable(template) && !moot ? callAtOnce(now, deadline) : null };
  const isOld = ageOn(listener.birthDate, dayOf(now)) >= CALLED_FROM_AGE;
  return {
    sms: true,
    callBy: template === 'offered' && isOld && deadline && !moot ? callHalfway(now, deadline) : null,
  };
}

/** By when somebody is called whom the SMS did not reach; null: nobody calls. */
export function callInstead(
  template: TemplateName,
  variables: Readonly<Record<string, unknown>>,
  now: Date,
  deadline: Date | null,
): Date | null {
  if (!MATTERS.has(template) || (deadline !== null && deadline <= now)) return null;
  if (template === 'session-cancelled' && !isNear(new Date(variables.startsAt as string), now)) return null;
  return callAtOnce(now, deadline);
}

const isNear = (startsAt: Date, now: Date) => startsAt > now && startsAt.getTime() - now.getTime() <= NEAR_SESSION_MS;

/** Now; in the quiet hours the next morning, unless it would be too late by then. */
function callAtOnce(now: Date, deadline: Date | null): Date {
  const morning = afterQuietHours(now);
  return deadline === null || morning < deadline ? morning : now;
}

/**
 * When half of the time is over in which people are awake, so that as much of it is left to call. A deadline before
 * which nobody may be called any more is called about by its end.
 */
function callHalfway(now: Date, deadline: Date): Date {
  const half = afterWakingTime(now, wakingTimeBetween(now, deadline) / 2);
  return half < deadline ? half : deadline;
}
