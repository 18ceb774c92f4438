import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { BrowserContext } from 'playwright-core';

const PREFIX = '/font-of-the-tests/';
const folder = dirname(createRequire(import.meta.url).resolve('@fontsource/noto-sans-sc/400.css'));
/** Both weights that the pages use; the machine may have no Chinese font at all. */
const rules = ['400', '700']
  .map((weight) => readFileSync(join(folder, `${weight}.css`), 'utf8'))
  .join('\n')
  .replaceAll('./files/', PREFIX);

/**
 * Gives the pages of this context a Chinese font, which residents have on their devices and a test machine need not
 * have. The pages themselves ship none. The font of the system comes first where it has it: that of the package narrows
 * Chinese punctuation.
 */
export async function lendChineseFont(context: BrowserContext): Promise<void> {
  await context.route(`**${PREFIX}*`, (route) => {
    const name = new URL(route.request().url()).pathname.slice(PREFIX.length);
    return route.fulfill({ body: readFileSync(join(folder, 'files', name)), contentType: 'font/woff2' });
  });
  const css = JSON.stringify(`${rules}\n:root { --fonts: 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif !important; }`);
  await context.addInitScript(
    `document.addEventListener('DOMContentLoaded', () => {
      const style = document.createElement('style');
      style.textContent = ${css};
      document.head.append(style);
    });`,
  );
}
