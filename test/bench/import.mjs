import { spawn, spawnSync } from 'node:child_process';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { compared, median, printTable } from './figures.mjs';
import { copyList, LIST_TABLE } from './baselines/import.mjs';
import { ask, officer } from './officer.mjs';
import {
  createDatabase,
  prepare,
  processorSeconds,
  shareTwoCores,
  sql,
  startApi,
  startDatabaseServer,
  startWorker,
  temporaryFolder,
} from './processes.mjs';

/** The page asks every 1.5 s; by asking every 50 ms the benchmark kept PostgreSQL busy for a tenth of what it measures. */
const ASK_EVERY_MS = 250;

const TRADES = ['养老护理员', '茶艺', '电工', '月嫂', '中式烹调', '电子商务', '渔业养殖', '海员', '花艺', '民宿管家'];
const DAY_MS = 86_400_000;

/**
 * `npm run bench -- import`: a department's list of 100,000 trainings, from its upload to the preview and from the
 * confirmation until every entry is posted and sealed, beside a COPY of the same file into one table.
 */
export async function benchImport(options) {
  const count = Number(options.rows ?? 100_000);
  const rounds = Number(options.rounds ?? 5);
  if (!shareTwoCores()) console.log('Not confined to two cores: this machine has no taskset.');
  const server = await startDatabaseServer();
  const folder = temporaryFolder();
  const file = join(folder.path, 'list.csv');
  try {
    writeFileSync(file, list(count));
    const template = await createDatabase(server.url, 'template_of_ours');
    prepare(template);
    const results = { ours: [], baseline: [], psql: [] };
    for (let round = -1; round < rounds; round++) {
      // Each side has a database of its own in each round, on which nobody has worked.
      const sides = [
        ['ours', () => ours(server, `ours_${round + 1}`, file, count, round >= 0 ? options.profile : undefined)],
        ['baseline', () => baseline(server, `baseline_${round + 1}`, file, count)],
        ['psql', () => psql(server, `psql_${round + 1}`, file)],
      ];
      for (const [side, run] of round % 2 === 0 ? sides : sides.toReversed()) {
        const result = await run();
        // The first is the warm-up.
        if (round >= 0 && result) results[side].push(result);
      }
    }
    const seconds = (side) => results[side].map((result) => result.seconds);
    printTable([
      ...results.ours.map(({ seconds: all, preview, written, sealed, worker, postgres }, round) => ({
        round: round + 1,
        ours: `${all.toFixed(1)} s`,
        preview: `${preview.toFixed(1)} s`,
        written: `${written.toFixed(1)} s`,
        sealed: `${sealed.toFixed(1)} s`,
        'worker CPU': `${worker.toFixed(1)} s`,
        'PostgreSQL CPU': `${postgres.toFixed(1)} s`,
        baseline: `${results.baseline[round].seconds.toFixed(2)} s`,
        ratio: (all / results.baseline[round].seconds).toFixed(2),
        'psql copy': results.psql[round] ? `${results.psql[round].seconds.toFixed(2)} s` : 'no psql here',
      })),
    ]);
    if (results.psql.length > 0) console.log(`psql's copy: ${median(seconds('psql')).toFixed(2)} s (median)`);
    console.log(
      JSON.stringify(compared({ bench: 'import', shape: `${count} rows` }, 's', seconds('ours'), seconds('baseline'))),
    );
  } finally {
    await server.stop();
    folder.remove();
  }
}

