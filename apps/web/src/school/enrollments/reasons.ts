/** What the platform puts down as reason where nobody gave one; the step itself says it. */
const SAID_BY_STEP = new Set([
  'applied',
  'approved',
  'accepted',
  'declined',
  'by the resident',
  'at the counter',
  'taken back',
  'transferred',
  'settled',
  'drawn',
  'after the draw',
  'class finished',
  'class stopped',
  'appeal upheld',
]);

/** The reason that somebody wrote for a move; null where nobody did. */
export const reasonWritten = (reason: string): string | null => (SAID_BY_STEP.has(reason) ? null : reason);
