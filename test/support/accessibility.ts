import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Until what fades in is there, whose colours would be measured on the way. It begins to move two frames later. */
const AT_REST = `(async () => {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  const passing = document.getAnimations().filter(({ effect }) => effect.getComputedTiming().endTime < Infinity);
  await Promise.all(passing.map(({ finished }) => finished.catch(() => undefined)));
})()`;

/**
 * What keeps people with a screen reader, a keyboard or weak eyes from using a page, as axe finds it.
 *
 * @returns a line for each serious or critical finding: rule, why it matters, the element
 */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(AT_REST);
  await page.evaluate(AXE);
  const { violations } = await page.evaluate<AxeResults>(`axe.run({ resultTypes: ['violations'] })`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => `${id}: ${help}: ${html}`));
}