async function ours(server, name, file, count, profile) {
  await sql(server.url, `create database ${name} template template_of_ours`);
  const url = addressOf(server, name);
  const headers = await officer(url);
  const [api, worker] = await Promise.all([startApi(url), startWorker(url, profile)]);
  try {
    const post = async (path, body, version) => {
      const response = await fetch(`http://127.0.0.1:${api.port}/api/v1${path}`, {
        method: 'POST',
        headers: {
          ...headers(),
          'Content-Type': 'application/json',
          'Idempotency-Key': crypto.randomUUID(),
          ...(version && { 'If-Match': `"${version}"` }),
        },
        body: JSON.stringify(body),
      });
      if (!response.ok) throw new Error(`POST ${path} answered ${response.status}: ${await response.text()}`);
      return response.json();
    };
    const until = async (id, state) => {
      for (;;) {
        const found = await ask(api, headers, `/imports/${id}`);
        if (found.state === state) return found;
        if (found.failure) throw new Error(found.failure);
        await pause(ASK_EVERY_MS);
      }
    };
    const regionCode = (await ask(api, headers, '/regions?level=district')).items[0].code;
    const department = await post('/organisations', { kind: 'department', name: '区人力社保局', regionCode });
    const used = () => [worker.pid, server.pid].map(processorSeconds);
    const before = used();
    const begin = performance.now();
    const { id } = await post('/imports', { kind: 'training', departmentId: department.id, fileName: '名单.csv' });
    const sent = await fetch(`http://127.0.0.1:${api.port}/api/v1/imports/${id}/file`, {
      method: 'PUT',
      headers: { ...headers(), 'Content-Type': 'application/octet-stream' },
      body: readFileSync(file),
    });
    if (!sent.ok) throw new Error(`The upload answered ${sent.status}: ${await sent.text()}`);
    const ready = await until(id, 'ready');
    if (ready.counts.counting !== count) throw new Error(`Only ${ready.counts.counting} of ${count} rows would count.`);
    const shown = performance.now();
    await post(`/imports/${id}/confirmation`, {}, ready.version);
    await until(id, 'written');
    const written = performance.now();
    while ((await unsealed(url)) > 0) await pause(50);
    const sealed = performance.now();
    const [{ entries }] = await sql(url, `select count(*)::int as entries from ledger_entries`);
    if (entries !== count) throw new Error(`${entries} entries of ${count} rows`);
    const [workerCpu, databaseCpu] = used().map((after, index) => after - before[index]);
    return {
      seconds: (sealed - begin) / 1000,
      preview: (shown - begin) / 1000,
      written: (written - shown) / 1000,
      sealed: (sealed - written) / 1000,
      worker: workerCpu,
      postgres: databaseCpu,
    };
  } finally {
    await Promise.all([api.stop(), worker.stop()]);
    await sql(server.url, `drop database ${name} with (force)`);
  }
}

async function baseline(server, name, file, count) {
  const url = await createDatabase(server.url, name);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(LIST_TABLE);
    const begin = performance.now();
    await copyList(client, createReadStream(file));
    const seconds = (performance.now() - begin) / 1000;
    const { rows } = await client.query('select count(*)::int as count from trainings');
    if (rows[0].count !== count) throw new Error(`The baseline has ${rows[0].count} of ${count} rows.`);
    return { seconds };
  } finally {
    await client.end();
    await sql(server.url, `drop database ${name}`);
  }
}

/** @returns undefined where the machine has no psql */
async function psql(server, name, file) {
  if (spawnSync('psql', ['--version'], { stdio: 'ignore' }).status !== 0) return undefined;
  const url = await createDatabase(server.url, name);
  try {
    await sql(url, LIST_TABLE);
    const begin = performance.now();
    const child = spawn('psql', ['-qX', url, '-c', `\\copy trainings from '${file}' with (format csv, header)`], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`psql ended with ${code}`);
    return { seconds: (performance.now() - begin) / 1000 };
  } finally {
    await sql(server.url, `drop database ${name}`);
  }
}

function addressOf(server, name) {
  const address = new URL(server.url);
  address.pathname = `/${name}`;
  return address.href;
}

async function unsealed(url) {
  const [{ count }] = await sql(
    url,
    `select count(*)::int as count from ledger_entries e
      where not exists (select from chain_positions p where p.chain = 'ledger' and (e.tx, e.id) <= (p.after_tx, p.after_id))`,
  );
  return count;
}

/** A list in which every row is another person, with a document number whose check digit is right. */
function list(count) {
  const lines = ['姓名,身份证号,培训项目,班期,开始日期,结束日期,课时'];
  for (let index = 0; index < count; index++) {
    const birth = new Date(Date.UTC(1960, 0, 1) + (index % 14_000) * DAY_MS).toISOString().slice(0, 10);
    const day = String(1 + (index % 20)).padStart(2, '0');
    lines.push(
      [
        `陈海${String.fromCharCode(0x4e00 + (index % 5_000))}`,
        cardNumber(birth, Math.floor(index / 14_000)),
        TRADES[index % TRADES.length],
        `第${1 + (index % 40)}期`,
        `2025-03-${day}`,
        `2025-04-${day}`,
        '40',
      ].join(','),
    );
  }
  return `${lines.join('\r\n')}\r\n`;
}

/** GB 11643: the last digit is what the others come to (ISO 7064, MOD 11-2). */
function cardNumber(birth, serial) {
  const digits = `330305${birth.replaceAll('-', '')}${String(serial).padStart(3, '0')}`;
  const sum = [...digits].reduce((so, digit, index) => so + Number(digit) * (2 ** (17 - index) % 11), 0);
  return digits + '10X98765432'[sum % 11];
}
