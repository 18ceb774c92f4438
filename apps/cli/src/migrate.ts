import { migrate, type Settings } from '#core';

/** Brings the database to this program's version and says what was done. @throws DatabaseUnfit */
export async function migrateDatabase(settings: Settings): Promise<void> {
  const names = await migrate(settings);
  console.log(
    names.length === 0
      ? 'The database is up to date.'
      : `Migrated the database:\n${names.map((name) => `  ${name}`).join('\n')}`,
  );
}
