import type { Type } from '@nestjs/common';
import { TransformationType } from 'class-transformer';
import { defaultMetadataStorage } from 'class-transformer/cjs/storage.js';
import { getMetadataStorage, type ValidationArguments } from 'class-validator';

/** Gives the request as an instance of its class, or undefined where that takes a closer look. */
export type PlainCheck = (body: unknown) => object | undefined;

interface FieldCheck {
  name: string;
  /** A list or an object, or a value to be changed: only where it is left out is there nothing to look at. */
  closer: boolean;
  /** Whether the field is to be checked at all. */
  conditions: ((object: object, value: unknown) => boolean)[];
  checks: { validate: (value: unknown, args: ValidationArguments) => unknown; constraints: unknown[] }[];
}

/**
 * The short way for requests of plain values (texts, numbers, yes or no) that are right as they come, as in the hard
 * minute almost all are: the checks of the class itself, called one after the other. class-validator and
 * class-transformer, which can do much more, take a hundred times as long to come to the same end.
 *
 * It only ever says yes. Whatever is wrong, unknown, nested or missing goes the long way, which finds the words for it;
 * so do classes that ask for more than plain values, for which there is no short way. What may be left out, and is, is
 * no matter.
 */
export function plainCheckOf(type: Type<unknown>): PlainCheck | undefined {
  const fields = fieldsOf(type);
  if (!fields) return undefined;
  const names = new Set(fields.map(({ name }) => name));
  return (body) => {
    if (typeof body !== 'object' || body === null || Object.getPrototypeOf(body) !== Object.prototype) return undefined;
    const object = new type() as Record<string, unknown>;
    for (const name of Object.keys(body)) {
      const value = (body as Record<string, unknown>)[name];
      if (!names.has(name) || (typeof value === 'object' && value !== null)) return undefined;
      object[name] = value;
    }
    return fields.every((field) => isRight(field, object)) ? object : undefined;
  };
}

function isRight({ name, closer, conditions, checks }: FieldCheck, object: Record<string, unknown>): boolean {
  const value = object[name];
  for (const applies of conditions) if (!applies(object, value)) return true;
  if (closer) return false;
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
    const field = fields.get(name) ?? { name, closer: !isTakenAsItCame(type, name), conditions: [], checks: [] };
    fields.set(name, field);
    if (validateIf) {
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

/** Whether class-transformer would hand on the field without touching it. */
function isTakenAsItCame(type: Type<unknown>, name: string): boolean {
  return (
    defaultMetadataStorage.getStrategy(type) === 'none' &&
    !defaultMetadataStorage.findTypeMetadata(type, name) &&
    !defaultMetadataStorage.findExposeMetadata(type, name) &&
    !defaultMetadataStorage.findExcludeMetadata(type, name) &&
    defaultMetadataStorage.findTransformMetadatas(type, name, TransformationType.PLAIN_TO_CLASS).length === 0
  );
}
