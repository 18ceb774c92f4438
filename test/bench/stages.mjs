import { randomUUID } from 'node:crypto';
import { readSettings, SystemClock, Tokens } from '../../dist/libs/core/src/index.js';
import { median, printTable } from './figures.mjs';
import {
  createDatabase,
  prepare,
  processorSeconds,
  settings,
  shareTwoCores,
  startDatabaseServer,
  startEcho,
  startLoad,
  startStages,
} from './processes.mjs';

const CONNECTIONS = 64;

/**
 * `npm run bench -- stages`: processor time that a request takes in the api before and after the desk, step by step,
 * beside the same answer of bare Fastify. For whoever makes these steps cheaper.
 */
export async function benchStages(options) {
  const rounds = Number(options.rounds ?? 5);
  const requests = Number(options.requests ?? 10_000);
  shareTwoCores();
  const database = await startDatabaseServer();
  const [load, bare] = [await startLoad(), await startEcho()];
  let stages;
  try {
    const url = await createDatabase(database.url, 'stages');
    prepare(url);
    stages = await startStages(url, options.profile);
    const tokens = new Tokens(readSettings(settings(url)), new SystemClock());
    const named = [
      ['bare Fastify', bare, '/echo'],
      ['Nest, hooks, answer', stages, '/api/v1/stages/everyone'],
      ['+ sign-in token', stages, '/api/v1/stages/signed-in'],
      ['+ body checked', stages, '/api/v1/stages/body'],
      ['+ idempotency key', stages, '/api/v1/stages/once'],
    ];
    const round = async ([, server, path], count) => {
      const work = Array.from({ length: count }, () => request(path, tokens));
      const before = [server.pid, load.pid].map(processorSeconds);
      const { counts } = await load.ask({ port: server.port, connections: CONNECTIONS, requests: work });
      if (counts.waiting !== count) throw new Error(`${path} answered ${JSON.stringify(counts).slice(0, 500)}`);
      return [server.pid, load.pid].map((pid, index) => ((processorSeconds(pid) - before[index]) * 1e6) / count);
    };
    const micros = named.map(() => []);
    for (const stage of named) await round(stage, requests);
    for (let turn = 0; turn < rounds; turn++) {
      for (const [index, stage] of named.entries()) micros[index].push((await round(stage, requests))[0]);
    }
    printTable(
      named.map(([stage], index) => ({
        stage,
        'CPU µs': median(micros[index]).toFixed(1),
        least: Math.min(...micros[index]).toFixed(1),
        'x bare': (median(micros[index]) / median(micros[0])).toFixed(2),
      })),
    );
  } finally {
    await Promise.all([stages?.stop(), bare.stop(), load.stop()]);
    await database.stop();
  }
}

function request(path, tokens) {
  const token = tokens.issue({ kind: 'account', id: randomUUID(), signInId: randomUUID() });
  const body = JSON.stringify({ classId: randomUUID(), residentId: randomUUID() });
  return `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nAuthorization: Bearer ${token}\r\nIdempotency-Key: ${randomUUID()}\r\n\r\n${body}`;
}
