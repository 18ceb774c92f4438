import type { EntryEvidence } from './mapping.rules.js';

/**
 * JSON in the spelling of PostgreSQL's `jsonb`: shorter keys first, and blanks behind commas and colons. Entries of before were
 * kept as such; so all of them are spelled alike, and what an entry should say is compared with what it says to the letter.
 *
 * @param value plain data
 */
export function entryText(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(entryText).join(', ')}]`;
  const fields = Object.entries(value).filter(([, field]) => field !== undefined);
  fields.sort(([a], [b]) => a.length - b.length || (a < b ? -1 : 1));
  return `{${fields.map(([key, field]) => `${JSON.stringify(key)}: ${entryText(field)}`).join(', ')}}`;
}

/** {@link entryText} of evidence, field by field, which is faster by far. */
export function evidenceText({ sessions, record, ...evidence }: EntryEvidence): string {
  const held = sessions.map(
    ({ id, number, day, minutes, held: of }) =>
      `{"id": "${id}", "day": "${day}", "held": ${of}, "number": ${number}, "minutes": ${minutes}}`,
  );
  const { threshold, minutesHeld, minutesFrozen, minutesAttended } = evidence;
  return `{${record ? `"record": ${entryText(record)}, ` : ''}"sessions": [${held.join(', ')}], "threshold": ${threshold}, "minutesHeld": ${minutesHeld}, "minutesFrozen": ${minutesFrozen}, "minutesAttended": ${minutesAttended}}`;
}
