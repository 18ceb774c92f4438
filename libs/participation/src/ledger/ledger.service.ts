import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { holds } from '#contracts';
import { type Caller, type Chain, Clock, cutPage, type Page, readCursor } from '#core';
import { ResidentsService } from '#people';
import { PlacesService } from '#places';
import { countResident, type Outcome } from '../counting/allocation.rules.js';
import { CountingRules, stampOf } from '../counting/counting-rules.service.js';
import type { LiveEntry } from '../counting/difference.rules.js';
import {
  type EntryRow,
  readEnrollment,
  readEntries,
  readEntry,
  readEntrySessions,
  readSeal,
  readSitIns,
  readUnverified,
} from './ledger.queries.js';
import type {
  EntrySessionView,
  LedgerEntryDetailView,
  LedgerEntryView,
  LedgerQuery,
  ParticipationView,
  UnverifiedQuery,
  UnverifiedView,
} from '../participation.dto.js';
import { readCutOver } from '../opening-figures/opening-figures.queries.js';
import { ParticipationErrors } from '../participation.errors.js';
import { provenanceOf, readProvenance } from '../evidence/provenance.queries.js';
import { readRecords } from '../evidence/records.queries.js';
import { readEvidence } from '../evidence/evidence.queries.js';
import { readLiveEntries } from './recount.queries.js';
import { countedInWords, maskName, reasonInWords, satInWords } from '../counting/words.rules.js';

/** The ledger's chain of sealed blocks; the first ones, of before evidence was kept as a text, are sealed as JSON. */
export const LEDGER_CHAIN: Chain = {
  name: 'ledger',
  table: 'ledger_entries',
  momentColumn: 'posted_at',
  nullableColumns: ['class_id', 'enrollment_id', 'reverses'],
  forms: [
    'json',
    [
      'id',
      'resident_id',
      'class_id',
      'enrollment_id',
      'record_id',
      'measure',
      'amount',
      'status',
      'counted_on',
      'period',
      'region_code',
      'organisation_id',
      'programme_kind',
      'course_code',
      'rule_id',
      'evidence',
      'reverses',
      'cause',
      'posted_at',
      'groups',
      'adjustment_id',
    ],
  ],
};

/** Reads the ledger: what was counted, by which evidence and rule, and why something is not. */
@Injectable()
export class LedgerService {
  constructor(
    private readonly source: DataSource,
    private readonly rules: CountingRules,
    private readonly residents: ResidentsService,
    private readonly places: PlacesService,
    private readonly clock: Clock,
  ) {}

  /** Entries of the caller's organisations, or of all for the bureau; the newest first. */
  async list(caller: Caller, query: LedgerQuery): Promise<Page<LedgerEntryView>> {
    caller.require('ledger.read', query.organisationId);
    const { regionCode, within, organisationId, limit, ...rest } = query;
    const own = caller.organisationsWith('ledger.read');
    const alone = regionCode !== undefined && within === false;
    const filter = {
      ...rest,
      regionCodes: alone
        ? [regionCode]
        : regionCode === undefined
          ? undefined
          : await this.places.codesWithin(regionCode),
      organisationIds: organisationId === undefined ? (own ?? undefined) : [organisationId],
    };
    const after = readCursor(query.cursor, ['day', 'bigint']);
    const found = await readEntries(this.source, filter, after, limit + 1);
    return cutPage(
      found,
      limit,
      (entry) => [entry.counted_on, entry.id],
      (entry) => viewOf(entry, caller),
    );
  }

  /** What would count of the caller's organisations, or of all, if somebody verified who the residents are. */
  async unverified(caller: Caller, { year, organisationId }: UnverifiedQuery): Promise<UnverifiedView> {
    caller.require('ledger.read', organisationId);
    const own = caller.organisationsWith('ledger.read');
    const organisationIds = organisationId === undefined ? (own ?? undefined) : [organisationId];
    const [all, ...measures] = await readUnverified(this.source, { year, organisationIds });
    return {
      people: all!.people,
      personTimes: all!.person_times,
      measures: measures.map(({ measure, people, person_times }) => ({
        measure: measure!,
        people,
        personTimes: person_times,
      })),
    };
  }

  /**
   * One entry, the sessions behind it, the version of the rules that counted it, and the block that seals it.
   *
   * @throws PARTICIPATION.ENTRY_UNKNOWN, also for an entry of another organisation
   */
  async get(caller: Caller, id: string): Promise<LedgerEntryDetailView> {
    const entry = /^\d{1,18}$/.test(id) ? await readEntry(this.source, id) : undefined;
    if (!entry || !caller.can('ledger.read', entry.organisation_id)) throw ParticipationErrors.ENTRY_UNKNOWN();
    const { evidence } = entry;
    const [record, sessions, seal] = await Promise.all([
      entry.record_id === null ? undefined : readProvenance(this.source, entry.record_id),
      readEntrySessions(
        this.source,
        evidence.sessions.map((session) => session.id),
        entry.resident_id,
      ),
      readSeal(this.source, LEDGER_CHAIN.name, entry.id),
    ]);
    return {
      ...viewOf(entry, caller),
      minutesAttended: evidence.minutesAttended,
      minutesFrozen: evidence.minutesFrozen,
      minutesHeld: evidence.minutesHeld,
      threshold: evidence.threshold,
      sessions: sessions.map((session): EntrySessionView => {
        const counted = evidence.sessions.find(({ id: sessionId }) => sessionId === session.id)!;
        return {
          id: session.id,
          number: counted.number,
          startsAt: session.starts_at.toISOString(),
          endsAt: session.ends_at.toISOString(),
          minutesHeld: counted.held,
          minutesAttended: counted.minutes,
          attendance: session.status,
          markKind: session.mark_kind,
          arrivedAt: session.arrived_at?.toISOString() ?? null,
          leftAt: session.left_at?.toISOString() ?? null,
        };
      }),
      record: record ? provenanceOf(record) : null,
      seal: seal ? { block: Number(seal.number), hash: seal.hash, sealedAt: seal.sealed_at.toISOString() } : null,
    };
  }

