import type { StartRefused } from './start-refused.js';
import type { StopRequest } from './stop-request.js';
import { type Program, SupervisedChild } from './supervised-child.js';

/** How long the children may take to finish what they are doing. */
const GRACE_MS = 10_000;

export interface Supervision {
  programs: Program[];
  environment: NodeJS.ProcessEnv;
  stop: StopRequest;
  note: (sentence: string) => void;
  /** Called once, when every program answers; addresses by the program's name. */
  allReady: (addresses: Record<string, string>) => void;
  /** Rejects when something else that the programs need is lost for good. */
  lost: Promise<never>;
}

/**
 * Keeps the programs running until a stop is asked for; then ends them together.
 *
 * @throws StartRefused when one of them cannot be kept running, after the others have been ended too.
 */
export async function supervise(supervision: Supervision): Promise<void> {
  const { programs, environment, stop, note } = supervision;
  const addresses: Record<string, string> = {};
  let giveUp: (why: StartRefused) => void = () => {};
  const givenUp = new Promise<never>((_, reject) => (giveUp = reject));

  const children = programs.map(
    (program) =>
      new SupervisedChild(program, environment, {
        note,
        giveUp,
        ready: (address) => {
          const first = !(program.name in addresses);
          addresses[program.name] = address;
          if (!first) note(`${program.name} answers again.`);
          else if (programs.every(({ name }) => name in addresses)) supervision.allReady({ ...addresses });
        },
      }),
  );
  stop.onHardStop(() => children.forEach((child) => child.kill()));
  for (const child of children) child.start();
  try {
    await Promise.race([stop.asked(), givenUp, supervision.lost]);
  } finally {
    await Promise.all(children.map((child) => child.stop(GRACE_MS)));
  }
}
