/** What the platform puts down as the reason of a move for which nobody gave one; for the record, shown to nobody. */
export const REASONS = {
  applied: 'applied',
  accepted: 'accepted',
  declined: 'declined',
  left: 'by the resident',
  undone: 'taken back',
  approved: 'approved',
  transferred: 'transferred',
  settled: 'settled',
  drawn: 'drawn',
  afterDraw: 'after the draw',
  upheld: 'appeal upheld',
  stopped: 'class stopped',
  finished: 'class finished',
} as const;

const OWN: ReadonlySet<string> = new Set(Object.values(REASONS));

/** The reason that a person gave for a move; empty where nobody did. */
export const givenReason = (reason: string): string => (OWN.has(reason) ? '' : reason);
