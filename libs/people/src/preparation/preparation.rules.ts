import type { DeclarationState, PreparationItem, PreparationState, ProxyStanding } from '#contracts';

/** What is known of a resident who prepares to enroll. */
export interface Prepared {
  verified: boolean;
  residence: boolean;
  /** Work or household registration is known. */
  ties: boolean;
  /** In what right those act who want to: the caller's account, or at the counter all of the family. */
  standings: readonly ProxyStanding[];
  contact: boolean;
  /** null: no term is asked about. */
  declaration: DeclarationState | null;
  companions: number;
}

/**
 * 报名准备: what is ready and what is not, in the order of the page. Nothing of it bars from applying, so that the hard
 * minute stays three taps; what is missing is only slower afterwards.
 */
export function preparationOf(prepared: Prepared): { item: PreparationItem; state: PreparationState }[] {
  return [
    // Only staff can look at a card; until then the resident may enroll and is counted apart (counting rule 8).
    { item: 'identity', state: prepared.verified ? 'ready' : 'at_counter' },
    { item: 'residence', state: prepared.residence ? 'ready' : 'missing' },
    // Whoever neither works nor is registered here has nothing to say.
    { item: 'ties', state: prepared.ties ? 'ready' : 'optional' },
    { item: 'consent', state: consentState(prepared.standings) },
    { item: 'contact', state: prepared.contact ? 'ready' : 'missing' },
    { item: 'declaration', state: declarationItem(prepared.declaration) },
    { item: 'companions', state: prepared.companions > 0 ? 'ready' : 'optional' },
  ];
}

function consentState(standings: readonly ProxyStanding[]): PreparationState {
  if (standings.includes('to_be_signed')) return 'later';
  return standings.includes('consented') ? 'ready' : 'not_needed';
}

function declarationItem(declaration: DeclarationState | null): PreparationState {
  if (declaration === null || declaration === 'not_needed') return 'not_needed';
  return declaration === 'missing' ? 'missing' : 'ready';
}
