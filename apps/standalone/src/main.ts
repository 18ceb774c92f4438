import { fileURLToPath } from 'node:url';
import { BadSettings } from '#core/settings';
import { runStandalone } from './standalone.js';
import { StartRefused } from './start-refused.js';
import { StopRequest } from './stop-request.js';
import type { ReadyMessage } from './supervised-child.js';

const app = (name: string) => fileURLToPath(new URL(`../../${name}/src/main.js`, import.meta.url));

/** A reader of the output that has ended (`npm start | less`) must not end the program before its children. */
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

const stop = new StopRequest();
stop.listen();
stop.signal.addEventListener('abort', () => console.log('正在停止… Stopping; another Ctrl-C stops at once.'));

try {
  await runStandalone({
    cli: app('cli'),
    api: { name: 'api', entry: app('api') },
    worker: { name: 'worker', entry: app('worker') },
    template: fileURLToPath(new URL('../../../../build/database', import.meta.url)),
    stop,
    note: (sentence) => console.log(sentence),
    ready: announce,
  });
  process.exit(0);
} catch (error) {
  const isForPeople = error instanceof BadSettings || error instanceof StartRefused;
  console.error(isForPeople ? error.message : error);
  process.exit(1);
}

/** Tells the person at the terminal, and the program that started this one if it listens. */
function announce(address: string): void {
  const seconds = process.uptime().toFixed(1);
  console.log(
    [
      '',
      `  汇学e生·洞头 已就绪（${seconds} 秒），请用浏览器打开 ${address}`,
      `  Ready in ${seconds} s: open ${address} in a browser; Ctrl-C stops it.`,
      '',
    ].join('\n'),
  );
  // A parent that is gone by now is no error here; the closed channel asks for the stop.
  process.send?.({ type: 'ready', address } satisfies ReadyMessage, undefined, undefined, () => {});
}
