import type { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, type ValidationArguments } from 'class-validator';

/** Gives the request as an instance of its class, or undefined where that takes a closer look. */
export type PlainCheck = (body: unknown) => object | undefined;

interface FieldCheck {
  name: string;
  /** What the short way does not know: only where the field is left out is there nothing to look at. */
  closer: boolean;
  /** Whether the field is to be checked at all. */
  conditions: ((object: object, value: unknown) => boolean)[];
  /** How the value is changed before it is checked: blanks cut off, a list cut to its length. */
  changes: ((value: unknown, body: object) => unknown)[];
  /** Of an object in the field, or of each in a list of them. */
  nested?: { type: () => Type<unknown>; list: boolean };
  checks: { validate: (value: unknown, args: ValidationArguments) => unknown; constraints: unknown[] }[];
}

/** Objects in one list that the short way looks at; of more, the long way names what is wrong. */
const MOST_ITEMS = 1_000;

/**
 * The short way for requests that are right as they come, as in the hard minute almost all are: plain values (texts,
 * numbers, yes or no), objects of these and lists of such objects. It calls the checks of the class itself, one after
 * the other. class-validator and class-transformer, which can do much more, take a hundred times as long to come to the
 * same end.
 *
 * It only ever says yes. Whatever is wrong, unknown or missing goes the long way, which finds the words for it; so do
 * classes that ask for more, for which there is no short way. What may be left out, and is, is no matter.
 */
export function plainCheckOf(type: Type<unknown>): PlainCheck | undefined {
  const fields = fieldsOf(type);
  if (!fields) return undefined;
  const byName = new Map(fields.map((field) => [field.name, field]));
  return (body) => {
    if (typeof body !== 'object' || body === null || Object.getPrototypeOf(body) !== Object.prototype) return undefined;
    const object = new type() as Record<string, unknown>;
    for (const name of Object.keys(body)) {
      const field = byName.get(name);
      if (!field) return undefined;
      const value = (body as Record<string, unknown>)[name];
      let taken = value;
      if (typeof value === 'object' && value !== null) {
        taken = field.nested && nestedIn(field.nested, value);
        if (taken === undefined) return undefined;
      }
      for (const change of field.changes) taken = change(taken, body);
      object[name] = taken;
    }
    return fields.every((field) => isRight(field, object)) ? object : undefined;
  };
}

/** Checks of classes within others; one may hold itself. */
const nestedChecks = new WeakMap<Type<unknown>, { check: PlainCheck | undefined }>();

function nestedIn({ type, list }: NonNullable<FieldCheck['nested']>, value: object): object | undefined {
  const itsType = type();
  let known = nestedChecks.get(itsType);
  if (!known) nestedChecks.set(itsType, (known = { check: plainCheckOf(itsType) }));
  const { check } = known;
  if (!check || Array.isArray(value) !== list) return undefined;
  if (!Array.isArray(value)) return check(value);
  if (value.length > MOST_ITEMS) return undefined;
  const items: object[] = [];
  for (const item of value as unknown[]) {
    const found = check(item);
    if (!found) return undefined;
    items.push(found);
  }
  return items;
}

function isRight({ name, closer, conditions, nested, checks }: FieldCheck, object: Record<string, unknown>): boolean {
  const value = object[name];
  for (const applies of conditions) if (!applies(object, value)) return true;
  // What is nested was checked by itself where it is an object at all.
  if (closer || (nested && (typeof value !== 'object' || value === null))) return false;
  for (const { validate, constraints } of checks) {
    if (validate(value, { targetName: '', property: name, object, value, constraints }) !== true) return false;
  }
  return true;
}

/** The checks of a class by field; undefined where it holds anything that the short way does not know. */
function fieldsOf(type: Type<unknown>): FieldCheck[] | undefined {
  const storage = getMetadataStorage();
  const fields = new Map<string, FieldCheck>();
  for (const check of storage.getTargetValidationMetadatas(type, '', false, false)) {
    const { propertyName: name, constraints, constraintCls, validateIf } = check;
    const field = fields.get(name) ?? { name, conditions: [], checks: [], ...handlingOf(type, name) };
    fields.set(name, field);
    if (check.type === 'nestedValidation') {
      // Instances that a change has made of what came would have to be checked as such.
      field.closer ||= !field.nested;
    } else if (validateIf || check.each) {
      field.closer = true;
    } else if (check.type === 'conditionalValidation') {
      field.conditions.push((constraints as FieldCheck['conditions'])[0]!);
    } else if (check.type === 'customValidation') {
      const validators = storage.getTargetValidatorConstraints(constraintCls);
      if (validators.some(({ async }) => async)) field.closer = true;
      for (const { instance } of validators) {
        field.checks.push({ validate: (value, args) => instance.validate(value, args), constraints });
      }
    } else {
      field.closer = true;
    }
  }
  for (const { closer, conditions } of fields.values()) if (closer && conditions.length === 0) return undefined;
  return fields.size > 0 ? [...fields.values()] : undefined;
}

/** What class-transformer would make of a field before it is checked. */
function handlingOf(type: Type<unknown>, name: string): Pick<FieldCheck, 'closer' | 'changes' | 'nested'> {
  const storage = defaultMetadataStorage;
  const made = storage.findTypeMetadata(type, name);
  const transforms = storage.findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS);
  const asksForMore =
    storage.getStrategy(type) !== 'none' ||
    storage.findExposeMetadata(type, name) ||
    storage.findExcludeMetadata(type, name) ||
    made?.options?.discriminator ||
    transforms.some(({ options }) => options?.groups?.length);
  const changes = transforms.map(
    ({ transformFn }): FieldCheck['changes'][number] =>
      (value, obj) =>
        transformFn({ value, key: name, obj, type: TransformationType.PLAIN_TO_CLASS, options: {} }) as unknown,
  );
  if (asksForMore || (made && !made.typeFunction)) return { closer: true, changes };
  if (!made) return { closer: false, changes };
  const typeOf = () => made.typeFunction() as Type<unknown>;
  // A number that stands in a query as text is made, not nested.
  if (PRIMITIVES.has(typeOf())) return { closer: true, changes };
  return { closer: false, changes, nested: { type: typeOf, list: made.reflectedType === Array } };
}

const PRIMITIVES: ReadonlySet<unknown> = new Set([String, Number, Boolean, Date, BigInt]);
