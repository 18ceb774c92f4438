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
  /** Called for each program when it answers for the first time. */
  ready: (name: string, address: string) => void;
  /** Called once, when every program answers or is done. */
  allReady: () => void;
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
  const arrived = new Set<string>();
  let giveUp: (why: StartRefused) => void = () => {};
  const givenUp = new Promise<never>((_, reject) => (giveUp = reject));

  const children = new Map<Program, SupervisedChild>();
  const startAfter = (name?: string) => {
    for (const [program, child] of children) if (program.after === name) child.start();
  };
  const arrive = (name: string) => {
    arrived.add(name);
    startAfter(name);
    if (arrived.size === programs.length) supervision.allReady();
  };
  for (const program of programs) {
    const { name } = program;
    const child = new SupervisedChild(program, environment, {
      note,
      giveUp,
      ready: (address) => {
        if (arrived.has(name)) return note(`${name} answers again.`);
        supervision.ready(name, address);
        arrive(name);
      },
      done: () => arrive(name),
    });
    children.set(program, child);
  }
  stop.onHardStop(() => children.forEach((child) => child.kill()));
  startAfter();
  try {
    await Promise.race([stop.asked(), givenUp, supervision.lost]);
  } finally {
    await Promise.all([...children.values()].map((child) => child.stop(GRACE_MS)));
  }
}
