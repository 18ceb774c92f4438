import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { PACKAGE_ROOT } from '#core';
import { lendChineseFont } from './chinese-font.js';
import { NetworkLine } from './network-line.js';

/** Sizes at which the pages are looked at. */
export const SIZES = {
  /** An old telephone. */
  phone: { width: 360, height: 740 },
  /** A desk in an office. */
  desk: { width: 1440, height: 900 },
} as const;
export type Size = keyof typeof SIZES;

/** A first step of a page on a loaded machine (milliseconds). */
const PATIENCE_MS = 15_000;

/** Nothing but this machine, where the platforms of the tests are, can be reached. */
const NOWHERE_ELSE = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1';

/** Starts the browser that comes with the packages; nothing is downloaded and nothing need be installed. */
export async function openBrowser(): Promise<Browser> {
  // The packages carry a browser for Linux; elsewhere the one of the machine has to do.
  if (process.platform !== 'linux') return chromium.launch({ channel: 'chrome', args: [NOWHERE_ELSE] });
  const folder = unpacked();
  const executablePath = join(folder, 'chromium');
  const bare = spawnSync(executablePath, ['--version'], { encoding: 'utf8' }).status !== 0;
  return chromium.launch({
    executablePath,
    // Root may run it, which the sandbox would forbid; it sees nothing but our own pages.
    chromiumSandbox: false,
    args: [
      '--disable-background-networking',
      NOWHERE_ELSE,
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--font-render-hinting=none',
      '--lang=zh-CN',
    ],
    env: {
      ...process.env,
      ...(!existsSync('/etc/fonts/fonts.conf') && { FONTCONFIG_PATH: join(folder, 'fonts') }),
      ...(bare && { LD_LIBRARY_PATH: join(folder, 'al2023', 'lib') }),
    },
  });
}

/** The folder with the unpacked browser; unpacked once for each version of the package. */
function unpacked(): string {
  const { version } = JSON.parse(
    readFileSync(join(PACKAGE_ROOT, 'node_modules/@sparticuz/chromium/package.json'), 'utf8'),
  ) as { version: string };
  const folder = join(PACKAGE_ROOT, 'build', `chromium-${version}`);
  if (existsSync(folder)) return folder;
  const draft = `${folder}.draft-${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    const program = join(PACKAGE_ROOT, 'test/support/unpack-chromium.mjs');
    const { status, stderr } = spawnSync(process.execPath, [program], {
      env: { PATH: process.env.PATH, TMPDIR: draft },
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`The browser could not be unpacked.\n${stderr}`);
    renameSync(draft, folder);
  } catch (error) {
    // Another test may have unpacked it meanwhile.
    if (!existsSync(folder)) throw error;
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

/** Somebody at a device of their own: cookies, storage and clock are theirs alone. */
export class Visitor {
  private constructor(
    private readonly context: BrowserContext,
    private readonly address: string,
    private readonly line: NetworkLine | null,
    readonly page: Page,
  ) {}

  /**
   * Opens a device of that size, in Chinese, whose clock stands at that moment.
   *
   * @param worksOffline whether the pages may keep what they need without network; then they have a line of their own to
   *   the platform, which can be cut
   * @param troubles is told what goes wrong in the pages: errors of scripts, and requests to anywhere but the platform,
   *   which reach nobody
   */
  static async arrive(
    browser: Browser,
    platform: string,
    size: Size,
    at: string,
    troubles: string[] = [],
    { worksOffline = false } = {},
  ): Promise<Visitor> {
    const line = worksOffline ? await NetworkLine.lay(platform) : null;
    const address = line?.address ?? platform;
    const context = await browser.newContext({
      baseURL: address,
      viewport: SIZES[size],
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
      // What a worker answers, no test can put in the platform's place.
      serviceWorkers: worksOffline ? 'allow' : 'block',
      // Lets axe be put into a page whose policy forbids foreign scripts.
      bypassCSP: true,
    });
    context.setDefaultTimeout(PATIENCE_MS);
    await context.clock.setFixedTime(at);
    // Only looked at: a browser whose requests are held up keeps nothing of what it has loaded, and reads it all anew.
    context.on('request', (request) => {
      const { origin, protocol } = new URL(request.url());
      if (origin !== address && protocol !== 'data:' && protocol !== 'blob:')
        troubles.push(`asked for ${request.url()}`);
    });
    const page = await context.newPage();
    page.on('pageerror', (error) => troubles.push(`${page.url()}: ${error.stack ?? error.message}`));
    return new Visitor(context, address, line, page);
  }

  /** Takes the network away, or gives it back. */
  async setOffline(offline: boolean): Promise<void> {
    this.line?.setCut(offline);
    await this.context.setOffline(offline);
  }

  /** Moves the clock of the device. */
  async setClock(at: string): Promise<void> {
    await this.context.clock.setFixedTime(at);
  }

  /** Puts a sign-in that was made elsewhere on this device. */
  async carryToken(token: string): Promise<void> {
    await this.context.addCookies([{ name: 'huixue', value: token, url: this.address, httpOnly: true }]);
  }

  /** Signs staff in on the page where they are sent to, or on the area's own. */
  async signIn(username: string, password: string): Promise<void> {
    await this.page.getByLabel('用户名').fill(username);
    await this.page.getByLabel('密码', { exact: true }).fill(password);
    await this.page.getByRole('button', { name: '登录', exact: true }).click();
    await this.page.waitForURL((url) => !url.pathname.endsWith('/sign-in'));
  }

  /** Gives the device a Chinese font; without one, pictures of its pages show boxes. */
  lendChineseFont(): Promise<void> {
    return lendChineseFont(this.context);
  }

  async leave(): Promise<void> {
    await this.context.close();
    await this.line?.close();
  }
}
