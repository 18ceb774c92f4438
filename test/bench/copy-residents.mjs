import { sql } from './processes.mjs';

/** Columns that name a resident, an enrollment or a mark, by table; all of the copies have names of their own. */
const TABLES = {
  residents: ['id'],
  resident_groups: ['id', 'resident_id'],
  enrollments: ['id', 'resident_id'],
  marks: ['id', 'resident_id', 'enrollment_id'],
  attendances: ['resident_id', 'enrollment_id', 'mark_id'],
  counted_attendances: ['resident_id'],
  completed_courses: ['resident_id'],
  unverified_claims: ['enrollment_id', 'resident_id'],
};

/** Columns that are unique beside the ids. */
const UNIQUE = { document_hash: `case when document_hash is not null then decode(md5(id::text || k), 'hex') end` };

/**
 * Makes every resident stand there so many times, with enrollments, attendances, entries and totals. The ledger is written
 * anew, the copies of an entry behind it and before the next one, so that locked months still end behind what they froze.
 * The chain begins anew.
 *
 * What waits for a decision on locked months names entries and residents, and is known again by a digest of them. So it is
 * not copied: the copies are told to the worker, as people whose evidence changed, and it proposes the same of them.
 */
export async function copyResidents(url, times) {
  const last = times - 1;
  const columns = await sql(
    url,
    `select table_name as table, string_agg(column_name, ',' order by ordinal_position) as names
       from information_schema.columns
      where table_schema = 'huixue' and not (table_name = 'marks' and column_name in ('number', 'tx')) group by 1`,
  );
  const columnsOf = (table) => columns.find((one) => one.table === table).names.split(',');
  const copy = (table, own) => {
    const names = columnsOf(table);
    const values = names.map((name) => (own.includes(name) ? `md5(${name}::text || k)::uuid` : (UNIQUE[name] ?? name)));
    return `insert into ${table} (${names.join(', ')}) select ${values.join(', ')} from ${table}, generate_series(1, ${last}) as k`;
  };
  const entry = columnsOf('ledger_entries').filter((name) => name !== 'tx');
  const copied = entry.map((name) => {
    if (name === 'id' || name === 'reverses') return `${name} * ${times} + k`;
    const own = name === 'resident_id' || name === 'enrollment_id';
    return own ? `case k when 0 then ${name} else md5(${name}::text || k)::uuid end` : name;
  });
  await sql(
    url,
    `set session_replication_role = replica; set synchronous_commit = off`,
    ...Object.entries(TABLES).map(([table, own]) => copy(table, own)),
    'create table bench_entries as select * from ledger_entries',
    'truncate ledger_entries cascade',
    `insert into ledger_entries (${entry.join(', ')}) overriding system value
     select ${copied.join(', ')} from bench_entries, generate_series(0, ${last}) as k order by 1`,
    `select setval(pg_get_serial_sequence('ledger_entries', 'id'), (select max(id) from ledger_entries))`,
    'drop table bench_entries',
    `update ledger_totals set total = total * ${times}`,
    `update ledger_group_totals set total = total * ${times}`,
    `update period_figures set total = total * ${times}`,
    `update periods set last_entry_id = last_entry_id * ${times} + ${last} where last_entry_id is not null`,
    `delete from chain_blocks where chain in ('ledger', 'marks')`,
    `delete from chain_positions where chain in ('ledger', 'marks')`,
    `insert into outbox (topic, ids, at)
     select 'evidence.changed', array_agg(md5(resident_id::text || k)::uuid), now()
       from (select distinct resident_id from adjustments where state in ('proposed', 'asked', 'declined')) a,
            generate_series(1, ${last}) as k
      group by k`,
    `vacuum (analyze) ${Object.keys(TABLES).join(', ')}, ledger_entries, ledger_totals`,
    'checkpoint',
  );
}
