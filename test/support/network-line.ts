import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';

/**
 * The line between one device and the platform. A browser can be told to behave as if there were no network, but forgets it
 * for a moment where a page's worker starts anew; what goes through a line that is cut, goes nowhere.
 */
export class NetworkLine {
  private readonly ends = new Set<Socket>();
  private cut = false;

  private constructor(
    private readonly server: Server,
    /** Where the device finds the platform. */
    readonly address: string,
  ) {}

  /** @param platform its own address, `http://host:port` */
  static async lay(platform: string): Promise<NetworkLine> {
    const { hostname, port } = new URL(platform);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new NetworkLine(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    server.on('connection', (near) => line.connect(near, connect(Number(port), hostname)));
    return line;
  }

  private connect(near: Socket, far: Socket): void {
    for (const [end, other] of [
      [near, far],
      [far, near],
    ] as const) {
      this.ends.add(end);
      end.on('error', () => other.destroy());
      end.on('close', () => {
        this.ends.delete(end);
        other.destroy();
      });
      end.pipe(other);
    }
    if (this.cut) near.destroy();
  }

  /** Breaks what is under way and lets nothing through, or lets it through again. */
  setCut(cut: boolean): void {
    this.cut = cut;
    if (cut) for (const end of this.ends) end.destroy();
  }

  async close(): Promise<void> {
    this.setCut(true);
    this.server.close();
    await once(this.server, 'close');
  }
}
