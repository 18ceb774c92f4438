import type { Schema } from '../shared/api';

type Card = Schema<'ClassCardView'>;

/** How a class stands for someone who wants a seat. */
export type Standing = 'finished' | 'upcoming' | 'open' | 'full' | 'closed';

export function standingOf(card: Card, at: Date = new Date()): Standing {
  if (card.state !== 'published') return 'finished';
  if (at < new Date(card.enrollmentOpensAt)) return 'upcoming';
  if (at >= new Date(card.enrollmentClosesAt)) return 'closed';
  return card.seatsLeft > 0 ? 'open' : 'full';
}

/** The session that comes next or is under way. */
export function nextSessionOf(view: Schema<'ClassView'>, at: Date = new Date()): Schema<'SessionView'> | undefined {
  return view.sessions.find(({ state, endsAt }) => state !== 'cancelled' && new Date(endsAt) > at);
}
