import { spawn, spawnSync } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';
import { copyResidents } from './copy-residents.mjs';
import {
  built,
  createDatabase,
  prepare,
  processorSeconds,
  settings,
  shareTwoCores,
  sql,
  startDatabaseServer,
  startWorker,
} from './processes.mjs';
import { ROOT } from '../../apps/standalone/build.mjs';

/** A year that is over, so that what is finished by age is finished today as well. */
const YEAR = 2025;

/**
 * `npm run bench -- recount`: `verify` over a million entries. A simulated year is played once, and its residents with all
 * that they did are copied until the ledger has as many.
 */
export async function benchRecount(options) {
  const wanted = Number(options.entries ?? 1_000_000);
  const residents = options.residents ?? '500';
  if (!shareTwoCores()) console.log('Not confined to two cores: this machine has no taskset.');
  const server = await startDatabaseServer();
  try {
    const url = await createDatabase(server.url, 'ours');
    prepare(url);
    const played = run(url, ['simulate', '--year', String(YEAR), '--residents', residents]);
    if (played.status !== 0) throw new Error(`The year was not played:\n${played.stdout}${played.stderr}`);
    const [{ count }] = await sql(url, 'select count(*)::int as count from ledger_entries');
    const times = Math.ceil(wanted / count);
    await copyResidents(url, times);
    const worker = await startWorker(url);
    // Its sealer takes the whole ledger anew, block by block, and it proposes of the copies what waits of the originals.
    while ((await unsealed(url)) > 0 || (await unproposed(url, times)) > 0) await pause(1_000);
    await worker.stop();
    // As the rows of a ledger in service are, which PostgreSQL has tidied up behind their writers by and by.
    await sql(url, 'vacuum (analyze)', 'checkpoint');
    const [size] = await sql(
      url,
      `select (select count(*)::int from ledger_entries) as entries, (select count(*)::int from residents) as residents,
              (select count(*)::int from attendances) as attendances`,
    );

    const before = processorSeconds(server.pid);
    const begin = performance.now();
    const child = spawn(process.execPath, [built('cli'), 'verify'], {
      env: { PATH: process.env.PATH, ...settings(url) },
      execArgv: [],
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (said += text));
    const memory = [];
    let processor = 0;
    const watch = setInterval(() => {
      const kilobytes = spawnSync('ps', ['-o', 'rss=', '-p', String(child.pid)], { encoding: 'utf8' }).stdout;
      if (Number(kilobytes) > 0) memory.push(Number(kilobytes) / 1024);
      processor = Math.max(processor, processorSeconds(child.pid) || 0);
    }, 500);
    const code = await new Promise((resolve) => child.once('close', resolve));
    clearInterval(watch);
    const seconds = (performance.now() - begin) / 1000;
    if (code !== 0 || said.includes('PENDING')) throw new Error(`verify found something:\n${said.slice(0, 2_000)}`);
    const half = memory.slice(Math.floor(memory.length / 2));
    console.log(
      `verify: ${size.entries} entries, ${size.residents} residents, ${size.attendances} attendances in ${seconds.toFixed(1)} s; ` +
        `${processor.toFixed(0)} s of processor, PostgreSQL ${(processorSeconds(server.pid) - before).toFixed(0)} s; ` +
        `memory ${Math.max(...memory.slice(0, Math.ceil(memory.length / 2))).toFixed(0)} MB in the first half, ${Math.max(...half).toFixed(0)} MB in the second`,
    );
    console.log(
      JSON.stringify({
        bench: 'recount',
        shape: `${size.entries} entries`,
        ours: Number(seconds.toFixed(1)),
        megabytes: Math.round(Math.max(...memory)),
        unit: 's',
      }),
    );
  } finally {
    await server.stop();
  }
}

function run(url, args) {
  return spawnSync(process.execPath, [built('cli'), ...args], {
    cwd: ROOT,
    env: { PATH: process.env.PATH, ...settings(url) },
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
  });
}

/** Residents like one of whom an adjustment waits, and of whom none does yet. */
async function unproposed(url, times) {
  const [{ count }] = await sql(
    url,
    `with waits as (
       select distinct resident_id as id from adjustments where state in ('proposed', 'asked', 'declined')
     )
     select count(*)::int as count
       from waits w cross join generate_series(1, ${times - 1}) as k
      where exists (select from residents r where r.id = md5(w.id::text || k)::uuid)
        and not exists (select from waits o where o.id = md5(w.id::text || k)::uuid)`,
  );
  return count;
}

async function unsealed(url) {
  const [{ count }] = await sql(
    url,
    `select (select count(*)::int from ledger_entries e
              where not exists (
                select from chain_positions p where p.chain = 'ledger' and (e.tx, e.id) <= (p.after_tx, p.after_id)))
            + (select count(*)::int from marks m
                where not exists (
                  select from chain_positions p where p.chain = 'marks' and (m.tx, m.number) <= (p.after_tx, p.after_id)))
              as count`,
  );
  return count;
}
