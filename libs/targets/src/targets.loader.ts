import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { PACKAGE_ROOT, rows, Transactions } from '#core';
import type { EntityManager } from 'typeorm';
import { PLAN_ENDS, PLAN_STARTS } from './wall-chart/wall-chart.rules.js';

/** The plan as it lies in data/indicators.json; numbers, years and wording are the plan's own. */
interface PlanFile {
  source: string;
  indicators: {
    code: string;
    name: string;
    name_en: string;
    unit: string;
    measure: string;
    basis: string;
    targets: Record<string, number>;
    section: string;
    owner: string;
    with: string[];
    inferred: string[];
    qualifier?: string;
    display?: string;
    plate?: string;
    region_level?: string;
    least_level?: string;
  }[];
  measures: { code: string; name: string; name_en: string; unit: string; note?: string }[];
}

const PLAN_FILE = join(PACKAGE_ROOT, 'libs', 'targets', 'data', 'indicators.json');

/** Where the first lists of townships and villages come from, until the bureau signs them. */
const DENOMINATOR_SOURCE = '国家统计局统计用区划代码（2023 年），乡镇与街道同列；待区教育局签发';

/** Loads the plan's indicators, their yearly targets, the measures beside them and the denominators of coverage. */
@Injectable()
export class TargetsLoader {
  constructor(private readonly transactions: Transactions) {}

  /**
   * Brings the tables to what the plan says; running it again changes nothing. Regions must stand already. A year's
   * denominators are left alone once they are signed.
   *
   * @returns how many indicators, targets, measures and denominators were added or changed
   */
  async load(): Promise<number> {
    const plan = JSON.parse(readFileSync(PLAN_FILE, 'utf8')) as PlanFile;
    return this.transactions.run(
      async (em) => (await loadIndicators(em, plan)) + (await loadMeasures(em, plan)) + (await loadDenominators(em)),
    );
  }
}

async function loadIndicators(em: EntityManager, { indicators }: PlanFile): Promise<number> {
  const given = JSON.stringify(indicators.map((indicator, index) => ({ ...indicator, position: index + 1 })));
  // An upsert, so that a corrected plan file corrects the table; unchanged rows are not written.
  const changedIndicators = await rows(
    em,
    `insert into indicators as present (code, position, name, name_en, unit, measure, basis, section, owner, partners,
            inferred, qualifier, display, plate_kind, region_level, least_level)
     select code, position, name, name_en, unit, measure, basis, section, owner, "with", inferred, qualifier,
            coalesce(display, 'number'), plate, region_level, least_level
       from jsonb_to_recordset($1::jsonb) as given(code text, position int, name text, name_en text, unit text,
            measure text, basis text, section text, owner text, "with" text[], inferred text[], qualifier text,
            display text, plate text, region_level text, least_level text)
     on conflict on constraint pk_indicators do update
        set position = excluded.position, name = excluded.name, name_en = excluded.name_en, unit = excluded.unit,
            measure = excluded.measure, basis = excluded.basis, section = excluded.section, owner = excluded.owner,
            partners = excluded.partners, inferred = excluded.inferred, qualifier = excluded.qualifier,
            display = excluded.display, plate_kind = excluded.plate_kind, region_level = excluded.region_level,
            least_level = excluded.least_level
      where present is distinct from excluded returning code`,
    [given],
  );
  const targets = indicators.flatMap(({ code, targets }) =>
    Object.entries(targets).map(([year, value]) => ({ code, year: Number(year), value: String(value) })),
  );
  const changedTargets = await rows(
    em,
    `insert into indicator_targets as present (indicator_code, year, value)
     select * from unnest($1::text[], $2::int[], $3::numeric[])
     on conflict on constraint pk_indicator_targets do update set value = excluded.value
      where present.value <> excluded.value returning indicator_code`,
    [targets.map(({ code }) => code), targets.map(({ year }) => year), targets.map(({ value }) => value)],
  );
  return changedIndicators.length + changedTargets.length;
}

async function loadMeasures(em: EntityManager, { measures }: PlanFile): Promise<number> {
  const given = JSON.stringify(measures.map((measure, index) => ({ ...measure, position: index + 1 })));
  const changed = await rows(
    em,
    `insert into measures as present (code, position, name, name_en, unit, note)
     select code, position, name, name_en, unit, note
       from jsonb_to_recordset($1::jsonb) as given(code text, position int, name text, name_en text, unit text, note text)
     on conflict on constraint pk_measures do update
        set position = excluded.position, name = excluded.name, name_en = excluded.name_en, unit = excluded.unit,
            note = excluded.note
      where present is distinct from excluded returning code`,
    [given],
  );
  return changed.length;
}

async function loadDenominators(em: EntityManager): Promise<number> {
  // Every township and village that stands when the year begins; a signed list says itself who is in.
  const years = [PLAN_STARTS, PLAN_ENDS];
  const stands = `r.level in ('township', 'village') and r.valid_from <= make_date(y.year, 1, 1)
                  and (r.valid_to is null or r.valid_to > make_date(y.year, 1, 1))`;
  // Of a village that was split or merged since, a later year's list does not hold what it was.
  const gone = await rows(
    em,
    `delete from coverage_denominators d using generate_series($1::int, $2::int) as y (year)
      where d.year = y.year and d.state = 'trial'
        and not exists (select from regions r where r.code = d.region_code and ${stands}) returning d.year`,
    years,
  );
  const added = await rows(
    em,
    `insert into coverage_denominators (year, region_code, state, source, dated)
     select y.year, r.code, 'trial', $3, make_date(y.year - 1, 12, 31)
       from generate_series($1::int, $2::int) as y (year)
       join regions r on ${stands}
      where not exists (select from coverage_denominators d where d.year = y.year and d.state = 'published')
     on conflict on constraint pk_coverage_denominators do nothing returning year`,
    [...years, DENOMINATOR_SOURCE],
  );
  return gone.length + added.length;
}
