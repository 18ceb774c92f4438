import { ageOn, type DeclarationState } from '#contracts';

/** From this age on, on the first day of the term, a resident declares once a term whether they are fit (安全声明). */
export const DECLARATION_AGE = 70;

/**
 * Where a resident's declaration for a term stands. It is asked for in the classes, and never bars from applying.
 *
 * @param answer yes or no; null: not given
 */
export function declarationState(birthDate: string, termStartsOn: string, answer: boolean | null): DeclarationState {
  if (answer !== null) return answer ? 'fit' : 'not_fit';
  return ageOn(birthDate, termStartsOn) >= DECLARATION_AGE ? 'missing' : 'not_needed';
}
