import { createServer, type Server } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkPort, findFreePort } from './free-port.js';

describe('checking a port', () => {
  const HOST = '127.0.0.1';
  let port: number;
  let occupant: Server;
  beforeEach(async () => {
    port = await findFreePort();
    occupant = createServer();
    await new Promise<void>((resolve) => occupant.listen(port, HOST, resolve));
  });
  afterEach(() => new Promise((resolve) => occupant.close(resolve)));

  it('says whose move it is when the port is taken', async () => {
    await expect(checkPort({ setting: 'PORT', host: HOST, port })).rejects.toThrow(
      `Port ${port} is taken by another program; stop it or set PORT to another number.`,
    );
  });

  it('accepts a free port, and 0, which is never taken', async () => {
    await checkPort({ setting: 'PORT', host: HOST, port: await findFreePort() });
    await checkPort({ setting: 'PORT', host: HOST, port: 0 });
  });

  it('waits for a port that is about to be free', async () => {
    const checked = checkPort({ setting: 'PORT', host: HOST, port }, 10_000);
    occupant.close();
    await checked;
  });

  it('says so when the address is not of this machine', async () => {
    await expect(checkPort({ setting: 'PORT', host: '192.0.2.1', port })).rejects.toThrow(
      '192.0.2.1 is not an address of this machine',
    );
  });
});
