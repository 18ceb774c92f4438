import { type ArgumentMetadata, type PipeTransform, type Type, ValidationPipe } from '@nestjs/common';
import { getMetadataStorage, type ValidationError } from 'class-validator';
import type { CodedError, Sentence } from './coded-error.js';
import { CoreErrors } from './core.errors.js';
import { type PlainCheck, plainCheckOf } from './plain-requests.js';

/** A field that is not right: where it stands in the request, and why in both languages. */
interface WrongField {
  /** Such as `sessions.2.startsAt`. */
  path: string;
  message: Sentence;
}

const UNKNOWN_FIELD: Sentence = { zh: '没有这个字段', en: 'is not a known field' };
const MISSING: Sentence = { zh: '请填写', en: 'is missing' };
const NOT_RIGHT: Sentence = { zh: '内容有误', en: 'is not right' };

function wrongFields(errors: readonly ValidationError[], above = ''): WrongField[] {
  return errors.flatMap((error) => {
    const path = `${above}${error.property}`;
    const own = Object.keys(error.constraints ?? {}).slice(-1);
    return [
      ...own.map((constraint) => ({ path, message: whyWrong(error, constraint) })),
      ...wrongFields(error.children ?? [], `${path}.`),
    ];
  });
}

function whyWrong({ value, contexts }: ValidationError, constraint: string): Sentence {
  if (constraint === 'whitelistValidation') return UNKNOWN_FIELD;
  if (value === undefined || value === null) return MISSING;
  return (contexts?.[constraint] as Sentence | undefined) ?? NOT_RIGHT;
}

/** Levels of lists and objects in a request's body at most; what we ask for has four. */
const MOST_LEVELS = 32;

/**
 * Refuses a body nested so deep that whoever walks through it would run out of stack.
 *
 * @throws CORE.MALFORMED
 */
export function requireShallow(body: unknown): void {
  let level = objectsIn([body]);
  for (let depth = 0; level.length > 0; depth++) {
    if (depth >= MOST_LEVELS) throw CoreErrors.MALFORMED();
    level = level.flatMap((value) => objectsIn(Object.values(value)));
  }
}

const objectsIn = (values: unknown[]): object[] =>
  values.filter((value): value is object => typeof value === 'object' && value !== null);

/** CORE.INVALID naming every field that is not right, in both languages. */
export const invalid = (fields: readonly WrongField[]): CodedError => CoreErrors.INVALID({}, { fields });

/** Wrong fields that are named in one answer at most; nobody corrects more at once. */
const MOST_FIELDS = 200;

/**
 * Lets class-validator gather the checks of a class once instead of for every request: they stand when the program
 * has started. Groups, which we do not use, are gathered as before. (Of an object within another it asks by the name of
 * the other's class as if that were a schema.)
 */
function rememberChecks(): void {
  const storage = getMetadataStorage();
  const gather = storage.getTargetValidationMetadatas.bind(storage);
  const gathered = new Map<string, Map<unknown, ReturnType<typeof gather>>>();
  storage.getTargetValidationMetadatas = (target, schema, always, strictGroups, groups) => {
    if (always || strictGroups || groups?.length) return gather(target, schema, always, strictGroups, groups);
    // Without a schema class-validator passes nothing, whatever its types say.
    const ofSchema = gathered.get(schema) ?? new Map<unknown, ReturnType<typeof gather>>();
    gathered.set(schema, ofSchema);
    let checks = ofSchema.get(target);
    if (!checks) ofSchema.set(target, (checks = gather(target, schema, always, strictGroups, groups)));
    return checks;
  };
}

/** Checks every request against its class: unknown fields, wrong kinds and wrong values are all named at once. */
class RequestValidation implements PipeTransform {
  private readonly plainChecks = new Map<Type<unknown>, PlainCheck | undefined>();

  constructor(private readonly thorough: ValidationPipe) {}

  transform(value: unknown, metadata: ArgumentMetadata): unknown {
    const { type, metatype } = metadata;
    // What our own decorators take from a request is no field of it.
    if (type === 'custom') return value;
    return (
      (type === 'body' && metatype && this.plainCheck(metatype)?.(value)) || this.thorough.transform(value, metadata)
    );
  }

  private plainCheck(type: Type<unknown>): PlainCheck | undefined {
    if (!this.plainChecks.has(type)) this.plainChecks.set(type, plainCheckOf(type));
    return this.plainChecks.get(type);
  }
}

export function requestValidation(): PipeTransform {
  rememberChecks();
  return new RequestValidation(
    new ValidationPipe({
      transform: true,
      whitelist: true,
      forbidNonWhitelisted: true,
      stopAtFirstError: false,
      exceptionFactory: (errors) => invalid(wrongFields(errors).slice(0, MOST_FIELDS)),
    }),
  );
}
