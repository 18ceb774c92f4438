import {
  DEGREE_LEVELS,
  type DegreeLevel,
  ORGANISATION_KINDS,
  type OrganisationKind,
  PROGRAMME_KINDS,
  type ProgrammeKind,
  type RuleState,
} from '#contracts';

/** What a mapped figure may hold of one resident: one a class, one a course and calendar year, or one a calendar year. */
export const UNIQUENESS = ['class', 'course_year', 'year'] as const;
export type Uniqueness = (typeof UNIQUENESS)[number];
/** Why two claims exclude each other; beside that the same training or certificate (rule 9), a degree's level (rule 7). */
export type KeyKind = Uniqueness | 'record' | 'level';

/** One line of counting rule 6: classes of this kind feed this figure. */
export interface MappingLine {
  programmeKind: ProgrammeKind;
  /** Code of an indicator or measure. */
  measure: string;
  /** Counting rule 5. */
  unique: Uniqueness;
  /** Only classes of at least so many class hours (counting rule 5). */
  minClassHours?: number;
  /** Only classes of organisations of these kinds; any where it is left out. */
  organisationKinds?: OrganisationKind[];
}

/** Counting rule 7: what of a degree counts, and when. */
export interface DegreeParameters {
  /** Code of the indicator. */
  measure: string;
  /** The years in which a level counts once. */
  from: number;
  to: number;
  /** By what each level counts; a level that is not named does not. */
  countedBy: Partial<Record<DegreeLevel, 'graduation' | 'registration'>>;
  /** Months from the registration within which leaving takes it back. */
  firstTermMonths: number;
}

/** Counting rule 16: when a teaching point is active, and which number is judged in which year. */
export interface CoverageParameters {
  /** Years of age on the day of the session. */
  elderlyAge: number;
  trailingMonths: number;
  /** On so many different days of those months somebody comes regularly (经常性参与). */
  regularDays: number;
  /** By calendar year; a year that is not named is judged like the last one named. */
  judgedBy: Record<string, 'listed' | 'active'>;
  township: { classes: number; classHours: number; people: number };
  village: {
    classes: number;
    /** Sessions or class hours: one of the two must be reached. */
    sessions: number;
    classHours: number;
    days: number;
    /** min(people, peoplePercent of the village's elderly residents), never below peopleAtLeast. */
    people: number;
    peoplePercent: number;
    peopleAtLeast: number;
    /** Percent of the people who must live in the village's township. */
    ofTownshipPercent: number;
  };
}

/** Everything in the counting rules that is a number or a list, as a version of them says it. */
export interface CountingParameters {
  /** Percent of the minutes that must be attended (rule 2). */
  thresholdPercent: Record<ProgrammeKind, number>;
  /** Kinds in which being there counts the whole session (rule 2). */
  wholeSessionKinds: ProgrammeKind[];
  /** Minutes after the start up to which a check-in counts from the start (rule 2). */
  lateMinutes: number;
  /** Percent of the approved minutes that must be held, or the class counts nothing (rule 2). */
  heldPercent: number;
  /** Days after its last session from which a class is finished even if nobody said so (rule 3). */
  confirmAfterDays: number;
  /** Minutes of a class hour (课时). */
  classHourMinutes: number;
  /** Kinds that feed targets, in which only residents of verified identity count (rule 8). */
  verifiedIdentityKinds: ProgrammeKind[];
  /** Rule 6 with the uniqueness of rule 5. */
  mapping: MappingLine[];
  /** Rule 7; degrees count nothing by a version without it. */
  degree?: DegreeParameters;
  /** Rule 16. */
  coverage: CoverageParameters;
}

/** A version of the counting rules. */
export interface CountingRule {
  id: string;
  version: number;
  state: RuleState;
  /** YYYY-MM-DD */
  effectiveFrom: string;
  /** The first day that it counts no longer. */
  repealedFrom?: string | null;
  /** Whether it has a document number; what an unsigned version counted is stamped 试行口径. */
  signed?: boolean;
  parameters: CountingParameters;
}

/** Thrown when parameters cannot be counted by; `message` names every place that is wrong. */
export class UnusableParameters extends Error {
  override name = 'UnusableParameters';

  constructor(readonly wrong: readonly string[]) {
    super(`Counting rules cannot be used: ${wrong.join('; ')}.`);
  }
}

type Json = Record<string, unknown>;

/**
 * Reads the parameters of a version as they are stored.
 *
 * @throws UnusableParameters
 */
