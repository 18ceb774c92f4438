import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { DISTRICT_ZONE, dayOf, type OrganisationKind, type ProgrammeKind } from '#contracts';
import { rows, Transactions } from '#core';
import { type CountingRule, CountingRules } from '#participation';
import { trailingFrom } from '../coverage/coverage.rules.js';
import { type Forecast, type ForecastClass, forecastOf } from './forecast.rules.js';

/** How far back classes are looked at for how they went. */
const PAST_MONTHS = 12;

interface ClassRow extends Omit<ForecastClass, 'counted'> {
  id: string;
  programme_kind: ProgrammeKind;
  organisation_kind: OrganisationKind;
}

/** What the classes already scheduled are expected to add to the counted indicators (预计). */
@Injectable()
export class ForecastService {
  constructor(
    private readonly transactions: Transactions,
    private readonly rules: CountingRules,
  ) {}

  /** Computes the forecast of the running year anew and keeps it, for the wall chart to read. Doing it twice changes nothing. */
  async recompute(at: Date): Promise<void> {
    await this.transactions.run(async (em) => {
      const day = dayOf(at);
      const year = Number(day.slice(0, 4));
      const rule = await this.rules.inForce(em, day);
      const [classes, counted, indicators] = [
        await readClasses(em, trailingFrom(day, PAST_MONTHS), at),
        await readCounted(em, trailingFrom(day, PAST_MONTHS)),
        await rows<{ code: string }>(em, `select code from indicators where measure = 'counted' order by code`),
      ];
      const forecasts = indicators.flatMap(({ code }) => {
        const found = forecast(code, classes, counted, rule, day);
        return found ? [{ code, ...found }] : [];
      });
      await rows(em, `delete from indicator_forecasts where year = $1 and not indicator_code = any($2)`, [
        year,
        forecasts.map(({ code }) => code),
      ]);
      await write(em, year, at, forecasts);
    });
  }
}

/** A figure may be fed by several lines of the mapping (rule 6), each with classes and a threshold of its own. */
function forecast(
  measure: string,
  classes: readonly ClassRow[],
  counted: ReadonlyMap<string, number>,
  { parameters }: CountingRule,
  today: string,
): Forecast | null {
  const parts = parameters.mapping
    .filter((line) => line.measure === measure)
    .flatMap((line) => {
      const least = (line.minClassHours ?? 0) * parameters.classHourMinutes;
      const feeding = classes
        .filter(
          (one) =>
            one.programme_kind === line.programmeKind &&
            (line.organisationKinds?.includes(one.organisation_kind) ?? true) &&
            one.sessions.reduce((sum, { minutes }) => sum + minutes, 0) >= least,
        )
        .map((one) => ({ ...one, counted: counted.get(`${one.id} ${measure}`) ?? 0 }));
      const part = forecastOf(feeding, today, parameters.thresholdPercent[line.programmeKind]);
      return part ? [part] : [];
    });
  const [first] = parts;
  if (!first) return null;
  return {
    expected: parts.reduce((sum, { expected }) => sum + expected, 0),
    classes: parts.reduce((sum, part) => sum + part.classes, 0),
    past: first.past,
  };
}

/** Classes that run or will, and those that finished since a day, each with its timetable in one statement. */
function readClasses(em: EntityManager, since: string, at: Date): Promise<ClassRow[]> {
  return rows<ClassRow>(
    em,
    `select c.id, c.programme_kind, o.kind as organisation_kind, c.state, a.seats, a.taken,
            c.enrollment_closes_at > $2 as open,
            coalesce((select json_agg(json_build_object('day', (s.starts_at at time zone $3)::date,
                             'minutes', floor(extract(epoch from s.ends_at - s.starts_at) / 60)) order by s.starts_at)
                        from class_sessions s where s.class_id = c.id and s.state <> 'cancelled'), '[]') as sessions
       from course_classes c
       join class_availability a on a.class_id = c.id
       join organisations o on o.id = c.organisation_id
      where c.state = 'published' or (c.state = 'finished' and c.finished_at >= ($1::date::timestamp at time zone $3))`,
    [since, at, DISTRICT_ZONE],
  );
}

/** Person-times by class and measure, of the same classes; the ledger is read by class and never as a whole. */
async function readCounted(em: EntityManager, since: string): Promise<Map<string, number>> {
  const found = await rows<{ key: string; counted: number }>(
    em,
    `select e.class_id || ' ' || e.measure as key, sum(e.amount)::int as counted
       from course_classes c join ledger_entries e on e.class_id = c.id
      where c.state = 'published' or (c.state = 'finished' and c.finished_at >= ($1::date::timestamp at time zone $2))
      group by e.class_id, e.measure`,
    [since, DISTRICT_ZONE],
  );
  return new Map(found.map(({ key, counted }) => [key, counted]));
}

async function write(
  em: EntityManager,
  year: number,
  at: Date,
  forecasts: readonly (Forecast & { code: string })[],
): Promise<void> {
  const percent = (part: number) => Math.round(part * 1000) / 10;
  const given = forecasts.map(({ code, expected, classes, past }) => ({
    code,
    expected,
    classes,
    fill: percent(past.fill),
    counted: percent(past.counted),
    past: past.classes,
  }));
  await rows(
    em,
    `insert into indicator_forecasts (indicator_code, year, expected, classes, fill_percent, counted_percent, past_classes,
            computed_at)
     select code, $2, expected, classes, fill, counted, past, $3
       from jsonb_to_recordset($1::jsonb)
         as given(code text, expected int, classes int, fill numeric, counted numeric, past int)
     on conflict on constraint pk_indicator_forecasts do update
        set expected = excluded.expected, classes = excluded.classes, fill_percent = excluded.fill_percent,
            counted_percent = excluded.counted_percent, past_classes = excluded.past_classes,
            computed_at = excluded.computed_at`,
    [JSON.stringify(given), year, at],
  );
}
