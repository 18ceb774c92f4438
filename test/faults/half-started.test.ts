import { createServer } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { District } from '../support/district.js';
import { childrenOf } from '../support/process-table.js';

const taken = createServer();
let port: number;

beforeAll(async () => {
  port = await new Promise((resolve) => {
    taken.listen(0, () => resolve((taken.address() as { port: number }).port));
  });
});
afterAll(() => {
  taken.close();
});

it('a district whose worker cannot start says why and leaves no api running', async () => {
  await expect(District.open('2026-03-02T09:00:00+08:00', { WORKER_PORT: String(port) })).rejects.toThrow(/EADDRINUSE/);
  expect(childrenOf(process.pid).filter(({ command }) => /apps\/(api|worker)/.test(command))).toEqual([]);
}, 60_000);
