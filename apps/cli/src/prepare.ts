import { type Settings, tellParent } from '#core';
import { DemoMark, DemoMarkModule } from '#demo';
import { StaffService } from '#people';
import { explain, outcomeInWords } from './demo.js';
import { loadReference } from './load.js';
import { migrateDatabase } from './migrate.js';
import { withServices } from './operator.module.js';

/** What is to be done where nobody can sign in yet. */
const NOBODY_YET =
  '还没有平台管理员：请另开一个窗口，在本目录执行下面这条命令。There is no administrator yet; in another window, run\n' +
  '  npm run cli -- create-administrator --username admin --name 管理员';

/**
 * Makes the database ready for api and worker. With the demo to follow its mark is written, too, so that nobody writes
 * before it is loaded; where it is not wanted, what a loading that was cut off has left is taken away.
 *
 * Whoever started this process is told whether the demo is to be loaded, else what there is to say at the end of the start.
 *
 * @returns whether the demo is to be loaded now
 * @throws DatabaseUnfit, InputRefused
 */
export async function prepare(settings: Settings, { beforeDemo }: { beforeDemo: boolean }): Promise<boolean> {
  await migrateDatabase(settings);
  let isLookedAfter = true;
  const found = await withServices(
    settings,
    async (services) => {
      const mark = services.get(DemoMark);
      const beginning = beforeDemo ? await mark.begin() : null;
      if (beginning === null && (await mark.clearAway())) console.log('Took away a demo that was loaded in part.');
      await loadReference(services);
      isLookedAfter = beginning === 'begun' || (await services.get(StaffService).isLookedAfter());
      return beginning;
    },
    [DemoMarkModule],
  ).catch(explain);
  const ofDemo = found === null || found === 'begun' ? null : outcomeInWords({ kind: found });
  const words = [ofDemo, isLookedAfter ? null : NOBODY_YET].filter((said) => said !== null).join('\n') || null;
  tellParent({ type: 'prepared', loadDemo: found === 'begun', words });
  return found === 'begun';
}
