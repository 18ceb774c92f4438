import { setTimeout as pause } from 'node:timers/promises';
import { ours, planCheckIns } from './check-in-work.mjs';
import { ask, officer, percentile } from './officer.mjs';
import {
  createDatabase,
  prepare,
  shareTwoCores,
  startApi,
  startDatabaseServer,
  startLoad,
  startWorker,
} from './processes.mjs';

const SESSIONS = 1_000;
const MEASURE = 'community-person-times';
/** How often somebody looks at the wall chart. */
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 120_000;

/**
 * `npm run bench -- lag`: from the answer to a check-in until the wall chart shows it, at half the check-ins that the api
 * takes at most. Each check-in is at a lecture, hence a person-time of its own: the nth that is answered is shown when the
 * figure has grown by n.
 */
export async function benchLag(options) {
  const connections = Number(options.connections ?? 64);
  const seconds = Number(options.seconds ?? 10);
  if (!shareTwoCores()) console.log('Not confined to two cores: this machine has no taskset.');
  const server = await startDatabaseServer();
  const load = await startLoad();
  let api;
  let worker;
  try {
    const url = await createDatabase(server.url, 'ours');
    prepare(url);
    const headers = await officer(url);
    api = await startApi(url, options.profile);
    worker = await startWorker(url);
    const figure = async () => {
      const { measures } = await ask(api, headers, '/wall-chart');
      const found = measures.find(({ code }) => code === MEASURE);
      return { at: performance.timeOrigin + performance.now(), value: found.total ?? 0 };
    };
    const settle = async (value) => {
      const begin = performance.now();
      while ((await figure()).value < value) {
        if (performance.now() - begin > PATIENCE_MS) throw new Error('The wall chart does not show what was answered.');
        await pause(LOOK_EVERY_MS);
      }
    };

    // As many as it takes, with the worker beside it, and with nobody looking.
    let shown = 0;
    let most = 0;
    for (const each of [5, 10]) {
      const plan = planCheckIns(SESSIONS, each);
      const requests = await ours.seed(url, plan);
      await ours.rest(url);
      const result = await load.ask({ port: api.port, connections, requests });
      most = requests.length / result.seconds;
      await settle((shown += requests.length));
    }
    const rate = most / 2;
    const plan = planCheckIns(SESSIONS, Math.ceil((rate * seconds) / SESSIONS));
    const requests = await ours.seed(url, plan);
    await ours.rest(url);

    const looks = [];
    let over = false;
    const looking = (async () => {
      while (!over) {
        looks.push(await figure());
        await pause(LOOK_EVERY_MS);
      }
    })();
    const result = await load.ask({ port: api.port, connections, requests, rate });
    await settle(shown + requests.length);
    over = true;
    await looking;
    looks.push(await figure());

    const answered = result.answeredAt.sort((a, b) => a - b);
    let look = 0;
    const lags = answered.map((at, index) => {
      while (looks[look].value < shown + index + 1) look++;
      return Math.max(0, looks[look].at - at);
    });
    const [p50, p99] = [0.5, 0.99].map((share) => percentile(lags, share) / 1000);
    console.log(
      `lag: most ${most.toFixed(0)} check-ins/s; at ${rate.toFixed(0)}/s, ${requests.length} check-ins: ` +
        `p50 ${p50.toFixed(2)} s, p99 ${p99.toFixed(2)} s, longest ${(Math.max(...lags) / 1000).toFixed(2)} s; answered within p99 ${result.p99.toFixed(0)} ms`,
    );
    const rounded = (value) => Number(value.toFixed(3));
    console.log(
      JSON.stringify({
        bench: 'lag',
        shape: 'half the most',
        rate: Math.round(rate),
        p50: rounded(p50),
        p99: rounded(p99),
        unit: 's',
      }),
    );
  } finally {
    await Promise.all([api?.stop(), worker?.stop(), load.stop()]);
    await server.stop();
  }
}