export function readParameters(stored: unknown): CountingParameters {
  const wrong: string[] = [];
  const section = (holder: unknown, path: string): Json => {
    if (typeof holder === 'object' && holder !== null && !Array.isArray(holder)) return holder as Json;
    wrong.push(`${path} must be an object`);
    return {};
  };
  const whole = (holder: Json, path: string, name: string, min: number, max: number) => {
    const value = holder[name];
    if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) {
      wrong.push(`${path}${name} must be a whole number from ${min} to ${max}`);
    }
  };
  const words = (value: unknown, path: string, known: readonly string[]) => {
    if (!Array.isArray(value) || value.some((word) => !known.includes(word as string))) {
      wrong.push(`${path} must be a list of ${known.join(', ')}`);
    }
  };

  const all = section(stored, 'parameters');
  const thresholds = section(all.thresholdPercent, 'thresholdPercent');
  for (const kind of PROGRAMME_KINDS) whole(thresholds, 'thresholdPercent.', kind, 1, 100);
  words(all.wholeSessionKinds, 'wholeSessionKinds', PROGRAMME_KINDS);
  words(all.verifiedIdentityKinds, 'verifiedIdentityKinds', PROGRAMME_KINDS);
  whole(all, '', 'lateMinutes', 0, 240);
  whole(all, '', 'heldPercent', 0, 100);
  whole(all, '', 'confirmAfterDays', 0, 366);
  whole(all, '', 'classHourMinutes', 1, 240);

  if (!Array.isArray(all.mapping)) wrong.push('mapping must be a list');
  else {
    const fed = all.mapping.map((item: unknown) => {
      const { programmeKind, measure } = (item ?? {}) as Partial<MappingLine>;
      return `${programmeKind} ${measure}`;
    });
    if (new Set(fed).size < fed.length) wrong.push('mapping must name each kind and figure once');
    for (const [index, item] of all.mapping.entries()) {
      const path = `mapping.${index}`;
      const line = section(item, path);
      words([line.programmeKind], `${path}.programmeKind`, PROGRAMME_KINDS);
      words([line.unique], `${path}.unique`, UNIQUENESS);
      if (typeof line.measure !== 'string' || line.measure === '') wrong.push(`${path}.measure must be a code`);
      if (line.minClassHours !== undefined) whole(line, `${path}.`, 'minClassHours', 1, 1000);
      if (line.organisationKinds !== undefined) {
        words(line.organisationKinds, `${path}.organisationKinds`, ORGANISATION_KINDS);
      }
    }
  }

  if (all.degree !== undefined) {
    const degree = section(all.degree, 'degree');
    if (typeof degree.measure !== 'string' || degree.measure === '') wrong.push('degree.measure must be a code');
    whole(degree, 'degree.', 'from', 2000, 2100);
    whole(degree, 'degree.', 'to', 2000, 2100);
    whole(degree, 'degree.', 'firstTermMonths', 0, 24);
    for (const [level, by] of Object.entries(section(degree.countedBy, 'degree.countedBy'))) {
      words([level], `degree.countedBy.${level}`, DEGREE_LEVELS);
      words([by], `degree.countedBy.${level}`, ['graduation', 'registration']);
    }
  }

  const coverage = section(all.coverage, 'coverage');
  whole(coverage, 'coverage.', 'elderlyAge', 40, 120);
  whole(coverage, 'coverage.', 'trailingMonths', 1, 60);
  whole(coverage, 'coverage.', 'regularDays', 1, 366);
  for (const [year, number] of Object.entries(section(coverage.judgedBy, 'coverage.judgedBy'))) {
    if (!/^\d{4}$/.test(year)) wrong.push(`coverage.judgedBy.${year} must be named by a year`);
    words([number], `coverage.judgedBy.${year}`, ['listed', 'active']);
  }
  const township = section(coverage.township, 'coverage.township');
  for (const name of ['classes', 'classHours', 'people']) whole(township, 'coverage.township.', name, 0, 10_000);
  const village = section(coverage.village, 'coverage.village');
  for (const name of ['classes', 'sessions', 'classHours', 'days', 'people', 'peopleAtLeast']) {
    whole(village, 'coverage.village.', name, 0, 10_000);
  }
  for (const name of ['peoplePercent', 'ofTownshipPercent']) whole(village, 'coverage.village.', name, 0, 100);

  if (wrong.length > 0) throw new UnusableParameters(wrong);
  return stored as CountingParameters;
}

/**
 * The version that counts what began on a day: of those in force by then the last. Drafts never count; nothing applies
 * backwards, so a class is counted to its end by the version under which it began. What began before the first version
 * is counted by that one. A repealed version counts to their end the classes that began before its repeal.
 *
 * @param rules in any order, at least one that is not a draft
 * @param day YYYY-MM-DD
 */
export function ruleInForce(rules: readonly CountingRule[], day: string): CountingRule | undefined {
  const byAge = rules
    .filter((rule) => rule.state !== 'draft')
    .toSorted((a, b) =>
      a.effectiveFrom === b.effectiveFrom ? a.version - b.version : a.effectiveFrom < b.effectiveFrom ? -1 : 1,
    );
  const inForce = ({ effectiveFrom, repealedFrom }: CountingRule) =>
    effectiveFrom <= day && (!repealedFrom || day < repealedFrom);
  return byAge.findLast(inForce) ?? byAge[0];
}