  /**
   * Why an enrollment counts, does not count, or does not count yet (counting rule 11), worked out from the evidence
   * of this moment. For the resident's own account, the staff of the organisation, and the bureau.
   *
   * @throws PARTICIPATION.ENROLLMENT_UNKNOWN, also for somebody else's
   */
  async explain(caller: Caller, enrollmentId: string): Promise<ParticipationView> {
    const em = this.source.manager;
    const enrollment = await readEnrollment(em, enrollmentId);
    if (!enrollment) throw ParticipationErrors.ENROLLMENT_UNKNOWN();
    if (caller.actor.kind === 'account') await this.residents.requireActsFor(em, caller, enrollment.resident_id);
    else if (!caller.can('participation.read', enrollment.organisation_id)) {
      throw ParticipationErrors.ENROLLMENT_UNKNOWN();
    }
    const rules = await this.rules.all(em);
    const [evidence, records, live, cutOver] = await Promise.all([
      readEvidence(em, [enrollment.resident_id]),
      readRecords(em, [enrollment.resident_id]),
      readLiveEntries(em, [enrollment.resident_id]),
      readCutOver(em),
    ]);
    const outcome = countResident(evidence, records, rules, this.clock.now(), cutOver).outcomes.find(
      (item) => item.evidence.enrollmentId === enrollmentId,
    )!;
    const satIn = await readSitIns(em, enrollmentId);
    return explanationOf(outcome, live, satIn, caller);
  }
}

function viewOf(entry: EntryRow, caller: Caller): LedgerEntryView {
  // The bureau holds ledger.read for the whole district; only those who hold it for this school know its people.
  const ofTheSchool = caller.grants.some(
    (grant) => grant.organisationId === entry.organisation_id && holds([grant], 'ledger.read', entry.organisation_id),
  );
  return {
    id: entry.id,
    measure: entry.measure,
    amount: entry.amount,
    status: entry.status,
    countedOn: entry.counted_on,
    period: entry.period,
    residentId: entry.resident_id,
    residentName: ofTheSchool ? entry.resident_name : maskName(entry.resident_name),
    enrollmentId: entry.enrollment_id,
    classId: entry.class_id,
    recordId: entry.record_id,
    className: entry.class_name,
    classNameEn: entry.class_name_en,
    courseCode: entry.course_code,
    programmeKind: entry.programme_kind,
    organisationId: entry.organisation_id,
    organisationName: entry.organisation_name,
    organisationNameEn: entry.organisation_name_en,
    regionCode: entry.region_code,
    regionName: entry.region_name,
    cause: entry.cause,
    reverses: entry.reverses,
    reversedBy: entry.reversed_by,
    postedAt: entry.posted_at.toISOString(),
    rule: stampOf(
      { id: entry.rule_id, version: entry.rule_version, state: entry.rule_state, signed: entry.rule_signed },
      caller.language,
    ),
  };
}

function explanationOf(
  outcome: Outcome,
  live: readonly LiveEntry[],
  satIn: readonly number[],
  { language }: Caller,
): ParticipationView {
  const { evidence, decision, granted, reasons, rule } = outcome;
  const kind = granted.length > 0 ? 'counted' : decision.kind === 'counted' ? 'not_counted' : decision.kind;
  const [first] = granted;
  const sentences = first
    ? [
        countedInWords(
          {
            countedOn: first.countedOn,
            status: first.status,
            minutesAttended: first.evidence.minutesAttended,
            minutesOf: first.status === 'confirmed' ? first.evidence.minutesHeld : first.evidence.minutesFrozen,
            threshold: first.evidence.threshold,
          },
          language,
        ),
      ]
    : reasons.map((reason) => reasonInWords(reason, language));
  const satInSaid = satIn.map((number) => ({ code: 'SAT_IN', sentence: satInWords(number, language) }));
  if (granted.length === 0) sentences.push(...satInSaid.map(({ sentence }) => sentence));
  return {
    enrollmentId: evidence.enrollmentId,
    classId: evidence.class.id,
    kind,
    sentence: sentences.join(language === 'zh' ? '' : ' '),
    counted: granted.map(({ measure, status, countedOn }) => ({
      measure,
      status,
      countedOn,
      entryId:
        live.find((entry) => entry.enrollmentId === evidence.enrollmentId && entry.measure === measure)?.id ?? null,
    })),
    reasons: [...reasons.map((reason) => ({ ...reason, sentence: reasonInWords(reason, language) })), ...satInSaid],
    minutesAttended: decision.minutesAttended,
    minutesFrozen: decision.minutesFrozen,
    minutesHeld: decision.minutesHeld,
    minutesApproved: decision.minutesApproved,
    threshold: decision.threshold,
    rule: stampOf(rule, language),
  };
}
