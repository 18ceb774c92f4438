/** PostgreSQL's settings by name, as `postgresql.conf` spells their values. */
export type PostgresSettings = Record<string, string>;

/**
 * For one machine that also runs the program: a district's data fit into memory several times over. Nothing
 * acknowledged may be lost, so every commit waits for the disk.
 *
 * What an administrator sets with ALTER SYSTEM wins over these.
 */
export const SETTINGS_OF_ONE_MACHINE: PostgresSettings = {
  max_connections: '100',
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  maintenance_work_mem: '128MB',
  random_page_cost: '1.1',
  jit: 'off',

  fsync: 'on',
  synchronous_commit: 'on',
  wal_compression: 'on',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',

  timezone: 'UTC',
  log_timezone: 'UTC',
  lc_messages: 'C',

  // A file for each day of the week, overwritten a week later.
  logging_collector: 'on',
  log_destination: 'stderr',
  log_directory: '../log',
  log_filename: 'postgresql-%a.log',
  log_truncate_on_rotation: 'on',
  log_rotation_age: '1d',
  log_rotation_size: '0',
  log_line_prefix: '%m [%p] ',
  log_lock_waits: 'on',
  log_min_duration_statement: '2s',
};

/** The text of a settings file; quotes in values are doubled. */
export function settingsFile(settings: PostgresSettings): string {
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'`);
  return `# Written at each start. To change a setting: ALTER SYSTEM SET name = value; then start again.\n${lines.join('\n')}\n`;
}
