import type { DegreeFacts, RecordEvidence, TrainingFacts } from './evidence.js';
import {
  type Claim,
  degreeKeys,
  type EntryEvidence,
  groupsOn,
  type Mapped,
  trainingKeys,
} from '../counting/mapping.rules.js';
import type { CountingRule, DegreeParameters } from '../counting/parameters.rules.js';
import type { Reason } from '../counting/threshold.rules.js';

/**
 * What an imported record asks to be counted as (counting rules 5 to 7 and 9); whether it then counts beside the
 * resident's classes and other records is for `allocate` to say.
 *
 * A department vouches for whom it names: the document's number is what a record is known by, so it counts also while
 * nobody at a counter has seen the card.
 *
 * @param all records of the resident: one may say that another was left
 */
export function mapRecord(record: RecordEvidence, all: readonly RecordEvidence[], rule: CountingRule): Mapped {
  const { facts } = record;
  return facts.kind === 'training' ? mapTraining(record, facts, rule) : mapDegree(record, facts, all, rule);
}

/** The day by which the version of the rules is chosen; null where nothing of a degree has come about yet. */
export const recordBeganOn = ({ facts }: RecordEvidence): string | null =>
  facts.kind === 'training' ? facts.startsOn : (facts.registeredOn ?? facts.graduatedOn);

/** Like a class of skills of the organisation that held it; it counts on the day on which it ended. */
function mapTraining(record: RecordEvidence, facts: TrainingFacts, rule: CountingRule): Mapped {
  const { mapping, classHourMinutes } = rule.parameters;
  const lines = mapping.filter(
    (line) => line.programmeKind === 'skills' && (line.organisationKinds?.includes(record.organisationKind) ?? true),
  );
  if (lines.length === 0) return { claims: [], reasons: [{ code: 'NOT_MAPPED' }] };
  const longEnough = lines.filter((line) => facts.classHours >= (line.minClassHours ?? 0));
  const reasons: Reason[] = lines
    .filter((line) => !longEnough.includes(line))
    .slice(0, 1)
    .map((line) => ({
      code: 'CLASS_TOO_SHORT',
      classHours: facts.classHours,
      classHoursNeeded: line.minClassHours ?? 0,
    }));
  const minutes = Math.round(facts.classHours * classHourMinutes);
  const claims = longEnough.map((line) =>
    claimOf(record, rule, {
      measure: line.measure,
      programmeKind: 'skills',
      countedOn: facts.endsOn,
      minutes,
      keys: trainingKeys(line, facts, record.courseCode, facts.endsOn.slice(0, 4)),
    }),
  );
  return { claims, reasons };
}

function mapDegree(
  record: RecordEvidence,
  facts: DegreeFacts,
  all: readonly RecordEvidence[],
  rule: CountingRule,
): Mapped {
  const { degree } = rule.parameters;
  const refused = (reason: Reason): Mapped => ({ claims: [], reasons: [reason] });
  if (!degree) return refused({ code: 'NOT_MAPPED' });
  const by = degree.countedBy[facts.level];
  if (!by) return refused({ code: 'LEVEL_NOT_COUNTED' });
  const day = by === 'graduation' ? facts.graduatedOn : facts.registeredOn;
  if (day === null) return refused({ code: by === 'graduation' ? 'NOT_GRADUATED' : 'NOT_REGISTERED' });
  const { from, to } = degree;
  if (Number(day.slice(0, 4)) < from || Number(day.slice(0, 4)) > to) {
    return refused({ code: 'OUTSIDE_YEARS', day, from, to });
  }
  const leftOn = by === 'registration' ? leftInFirstTerm(day, facts, all, degree) : undefined;
  if (leftOn !== undefined) return refused({ code: 'LEFT_IN_FIRST_TERM', leftOn });
  const claim = claimOf(record, rule, {
    measure: degree.measure,
    programmeKind: 'degree',
    countedOn: day,
    minutes: 0,
    keys: degreeKeys(degree.measure, facts),
  });
  return { claims: [claim], reasons: [] };
}

/** Leaving within the first term takes a registration back (rule 7), whichever record of the level says so. */
function leftInFirstTerm(
  registeredOn: string,
  { level }: DegreeFacts,
  all: readonly RecordEvidence[],
  { firstTermMonths }: DegreeParameters,
): string | undefined {
  const until = addMonths(registeredOn, firstTermMonths);
  return all
    .flatMap(({ facts }) => (facts.kind === 'degree' && facts.level === level && facts.leftOn ? [facts.leftOn] : []))
    .filter((leftOn) => leftOn >= registeredOn && leftOn < until)
    .sort()[0];
}

/** The day so many months later; where that month is too short, its last. */
function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number) as [number, number, number];
  const last = new Date(Date.UTC(year, month + months, 0)).getUTCDate();
  return new Date(Date.UTC(year, month - 1 + months, Math.min(date, last))).toISOString().slice(0, 10);
}

/** What a record counts as is confirmed at once: its department has finished with it. */
function claimOf(
  record: RecordEvidence,
  rule: CountingRule,
  what: Pick<Claim, 'measure' | 'programmeKind' | 'countedOn' | 'keys'> & { minutes: number },
): Claim {
  const { measure, programmeKind, countedOn, keys, minutes } = what;
  const evidence: EntryEvidence = {
    sessions: [],
    minutesAttended: minutes,
    minutesFrozen: minutes,
    minutesHeld: minutes,
    threshold: 100,
    record: record.facts,
  };
  return {
    measure,
    programmeKind,
    countedOn,
    keys,
    enrollmentId: null,
    classId: null,
    recordId: record.recordId,
    residentId: record.residentId,
    status: 'confirmed',
    regionCode: record.regionCode,
    organisationId: record.organisationId,
    courseCode: record.courseCode,
    ruleId: rule.id,
    evidence,
    groups: groupsOn(record.groups, countedOn),
  };
}
