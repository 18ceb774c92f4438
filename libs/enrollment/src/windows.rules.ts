import type { AdmissionKind } from '#contracts';

/*
 * When a class takes applications. Three windows follow one another, each with its published dates:
 * renewal (老生续报), open (公开报名), late entry (插班).
 */

/** The dates of a class as far as applications go. */
export interface Windows {
  state: string;
  admission: AdmissionKind;
  /** Both null where there is no renewal. */
  renewalOpensAt: Date | null;
  renewalClosesAt: Date | null;
  enrollmentOpensAt: Date;
  enrollmentClosesAt: Date;
  /** Null for no late entry. */
  lateEntryClosesAt: Date | null;
  firstSessionAt: Date;
}

export type Phase = 'renewal' | 'open' | 'late_entry';

/** Why no application is taken at this moment. */
export type WindowRefusal =
  | { code: 'CLASS_NOT_OPEN' }
  | { code: 'WINDOW_NOT_OPEN'; opensAt: Date }
  | { code: 'WINDOW_CLOSED'; closedAt: Date }
  /** The window is over and late entry begins with the first session. */
  | { code: 'LATE_ENTRY_NOT_OPEN'; opensAt: Date };

/** Which window is open at a moment, or why none is. An opening time belongs to its window, a closing time does not. */
export function phaseAt(windows: Windows, at: Date): { phase: Phase } | { refusal: WindowRefusal } {
  const { renewalOpensAt, renewalClosesAt, enrollmentOpensAt, enrollmentClosesAt, lateEntryClosesAt } = windows;
  if (windows.state !== 'published') return { refusal: { code: 'CLASS_NOT_OPEN' } };
  if (at < enrollmentOpensAt) {
    const renewing = renewalOpensAt !== null && at >= renewalOpensAt && at < renewalClosesAt!;
    return renewing ? { phase: 'renewal' } : { refusal: { code: 'WINDOW_NOT_OPEN', opensAt: enrollmentOpensAt } };
  }
  if (at < enrollmentClosesAt) return { phase: 'open' };
  if (lateEntryClosesAt === null || at >= lateEntryClosesAt) {
    return { refusal: { code: 'WINDOW_CLOSED', closedAt: lateEntryClosesAt ?? enrollmentClosesAt } };
  }
  if (at < windows.firstSessionAt) {
    return { refusal: { code: 'LATE_ENTRY_NOT_OPEN', opensAt: windows.firstSessionAt } };
  }
  return { phase: 'late_entry' };
}

/**
 * How an application of this phase is decided. Who renews gets a seat at once, whatever the class does later; after a
 * lottery seats that fall free go to whoever comes in late, as there is nothing left to draw.
 */
export function admissionIn(phase: Phase, admission: AdmissionKind): AdmissionKind {
  if (phase === 'renewal') return 'first_come';
  return phase === 'late_entry' && admission === 'lottery' ? 'first_come' : admission;
}

/** Whether a seat that falls free is still given to those who wait: until the first session, or while late entry lasts. */
export function givesFreedSeats({ state, firstSessionAt, lateEntryClosesAt }: Windows, at: Date): boolean {
  if (state !== 'published') return false;
  return at < firstSessionAt || (lateEntryClosesAt !== null && at < lateEntryClosesAt);
}

/**
 * Whether the seats of a class are yet to be drawn, and its list still takes entries. Until then nobody is given a seat
 * but who renewed in time.
 */
export function takesEntries({ admission, enrollmentClosesAt }: Windows, at: Date): boolean {
  return admission === 'lottery' && at < enrollmentClosesAt;
}

/** Whether the window of a lottery is over: until it is drawn, its seats are for those who have applied. */
export function awaitsDraw({ admission, enrollmentClosesAt }: Windows, at: Date): boolean {
  return admission === 'lottery' && at >= enrollmentClosesAt;
}
