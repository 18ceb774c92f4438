import { setTimeout as pause } from 'node:timers/promises';
import { printTable } from './figures.mjs';
import { shareTwoCores, sql, startWorker } from './processes.mjs';
import { Contest } from './rush.mjs';

const CONNECTIONS = 64;
const POOL = 16;
const RESIDENTS_A_ROUND = 20_000;
const QUIET_MS = 2_000;

/**
 * `npm run bench -- memory`: megabytes that api and worker hold after so many enrollments, beside the bare baseline
 * after as many; and whether they grow from round to round.
 */
export async function benchMemory(options) {
  const requests = Number(options.requests ?? 200_000);
  const residents = Math.min(RESIDENTS_A_ROUND, requests / 2);
  shareTwoCores();
  const contest = await Contest.open();
  const worker = await startWorker(contest.oursUrl);
  try {
    await contest.setPool(POOL);
    const rounds = [];
    for (let sent = 0; sent < requests; sent += residents * 2) {
      await contest.round('ours', '20x30', CONNECTIONS, residents);
      await contest.round('baseline', '20x30', CONNECTIONS, residents);
      await workerIsDone(contest.oursUrl);
      rounds.push({
        requests: sent + residents * 2,
        'api MB': contest.api.residentMegabytes.toFixed(0),
        'worker MB': worker.residentMegabytes.toFixed(0),
        'baseline MB': contest.base.residentMegabytes.toFixed(0),
      });
    }
    printTable(rounds);
    const last = rounds.at(-1);
    for (const shape of ['api', 'worker']) {
      const [ours, baseline] = [Number(last[`${shape} MB`]), Number(last['baseline MB'])];
      console.log(
        JSON.stringify({
          bench: 'memory',
          shape,
          ratio: Number((ours / baseline).toFixed(2)),
          ours,
          baseline,
          first: Number(rounds[0][`${shape} MB`]),
          requests: last.requests,
          unit: 'MB',
        }),
      );
    }
  } finally {
    await worker.stop();
    await contest.close();
  }
}

/** Waits until the outbox is empty and every audit entry is sealed, and then until the processes are at rest. */
async function workerIsDone(url) {
  for (;;) {
    const [{ left }] = await sql(
      url,
      `select (select count(*) from outbox)
            + (select count(*) from audit_entries e left join chain_positions p on p.chain = 'audit'
                where p.chain is null or (e.tx, e.id) > (p.after_tx, p.after_id)) as left`,
    );
    if (Number(left) === 0) break;
    await pause(200);
  }
  await pause(QUIET_MS);
}
