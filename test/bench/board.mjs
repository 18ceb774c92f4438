import { median } from './figures.mjs';
import { fillLedger } from './ledger-work.mjs';
import { ask, officer, percentile } from './officer.mjs';
import { createDatabase, prepare, shareTwoCores, startApi, startDatabaseServer } from './processes.mjs';

/** Requests of the wall chart in a round, one after the other. */
const LOOKS = 100;
const PAGES = 300;
const PLACES = ['', '&regionCode=330305001000', '&regionCode=330305101000', '&regionCode=330305202000'];

/**
 * `npm run bench -- board`: the wall chart with ten million entries in the ledger beside one with ten thousand over the
 * same keys, and pages of entries behind its figures.
 */
export async function benchBoard(options) {
  const entries = Number(options.entries ?? 10_000_000);
  const rounds = Number(options.rounds ?? 5);
  if (!shareTwoCores()) console.log('Not confined to two cores: this machine has no taskset.');
  const server = await startDatabaseServer();
  const sides = {};
  try {
    for (const [side, count] of [
      ['many', entries],
      ['few', 10_000],
    ]) {
      const url = await createDatabase(server.url, side);
      prepare(url);
      const begin = performance.now();
      await fillLedger(url, count);
      console.log(`${count} entries written in ${((performance.now() - begin) / 1000).toFixed(0)} s`);
      sides[side] = { headers: await officer(url), api: await startApi(url, options.profile) };
    }
    const look = async ({ api, headers }) => {
      const times = [];
      for (let index = 0; index < LOOKS; index++) {
        const begin = performance.now();
        await ask(api, headers, '/wall-chart');
        times.push(performance.now() - begin);
      }
      return median(times);
    };
    const results = { many: [], few: [] };
    for (let round = -1; round < rounds; round++) {
      for (const side of round % 2 === 0 ? ['many', 'few'] : ['few', 'many']) {
        const time = await look(sides[side]);
        // The first is the warm-up.
        if (round >= 0) results[side].push(time);
      }
    }
    const ratios = results.many.map((time, round) => time / results.few[round]);
    console.log(
      `wall chart: ${median(results.many).toFixed(2)} ms with ${entries} entries, ${median(results.few).toFixed(2)} ms with 10000`,
    );
    const rounded = (value) => Number(value.toFixed(2));
    console.log(
      JSON.stringify({
        bench: 'board',
        shape: 'wall chart',
        ratio: rounded(median(ratios)),
        min: rounded(Math.min(...ratios)),
        max: rounded(Math.max(...ratios)),
        ours: rounded(median(results.many)),
        baseline: rounded(median(results.few)),
        unit: 'ms',
      }),
    );
    const pages = await drill(sides.many);
    const p95 = percentile(pages, 0.95);
    console.log(`pages of entries: p50 ${percentile(pages, 0.5).toFixed(1)} ms, p95 ${p95.toFixed(1)} ms`);
    console.log(JSON.stringify({ bench: 'board', shape: 'page of entries', ours: rounded(p95), unit: 'ms, p95' }));
  } finally {
    await Promise.all(Object.values(sides).map(({ api }) => api.stop()));
    await server.stop();
  }
}

/** Opens figures as the wall chart's links do, and turns some pages. */
async function drill({ api, headers }) {
  const { indicators, measures } = await ask(api, headers, '/wall-chart');
  const codes = [...indicators.filter(({ measure }) => measure === 'counted'), ...measures]
    .filter(({ noData, code }) => !noData && code !== 'session-attendances')
    .map(({ code }) => code);
  const times = [];
  for (let opened = 0; times.length < PAGES; opened++) {
    const query = `measure=${codes[opened % codes.length]}&year=${2023 + (opened % 4)}&live=true&limit=50${PLACES[opened % PLACES.length]}`;
    let cursor = '';
    for (let page = 0; page < 4 && cursor !== null; page++) {
      const begin = performance.now();
      const found = await ask(api, headers, `/ledger-entries?${query}${cursor && `&cursor=${cursor}`}`);
      times.push(performance.now() - begin);
      cursor = found.next;
    }
  }
  return times;
}
