import type { Language } from '#contracts';

/** A sentence in each language the platform speaks; `{name}` stands for a parameter. */
export type Sentence = Record<Language, string>;

/** What is known of an error before it happens. */
export interface ErrorDefinition {
  /** HTTP status. */
  status: number;
  /** What happened. */
  title: Sentence;
  /** What to do now. */
  next: Sentence;
  /** Seconds after which trying again makes sense; answered as Retry-After. */
  retryAfter?: number;
}

export type ErrorParameters = Record<string, string | number>;

/** An error that a caller can act on: a stable code, a sentence, and what to do next. */
export class CodedError extends Error {
  constructor(
    readonly code: string,
    readonly definition: ErrorDefinition,
    readonly parameters: ErrorParameters = {},
    /** Further members of the problem document, such as the fields that are wrong. */
    readonly details: Record<string, unknown> = {},
  ) {
    super(`${code}: ${fillIn(definition.title.en, parameters)}`);
    this.name = 'CodedError';
  }
}

/** Puts the parameters into a sentence. */
export function fillIn(sentence: string, parameters: ErrorParameters): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(parameters[name] ?? whole));
}

type Thrower = (parameters?: ErrorParameters, details?: Record<string, unknown>) => CodedError;

/**
 * Declares the errors of one lib.
 *
 * @param prefix first half of the codes, such as `ENROLLMENT`
 * @returns a maker per code: `throw EnrollmentErrors.CLASS_FULL({ seats: 20 })`
 */
export function defineErrors<Name extends string>(
  prefix: string,
  definitions: Record<Name, ErrorDefinition>,
): Record<Name, Thrower> {
  const makers = {} as Record<Name, Thrower>;
  for (const name of Object.keys(definitions) as Name[]) {
    makers[name] = (parameters, details) => new CodedError(`${prefix}.${name}`, definitions[name], parameters, details);
  }
  return makers;
}

const byConstraint = new Map<string, () => CodedError>();

/** Says which error a broken database constraint means; each lib calls it in its `*.errors.ts`. */
export function explainConstraints(explanations: Record<string, () => CodedError>): void {
  for (const [constraint, make] of Object.entries(explanations)) byConstraint.set(constraint, make);
}

/** The error that a broken constraint means, if a lib has said so. */
export function errorOfConstraint(constraint: string): CodedError | undefined {
  return byConstraint.get(constraint)?.();
}
