import { stderr } from 'node:process';
import { dayOf } from '#contracts';
import type { Settings } from '#core';
import { DemoModule, DemoRefused, type Simulated, type Simulation, SimulationRefused, SimulationService } from '#demo';
import { withServices } from './operator.module.js';
import { InputRefused } from './password.js';
import { verifyBy } from './verify.js';

/**
 * Plays a year into an empty database, says what it came to, and verifies it.
 *
 * @returns whether nothing is wrong with it
 * @throws InputRefused
 */
export async function simulate(settings: Settings, simulation: Simulation): Promise<boolean> {
  const started = performance.now();
  return withServices(
    settings,
    async (services) => {
      const progress = stderr.isTTY ? bar() : lines();
      const simulated = await services.get(SimulationService).play(simulation, progress).catch(explain);
      if (stderr.isTTY) stderr.write('\n');
      console.log(inWords(simulation, simulated));
      const right = await verifyBy(services);
      console.log(
        `${((performance.now() - started) / 1000).toFixed(1)} s, of which ${simulated.seconds.toFixed(1)} s for the year.`,
      );
      return right;
    },
    [DemoModule],
  );
}

function explain(error: unknown): never {
  throw error instanceof SimulationRefused || error instanceof DemoRefused ? new InputRefused(error.message) : error;
}

/** For a terminal: one line that is written over. */
function bar(): (part: number, at: Date) => void {
  const width = 40;
  let shown = '';
  return (part, at) => {
    const full = Math.floor(part * width);
    const next = `${'█'.repeat(full)}${'░'.repeat(width - full)} ${String(Math.floor(part * 100)).padStart(3)} %  ${dayOf(at)}`;
    if (next !== shown) stderr.write(`\r${(shown = next)}`);
  };
}

/** For a log: a line whenever another month has begun. */
function lines(): (part: number, at: Date) => void {
  let month = '';
  return (part, at) => {
    const next = dayOf(at).slice(0, 7);
    if (next !== month) stderr.write(`${(month = next)}  ${Math.floor(part * 100)} %\n`);
  };
}

function inWords({ year, residents, seed }: Simulation, simulated: Simulated): string {
  const { totals, lockedMonths, seconds: _, ...counts } = simulated;
  return [
    `The year ${year} with ${residents} residents, seed ${seed}:`,
    ...Object.entries(counts).map(([what, count]) => `  ${what.padEnd(24)} ${String(count).padStart(9)}`),
    `Totals of ${year} by measure:`,
    ...totals.map(({ measure, total }) => `  ${measure.padEnd(24)} ${String(total).padStart(9)}`),
    `Months locked: ${lockedMonths.length === 0 ? 'none' : `${lockedMonths.length} (${lockedMonths.join(', ')})`}`,
  ].join('\n');
}
