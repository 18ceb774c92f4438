import type { Settings } from '#core';
import { DEMO_ACCOUNTS, DEMO_PASSWORD, DemoLoader, DemoModule, type DemoOutcome, DemoRefused } from '#demo';
import { withServices } from './operator.module.js';
import { InputRefused } from './password.js';

/** Loads the demo data once, around today, and says as whom one may look around. @throws InputRefused */
export async function loadDemo(settings: Settings): Promise<void> {
  const { kind, seconds } = await withServices(
    settings,
    async (services) => {
      try {
        return await services.get(DemoLoader).load();
      } catch (error) {
        throw error instanceof DemoRefused ? new InputRefused(error.message) : error;
      }
    },
    [DemoModule],
  );
  const said: Record<DemoOutcome['kind'], string> = {
    loaded: `Loaded the demo district (${seconds.toFixed(1)} s).`,
    present: 'The demo district is there.',
    'in-use': 'The database holds data of its own; the demo district is left out.',
  };
  console.log(kind === 'in-use' ? said[kind] : `${said[kind]}\n${accountsInWords()}`);
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
