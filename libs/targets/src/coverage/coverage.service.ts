import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dayOf } from '#contracts';
import { type Caller, Clock, cutPage, type Page, readCursor, Transactions } from '#core';
import { type CountingRule, CountingRules } from '#participation';
import {
  denominatorYear,
  type CoverageRow,
  lockCoverage,
  pageOfCoverage,
  readCoverageCells,
  readHeldSessions,
  regionsOfSessions,
  writeCoverage,
} from './coverage.queries.js';
import {
  classHours,
  type CoverageRule,
  coverageState,
  effortOf,
  isLapsing,
  lacks,
  lapsesOn,
  minutesOf,
  peopleNeeded,
  trailingFrom,
} from './coverage.rules.js';
import type { CoverageQuery, NextCoverageQuery, RegionCoverageView } from './coverage.dto.js';
import { requireDayOfPlan } from '../targets.errors.js';
import { lackInWords, NOT_LISTED, POPULATION_UNKNOWN } from '../targets.words.js';

/** Teaching points, listed and active (counting rule 16). */
@Injectable()
export class CoverageService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly rules: CountingRules,
    private readonly clock: Clock,
  ) {}

  /** The regions in which these sessions are held, and the townships above: whose plates they may change. */
  regionsOf(sessionIds: readonly string[]): Promise<string[]> {
    return regionsOfSessions(this.source.manager, sessionIds);
  }

  /**
   * Computes what the plates of these regions amount to, by the rule in force and the 12 months up to that day, and keeps
   * it. Doing it twice changes nothing.
   *
   * @param regionCodes townships and villages; others are passed over; null computes all
   */
  async recompute(regionCodes: readonly string[] | null, at: Date): Promise<void> {
    await this.transactions.run(async (em) => {
      await lockCoverage(em);
      const day = dayOf(at);
      const rule = await this.rules.inForce(em, day);
      const coverage = coverageRule(rule);
      const span = { from: trailingFrom(day, coverage.trailingMonths), day };
      const cells = await readCoverageCells(em, regionCodes, span, coverage.elderlyAge);
      const judged = cells.map((cell) => {
        const needed = peopleNeeded(cell.level, cell.residentsOfAge, coverage);
        return {
          ...cell,
          peopleNeeded: needed,
          classHours: classHours(cell.minutes, coverage),
          state: coverageState(cell.listed, lacks(cell.level, cell, needed, coverage)),
        };
      });
      const active = judged.filter(({ state }) => state === 'active').map(({ regionCode }) => regionCode);
      const held = await readHeldSessions(em, [...new Set(active)], span, coverage.elderlyAge);
      const results = judged.map((cell) => ({
        ...cell,
        lapsesOn:
          cell.state === 'active'
            ? lapsesOn(cell.level, held.get(cell.regionCode) ?? [], cell.peopleNeeded, coverage)
            : null,
      }));
      await writeCoverage(em, rule.id, at, results);
    });
  }

  /**
   * The regions of the day's denominator with what their plates of a kind amount to at present, and what is missing.
   *
   * @throws TARGETS.DAY_OUTSIDE_PLAN
   */
  async page(caller: Caller, query: CoverageQuery): Promise<Page<RegionCoverageView>> {
    caller.require('targets.read');
    const em = this.source.manager;
    const day = requireDayOfPlan(query.on ?? dayOf(this.clock.now()));
    const [after = null] = readCursor(query.cursor, ['text']) ?? [];
    const [year, rule] = await Promise.all([
      denominatorYear(em, Number(day.slice(0, 4))),
      this.rules.inForce(em, dayOf(this.clock.now())),
    ]);
    const { plateKind, level } = query;
    const found =
      year === null ? [] : await pageOfCoverage(em, { plateKind, level, year, day, after, limit: query.limit + 1 });
    return cutPage(
      found,
      query.limit,
      (row) => [row.region_code],
      (row) => viewOf(row, query, coverageRule(rule), caller, this.today()),
    );
  }

  /**
   * The regions that are not active yet, those first that need the least: where a few sessions more win the most
   * (cheapest next).
   */
  async next(caller: Caller, query: NextCoverageQuery): Promise<Page<RegionCoverageView>> {
    caller.require('targets.read');
    const em = this.source.manager;
    const today = this.today();
    const skip = Number(readCursor(query.cursor, ['number'])?.[0] ?? 0);
    const [year, rule] = await Promise.all([
      denominatorYear(em, Number(today.slice(0, 4))),
      this.rules.inForce(em, today),
    ]);
    const { plateKind, level } = query;
    // A district has some hundred regions; what each lacks is decided by rules, not by SQL.
    const all =
      year === null ? [] : await pageOfCoverage(em, { plateKind, level, year, day: today, after: null, limit: null });
    const dormant = all
      .map((row) => viewOf(row, query, coverageRule(rule), caller, today))
      .filter(({ state }) => state !== 'active')
      .sort(
        (a, b) =>
          Number(b.state === 'listed') - Number(a.state === 'listed') ||
          a.sessionsMissing - b.sessionsMissing ||
          a.peopleMissing - b.peopleMissing ||
          (a.code < b.code ? -1 : 1),
      )
      .map((view, index) => ({ view, index }));
    return cutPage(
      dormant.slice(skip, skip + query.limit + 1),
      query.limit,
      ({ index }) => [index + 1],
      ({ view }) => view,
    );
  }

  private today(): string {
    return dayOf(this.clock.now());
  }
}

const coverageRule = ({ parameters }: CountingRule): CoverageRule => ({
  ...parameters.coverage,
  classHourMinutes: parameters.classHourMinutes,
});

function viewOf(
  row: CoverageRow,
  { plateKind, level }: Pick<CoverageQuery, 'plateKind' | 'level'>,
  rule: CoverageRule,
  { language }: Caller,
  today: string,
): RegionCoverageView {
  const facts = {
    classes: row.classes ?? 0,
    sessions: row.sessions ?? 0,
    days: row.days ?? 0,
    minutes: minutesOf(Number(row.class_hours ?? 0), rule),
    people: row.people ?? 0,
    peopleOfTownship: row.people_of_township ?? 0,
  };
  const needed = row.people_needed ?? peopleNeeded(level, row.aged_60_plus, rule);
  const state = row.state ?? 'unlisted';
  const short = state === 'active' ? [] : lacks(level, facts, needed, rule);
  const effort = effortOf(short);
  const missing = short.map(lackInWords);
  if (state === 'unlisted') missing.unshift(NOT_LISTED);
  if (level === 'village' && row.aged_60_plus === null && facts.people < needed) missing.push(POPULATION_UNKNOWN);
  return {
    plateKind,
    code: row.region_code,
    name: row.name,
    shortName: row.short_name,
    nameEn: row.name_en,
    parentCode: row.parent_code,
    state,
    classes: facts.classes,
    sessions: facts.sessions,
    days: facts.days,
    classHours: Number(Number(row.class_hours ?? 0).toFixed(2)),
    people: facts.people,
    peopleOfTownship: facts.peopleOfTownship,
    peopleNeeded: needed,
    residentsOfAge: row.aged_60_plus,
    lapsesOn: row.lapses_on,
    lapsing: isLapsing(row.lapses_on, today),
    sessionsMissing: effort.sessions,
    peopleMissing: effort.people,
    missing: missing.map((sentence) => sentence[language]),
    computedAt: row.computed_at?.toISOString() ?? null,
  };
}
