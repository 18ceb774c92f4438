import { readFileSync } from 'node:fs';
import { compared, median, printTable } from './figures.mjs';
import {
  createDatabase,
  prepare,
  processorSeconds,
  shareTwoCores,
  sql,
  startApi,
  startBaseline,
  startDatabaseServer,
  startLoad,
} from './processes.mjs';
import { baseline, checkStored, ours, planRush, SHAPES } from './rush-work.mjs';

/** Pool sizes from which the baseline takes its best. */
const POOLS = [8, 16, 32, 64];
/** Residents in a round that only finds out something: the pool, the length of a round. */
const TRIAL = 5_000;

/** Both sides on one PostgreSQL server, and the process that loads them. */
export class Contest {
  static async open({ profile } = {}) {
    const contest = new Contest();
    contest.server = await startDatabaseServer();
    contest.oursUrl = await createDatabase(contest.server.url, 'ours');
    contest.baselineUrl = await createDatabase(contest.server.url, 'baseline');
    prepare(contest.oursUrl);
    await sql(contest.baselineUrl, readFileSync(new URL('baselines/rush.sql', import.meta.url), 'utf8'));
    contest.load = await startLoad();
    contest.api = await startApi(contest.oursUrl, profile);
    contest.seed = 1;
    return contest;
  }

  async close() {
    await Promise.all([this.api?.stop(), this.base?.stop(), this.load?.stop()]);
    await this.server.stop();
  }

  /** Gives the baseline a pool of this size. */
  async setPool(pool) {
    await this.base?.stop();
    this.base = await startBaseline(this.baselineUrl, pool);
  }

  /** One rush on one side: everybody asks once for everything, then what is stored is checked. */
  async round(side, shape, connections, residents, seed = this.seed++) {
    const plan = planRush(shape, residents, seed);
    const [work, url, server] =
      side === 'ours' ? [ours, this.oursUrl, this.api] : [baseline, this.baselineUrl, this.base];
    const requests = await work.seed(url, plan);
    await work.rest(url);
    const used = () => [server.pid, this.server.pid, this.load.pid].map(processorSeconds);
    const before = used();
    const result = await this.load.ask({ port: server.port, connections, requests });
    const [serverCpu, databaseCpu, loadCpu] = used().map(
      (after, index) => ((after - before[index]) * 1e6) / requests.length,
    );
    checkStored(side, plan, result.counts, await work.stored(url, plan));
    return {
      ...result,
      serverCpu,
      databaseCpu,
      loadCpu,
      rate: requests.length / result.seconds,
      seatsRate: plan.given / result.secondsToLastSeat,
    };
  }

  /** Tries pool sizes of the baseline and keeps the best. */
  async findPool(shape, connections) {
    const rates = [];
    for (const pool of POOLS) {
      await this.setPool(pool);
      await this.round('baseline', shape, connections, TRIAL);
      rates.push((await this.round('baseline', shape, connections, TRIAL)).rate);
    }
    const best = POOLS[rates.indexOf(Math.max(...rates))];
    console.log(`baseline by pool: ${POOLS.map((pool, index) => `${pool}: ${rates[index].toFixed(0)}/s`).join(', ')}`);
    await this.setPool(best);
    return best;
  }
}

/** `npm run bench -- rush`: enrollment opens, thousands ask for hundreds of seats. */
export async function benchRush(options) {
  const shapes = options.shape?.split(',') ?? Object.keys(SHAPES);
  const numbers = (options.connections ?? '64,512').split(',').map(Number);
  const rounds = Number(options.rounds ?? 5);
  const seconds = Number(options.seconds ?? 5);
  const least = Number(options.residents ?? 20_000);
  if (!shareTwoCores()) console.log('Not confined to two cores: this machine has no taskset.');
  const contest = await Contest.open({ profile: options.profile });
  try {
    for (const shape of shapes) {
      for (const connections of numbers) {
        console.log(`\nrush, ${shape}, ${connections} connections`);
        const pool = options.pool ? Number(options.pool) : await contest.findPool(shape, connections);
        if (options.pool) await contest.setPool(pool);
        // The warm-up also tells how many have to come for a round to last long enough.
        const warm = [];
        for (const side of ['ours', 'baseline']) warm.push((await contest.round(side, shape, connections, least)).rate);
        const residents = Math.max(least, Math.ceil((Math.max(...warm) * seconds * 1.15) / 2));
        const results = { ours: [], baseline: [] };
        for (let round = 0; round < rounds; round++) {
          const order = round % 2 === 0 ? ['ours', 'baseline'] : ['baseline', 'ours'];
          const seed = contest.seed++;
          for (const side of order) results[side].push(await contest.round(side, shape, connections, residents, seed));
        }
        report({ shape, connections, pool, residents }, results);
      }
    }
  } finally {
    await contest.close();
  }
}

function report({ shape, connections, pool, residents }, results) {
  const middle = (side, name) => median(results[side].map((result) => result[name]));
  printTable(
    ['ours', 'baseline'].map((side) => ({
      '': side,
      'requests/s': middle(side, 'rate').toFixed(0),
      'seats/s': middle(side, 'seatsRate').toFixed(0),
      'last seat s': middle(side, 'secondsToLastSeat').toFixed(2),
      'p50 ms': middle(side, 'p50').toFixed(1),
      'p99 ms': middle(side, 'p99').toFixed(1),
      'round s': middle(side, 'seconds').toFixed(1),
      'CPU µs: server': middle(side, 'serverCpu').toFixed(0),
      database: middle(side, 'databaseCpu').toFixed(0),
      load: middle(side, 'loadCpu').toFixed(0),
    })),
  );
  console.log(`${residents * 2} requests a round; pool of the baseline: ${pool}; never a seat too many on either side`);
  const rates = (side) => results[side].map(({ rate }) => rate);
  console.log(
    JSON.stringify(compared({ bench: 'rush', shape, connections }, 'requests/s', rates('ours'), rates('baseline'))),
  );
}
