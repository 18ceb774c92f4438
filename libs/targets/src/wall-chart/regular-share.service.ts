import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { dayOf, DISTRICT_ZONE } from '#contracts';
import { rows } from '#core';
import { CountingRules } from '#participation';

/**
 * 经常性参与教育活动的老年人比例: of the residents of 60 and over whom the villages reported, those who came on several
 * different days of the trailing months, to classes of any kind. How many days is in the counting rules. It reads a year
 * of attendances, so it is worked out at night and kept, a row a year: that of a past year stays as the year ended.
 */
@Injectable()
export class RegularShareService {
  constructor(
    private readonly source: DataSource,
    private readonly rules: CountingRules,
  ) {}

  /** Works out the share of the day, and of whom it consists, and keeps both as those of the running year. */
  async recompute(at: Date): Promise<void> {
    const em = this.source.manager;
    const day = dayOf(at);
    const rule = await this.rules.inForce(em, day);
    const { elderlyAge, trailingMonths, regularDays } = rule.parameters.coverage;
    await write(em, { day, trailingMonths, elderlyAge, regularDays, ruleId: rule.id, at });
  }
}

/**
 * People are counted against the villages whose number of elderly residents is known; those who live elsewhere, or
 * nobody knows where, are told apart. Hand-written: one pass over the attendances of the months.
 */
async function write(
  em: EntityManager,
  {
    day,
    trailingMonths,
    elderlyAge,
    regularDays,
    ruleId,
    at,
  }: { day: string; trailingMonths: number; elderlyAge: number; regularDays: number; ruleId: string; at: Date },
): Promise<void> {
  await rows(
    em,
    `with counted as (
       select distinct on (r.code) r.code, e.aged_60_plus
         from regions r join elderly_populations e on e.region_code = r.code and e.counted_on <= $1::date
        where r.level = 'village' and r.valid_from <= $1::date and (r.valid_to is null or r.valid_to > $1::date)
        order by r.code, e.counted_on desc
     ), came as (
       select a.resident_id, (s.starts_at at time zone $5)::date as day
         from class_sessions s join attendances a on a.session_id = s.id and a.status = 'present'
        where s.state = 'held' and s.starts_at < (($1::date + 1)::timestamp at time zone $5)
          and s.starts_at >= (($1::date - make_interval(months => $2) + interval '1 day')::timestamp at time zone $5)
     ), regular as (
       select p.id, p.region_code, count(distinct c.day)::int as days,
              coalesce(p.region_code in (select code from counted), false) as counted
         from came c join residents p on p.id = c.resident_id and p.state <> 'merged'
        where extract(year from c.day) - extract(year from p.birth_date)
              - (to_char(c.day, 'MMDD') < to_char(p.birth_date, 'MMDD'))::int >= $3
        group by p.id having count(distinct c.day) >= $4
     ), gone as (
       delete from regular_residents where year = left($1::text, 4)::int and resident_id not in (select id from regular)
     ), named as (
       insert into regular_residents (year, resident_id, region_code, counted, days)
       select left($1::text, 4)::int, id, region_code, counted, days from regular
       on conflict on constraint pk_regular_residents do update
          set region_code = excluded.region_code, counted = excluded.counted, days = excluded.days
     )
     insert into regular_shares (year, people, others, residents, villages, villages_counted, days, rule_id, computed_at)
     select left($1::text, 4)::int,
            (select count(*) from regular where counted),
            (select count(*) from regular where not counted),
            (select coalesce(sum(aged_60_plus), 0) from counted),
            (select count(*) from regions r where r.level = 'village' and r.valid_from <= $1::date
                and (r.valid_to is null or r.valid_to > $1::date)),
            (select count(*) from counted), $4, $6, $7
     on conflict on constraint pk_regular_shares do update
        set people = excluded.people, others = excluded.others, residents = excluded.residents,
            villages = excluded.villages, villages_counted = excluded.villages_counted, days = excluded.days,
            rule_id = excluded.rule_id, computed_at = excluded.computed_at`,
    [day, trailingMonths, elderlyAge, regularDays, DISTRICT_ZONE, ruleId, at],
  );
}
