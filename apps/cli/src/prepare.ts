import { type Settings, tellParent } from '#core';
import { DemoMark, DemoMarkModule } from '#demo';
import { explain, outcomeInWords } from './demo.js';
import { loadReference } from './load.js';
import { migrateDatabase } from './migrate.js';
import { withServices } from './operator.module.js';

/**
 * Makes the database ready for api and worker. With the demo to follow its mark is written, too, so that nobody writes
 * before it is loaded; where it is not wanted, what a loading that was cut off has left is taken away.
 *
 * Whoever started this process is told whether the demo is to be loaded, else what there is to say of it.
 *
 * @returns whether the demo is to be loaded now
 * @throws DatabaseUnfit, InputRefused
 */
export async function prepare(settings: Settings, { beforeDemo }: { beforeDemo: boolean }): Promise<boolean> {
  await migrateDatabase(settings);
  const found = await withServices(
    settings,
    async (services) => {
      const mark = services.get(DemoMark);
      const beginning = beforeDemo ? await mark.begin() : null;
      if (beginning === null && (await mark.clearAway())) console.log('Took away a demo that was loaded in part.');
      await loadReference(services);
      return beginning;
    },
    [DemoMarkModule],
  ).catch(explain);
  const words = found === null || found === 'begun' ? null : outcomeInWords({ kind: found });
  tellParent({ type: 'prepared', loadDemo: found === 'begun', words });
  return found === 'begun';
}
