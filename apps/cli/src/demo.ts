import type { Settings } from '#core';
import { DEMO_ACCOUNTS, DEMO_PASSWORD, DemoLoader, DemoModule, type DemoOutcome, DemoRefused } from '#demo';
import { withServices } from './operator.module.js';
import { InputRefused } from './password.js';

/**
 * Loads the demo data once, around today, and says as whom one may look around.
 *
 * @param told where it is to wait, ready to begin, until it is told to
 * @throws InputRefused
 */
export async function loadDemo(settings: Settings, told?: Promise<void>): Promise<void> {
  const load = async (loader: DemoLoader) => {
    if (told) {
      await loader.prepare();
      await told;
    }
    return loader.load();
  };
  const work = withServices(settings, (services) => load(services.get(DemoLoader)), [DemoModule]);
  const outcome = await work.catch(explain);
  console.log(outcomeInWords(outcome));
}

/** What a refusal of the demo says is all that the person at the terminal needs. */
export function explain(error: unknown): never {
  throw error instanceof DemoRefused ? new InputRefused(error.message) : error;
}

/** What is said of a demo that need not be loaded, or was. */
export function outcomeInWords({ kind, seconds }: { kind: DemoOutcome['kind']; seconds?: number }): string {
  const said: Record<DemoOutcome['kind'], string> = {
    loaded: `演示街区已布置好（${seconds?.toFixed(1)} 秒） The demo district is loaded (${seconds?.toFixed(1)} s).`,
    present: '演示街区已就位 The demo district is there.',
    'in-use': 'The database holds data of its own; the demo district is left out.',
  };
  return kind === 'in-use' ? said[kind] : `${said[kind]}\n${accountsInWords()}`;
}

function accountsInWords(): string {
  const lines = DEMO_ACCOUNTS.map(
    ({ username, phone, name, about }) =>
      `  ${(username ?? phone ?? '').padEnd(12)} ${name.padEnd(4, '\u3000')} ${about}`,
  );
  return [
    `演示账号 Demo accounts: 工作人员密码 password of staff ${DEMO_PASSWORD}; 居民验证码在登录页显示 residents' codes are shown on the sign-in page`,
    ...lines,
  ].join('\n');
}
