import { createServer } from 'node:net';
import { errno } from './errno.js';
import { StartRefused } from './start-refused.js';

/** A TCP port that nobody listens on at this moment; somebody may be quicker to take it. */
export async function findFreePort(host = '127.0.0.1'): Promise<number> {
  return listenBriefly(host, 0);
}

/** A port a setting asks for. */
export interface WantedPort {
  setting: string;
  host: string;
  /** 0: any free one, which is never taken. */
  port: number;
}

/**
 * Checks that the port can be had.
 *
 * @param patienceMs how long to wait for it: after a crash, the processes left behind take an instant to end.
 * @throws StartRefused with the way out.
 */
export async function checkPort({ setting, host, port }: WantedPort, patienceMs = 0): Promise<void> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      if (port !== 0) await listenBriefly(host, port);
      return;
    } catch (error) {
      if (errno(error) !== 'EADDRINUSE' || Date.now() > deadline) throw new StartRefused(whyNot(error));
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  function whyNot(error: unknown): string {
    const another = `set ${setting} to another number`;
    switch (errno(error)) {
      case 'EADDRINUSE':
        return `Port ${port} is taken by another program; stop it or ${another}.`;
      case 'EACCES':
        return `This user may not open port ${port}; ${another}, such as one above 1024.`;
      case 'EADDRNOTAVAIL':
      case 'ENOTFOUND':
        return `${host} is not an address of this machine; set HOST to one that is, such as 127.0.0.1 or 0.0.0.0.`;
      default:
        return `Port ${port} cannot be opened (${(error as Error).message}); ${another}.`;
    }
  }
}

function listenBriefly(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : port));
    });
  });
}
