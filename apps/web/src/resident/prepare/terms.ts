import { addDays, dayOf } from '#contracts';
import { api, ask, type Schema } from '../../shared/api';

type Term = Schema<'TermView'>;

/** So many days before a term begins people get ready for it rather than for the one that ends. */
const AHEAD_DAYS = 60;

/** Terms that are not over, the one to get ready for first; more than a few are never laid down ahead. */
export async function termsToPrepareFor(): Promise<Term[]> {
  const today = dayOf(new Date());
  const { items } = await ask(() => api.GET('/api/v1/terms', { params: { query: { limit: 10 } } }), { again: true });
  const open = items.filter(({ endsOn }) => endsOn >= today).sort((a, b) => a.startsOn.localeCompare(b.startsOn));
  const soon = open.find(({ startsOn }) => startsOn > today && startsOn <= addDays(today, AHEAD_DAYS));
  return soon ? [soon, ...open.filter((term) => term !== soon)] : open;
}
