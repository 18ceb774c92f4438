import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * The sums of the ledger by group of residents, beside those by place and school: a resident may belong to several groups or to
 * none, so they cannot be a column there. The indexes find what such a sum is made of.
 */
export class TotalLedgerByGroup1767226008001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table ledger_group_totals (
        measure text not null,
        month text not null,
        status text not null,
        resident_group text not null,
        source text not null,
        total int not null,
        constraint pk_ledger_group_totals primary key (measure, month, status, resident_group, source)
      ) with (fillfactor = 70);
      insert into ledger_group_totals (measure, month, status, resident_group, source, total)
      select e.measure, to_char(e.counted_on, 'YYYY-MM'), e.status, g.tag ->> 'kind', g.tag ->> 'source', sum(e.amount)
        from ledger_entries e cross join lateral jsonb_array_elements(e.groups) as g (tag)
       where e.groups <> '[]'
       group by 1, 2, 3, 4, 5 having sum(e.amount) <> 0;
      create index ix_ledger_entries_groups on ledger_entries using gin (groups jsonb_path_ops) where groups <> '[]';
      create index ix_counted_attendances_month on counted_attendances (month, resident_id, class_id, region_code);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(
      `drop index ix_counted_attendances_month; drop index ix_ledger_entries_groups; drop table ledger_group_totals`,
    );
  }
}
