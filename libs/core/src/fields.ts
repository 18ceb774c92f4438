import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiProperty, type ApiPropertyOptions, getSchemaPath } from '@nestjs/swagger';
import { plainToInstance, Transform, Type as TransformTo } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  MinLength,
  Validate,
  ValidateIf,
  ValidateNested,
  ValidatorConstraint,
  type ValidatorConstraintInterface,
} from 'class-validator';
import { isDay, isMoment } from './times.js';
import type { Type } from '@nestjs/common';

/*
 * One decorator a field: its check with a sentence in both languages, and its place in the API description. Requests
 * and views use the same ones; on views they only describe.
 */

interface FieldOptions {
  description?: string;
  /** May be left out. */
  optional?: boolean;
  /** May be null. */
  nullable?: boolean;
}

function field(options: FieldOptions, api: ApiPropertyOptions, checks: PropertyDecorator[]): PropertyDecorator {
  const { optional = false, nullable = false, description } = options;
  const lenient: PropertyDecorator[] = [];
  if (optional && nullable) lenient.push(IsOptional());
  else if (optional) lenient.push(ValidateIf((_, value) => value !== undefined));
  else if (nullable) lenient.push(ValidateIf((_, value) => value !== null));
  return applyDecorators(
    ApiProperty({
      ...api,
      required: !optional,
      ...(nullable && { nullable }),
      ...(description && { description }),
    } as ApiPropertyOptions),
    ...lenient,
    ...checks,
  );
}

const says = (zh: string, en: string, each = false) => ({
  // class-validator forgets the context of a check of our own that has no message.
  message: en,
  context: { zh, en },
  each,
});

/** A UUID. */
export const Id = (options: FieldOptions = {}) =>
  field(options, { type: String, format: 'uuid' }, [IsUUID(undefined, says('编号格式不对', 'is not an id'))]);

/**
 * A list of UUIDs, each once. Of a list that is too long no more than one id too many is looked at.
 *
 * @param options `query`: it stands in a query string, where one alone arrives without a list
 */
export const Ids = (options: FieldOptions & { max: number; min?: number; query?: boolean }) =>
  field(
    options,
    {
      type: String,
      format: 'uuid',
      isArray: true,
      minItems: options.min ?? 0,
      maxItems: options.max,
      uniqueItems: true,
    },
    [
      Transform(({ value }: { value: unknown }) => {
        const list: unknown = options.query && typeof value === 'string' ? [value] : value;
        return Array.isArray(list) ? (list as unknown[]).slice(0, options.max + 1) : list;
      }),
      IsArray(says('应为列表', 'must be a list')),
      ArrayMinSize(options.min ?? 0, says(`至少 ${options.min ?? 0} 项`, `needs at least ${options.min ?? 0}`)),
      ArrayMaxSize(options.max, says(`最多 ${options.max} 项`, `at most ${options.max}`)),
      ArrayUnique(says('有重复', 'names one twice')),
      IsUUID(undefined, says('编号格式不对', 'is not an id', true)),
    ],
  );

/** Blanks and what is not seen at all; copied phone numbers and names often bring some along. */
const UNSEEN = /[\s\u200b-\u200f\u202a-\u202e\u2060-\u2069]/;

/** The text from the first to the last character that is seen; by hand, since a pattern takes the square of a long text's time. */
function trimUnseen(text: string): string {
  let [from, to] = [0, text.length];
  while (from < to && UNSEEN.test(text[from]!)) from++;
  while (to > from && UNSEEN.test(text[to - 1]!)) to--;
  return text.slice(from, to);
}

/** A text without control characters, also those that turn the order of reading around; trimmed. */
export const Text = (options: FieldOptions & { max: number; min?: number }) => {
  const min = options.min ?? 1;
  return field(options, { type: String, minLength: min, maxLength: options.max }, [
    Transform(({ value }: { value: unknown }) => (typeof value === 'string' ? trimUnseen(value) : value)),
    IsString(says('应为文字', 'must be text')),

    // Half of a pair of surrogates is no character: the database would refuse it in jsonb and change it elsewhere.
    Matches(
      /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f\u202a-\u202e\u2066-\u2069\p{Surrogate}]*$/u,
      says('含有无法识别的字符', 'holds characters that are none'),
    ),
    MinLength(
      min,
      says(
        min === 1 ? '不能为空' : `至少 ${min} 个字`,
        min === 1 ? 'must not be empty' : `needs at least ${min} characters`,
      ),
    ),
    MaxLength(options.max, says(`最多 ${options.max} 个字`, `must be at most ${options.max} characters`)),
  ]);
};

/** A password: taken as typed, blanks and all. */
export const Secret = (options: FieldOptions & { max: number; min?: number }) => {
  const min = options.min ?? 1;
  return field(options, { type: String, format: 'password', minLength: min, maxLength: options.max }, [
    IsString(says('应为文字', 'must be text')),
    MinLength(min, says(`至少 ${min} 个字符`, `needs at least ${min} characters`)),
    MaxLength(options.max, says(`最多 ${options.max} 个字符`, `must be at most ${options.max} characters`)),
  ]);
};

/** A whole number. */
export const WholeNumber = (options: FieldOptions & { min: number; max: number }) =>
  field(options, { type: 'integer', minimum: options.min, maximum: options.max }, [
    IsInt(says('应为整数', 'must be a whole number')),
    Min(options.min, says(`至少为 ${options.min}`, `must be at least ${options.min}`)),
    Max(options.max, says(`最多为 ${options.max}`, `must be at most ${options.max}`)),
  ]);

/** A number with at most so many decimals. */
export const Decimal = (options: FieldOptions & { min: number; max: number; decimals: number }) =>
  field(options, { type: Number, minimum: options.min, maximum: options.max }, [
    IsNumber(
      { allowNaN: false, allowInfinity: false, maxDecimalPlaces: options.decimals },
      says(`应为数字，最多 ${options.decimals} 位小数`, `must be a number of at most ${options.decimals} decimals`),
    ),
    Min(options.min, says(`至少为 ${options.min}`, `must be at least ${options.min}`)),
    Max(options.max, says(`最多为 ${options.max}`, `must be at most ${options.max}`)),
  ]);

/** A whole number in a query string. */
export const QueryNumber = (options: FieldOptions & { min: number; max: number }) =>
  applyDecorators(
    TransformTo(() => Number),
    WholeNumber(options),
  );

/** Yes or no. */
export const YesNo = (options: FieldOptions = {}) =>
  field(options, { type: Boolean }, [IsBoolean(says('应为是或否', 'must be true or false'))]);

/** Yes or no in a query string. */
export const QueryYesNo = (options: FieldOptions = {}) =>
  applyDecorators(
    Transform(({ value }: { value: unknown }) => (value === 'true' ? true : value === 'false' ? false : value)),
    YesNo(options),
  );

/** One of a fixed list of words. */
export const OneOf = (words: readonly string[], options: FieldOptions & { name?: string } = {}) =>
  field(options, { type: String, enum: [...words] }, [
    IsIn([...words], says(`应为以下之一：${words.join(', ')}`, `must be one of ${words.join(', ')}`)),
  ]);

@ValidatorConstraint({ name: 'isMoment' })
class IsMoment implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && isMoment(value);
  }
}

/** A moment, ISO 8601 with offset: 2026-09-01T09:00:00+08:00. */
export const Moment = (options: FieldOptions = {}) =>
  field(options, { type: String, format: 'date-time' }, [
    Validate(
      IsMoment,
      says(
        '时间应形如 2026-09-01T09:00:00+08:00 且真实存在',
        'must be a real time with its offset, such as 2026-09-01T09:00:00+08:00',
      ),
    ),
  ]);

@ValidatorConstraint({ name: 'isDay' })
class IsDay implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return typeof value === 'string' && isDay(value);
  }
}

/** A calendar day of the district, YYYY-MM-DD. */
export const Day = (options: FieldOptions = {}) =>
  field(options, { type: String, format: 'date' }, [
    Validate(IsDay, says('日期应为 YYYY-MM-DD 且真实存在', 'must be a real day, YYYY-MM-DD')),
  ]);

/** A month of this century, YYYY-MM. */
export const Month = (options: FieldOptions = {}) =>
  field(options, { type: String, pattern: '^20\\d{2}-(0[1-9]|1[0-2])$' }, [
    Matches(/^20\d{2}-(0[1-9]|1[0-2])$/, says('月份应为 YYYY-MM', 'must be a month, YYYY-MM')),
  ]);

/** A division code of the National Bureau of Statistics, 12 digits. */
export const RegionCode = (options: FieldOptions = {}) =>
  field(options, { type: String, pattern: '^\\d{12}$' }, [
    Matches(/^\d{12}$/, says('行政区划代码应为 12 位数字', 'must be a division code of 12 digits')),
  ]);

/** A list of different texts; of one that is too long no more than the first item too many is looked at. */
const listOfTexts = (
  options: FieldOptions & { max: number; min?: number },
  item: Record<string, unknown>,
  checks: PropertyDecorator[],
) => {
  const min = options.min ?? 1;
  return field(options, { type: 'array', items: item, minItems: min, maxItems: options.max, uniqueItems: true }, [
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.slice(0, options.max + 1) : value)),
    IsArray(says('应为列表', 'must be a list')),
    ArrayMinSize(min, says(`至少 ${min} 项`, `needs at least ${min}`)),
    ArrayMaxSize(options.max, says(`最多 ${options.max} 项`, `at most ${options.max}`)),
    ArrayUnique(says('有重复的项', 'names something twice')),
    ...checks,
  ]);
};

/** Some of a fixed list of words, each once; none too, unless `min` says otherwise. */
export const SomeOf = (words: readonly string[], options: FieldOptions & { min?: number } = {}) =>
  listOfTexts({ min: 0, ...options, max: words.length }, { type: 'string', enum: [...words] }, [
    IsIn([...words], says(`每项应为以下之一：${words.join(', ')}`, `must each be one of ${words.join(', ')}`, true)),
  ]);

/** Division codes of the National Bureau of Statistics, each once. */
export const RegionCodes = (options: FieldOptions & { max: number; min?: number }) =>
  listOfTexts(options, { type: 'string', pattern: '^\\d{12}$' }, [
    Matches(/^\d{12}$/, says('每个行政区划代码应为 12 位数字', 'must each be a division code of 12 digits', true)),
  ]);

/** Short texts without control characters, each once. */
export const Texts = (options: FieldOptions & { max: number; min?: number; maxLength: number }) =>
  listOfTexts(options, { type: 'string', minLength: 1, maxLength: options.maxLength }, [
    IsString(says('每项应为文字', 'must each be text', true)),
    Matches(
      /^[^\u0000-\u001f\u007f\p{Surrogate}]+$/u,
      says('含有无法识别的字符', 'holds characters that are none', true),
    ),
    MaxLength(
      options.maxLength,
      says(`每项最多 ${options.maxLength} 个字`, `must each be at most ${options.maxLength} characters`, true),
    ),
  ]);

// The API description knows a class that is given lazily by the function's name, which must be `type`.

const isObject = (value: unknown) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** A list where one object should be would be looked at item by item, and an empty one not at all. */
@ValidatorConstraint({ name: 'isOneObject' })
class IsOneObject implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return isObject(value);
  }
}

/** Likewise a list within a list. */
@ValidatorConstraint({ name: 'holdsObjects' })
class HoldsObjects implements ValidatorConstraintInterface {
  validate(value: unknown): boolean {
    return Array.isArray(value) && value.every(isObject);
  }
}

/** One nested object. */
export const Nested = (type: () => Type<unknown>, options: FieldOptions = {}) =>
  field(options, { type: () => type() }, [
    TransformTo(type),
    ValidateNested(says('内容有误', 'is not right')),
    Validate(IsOneObject, says('内容有误', 'is not right')),
  ]);

/**
 * A list of nested objects. Of a list that is too long no more than the first item too many is looked at: checking each
 * of the hundred thousand that fit into a request kept everybody else waiting for the better part of a minute.
 */
export const ListOf = (type: () => Type<unknown>, options: FieldOptions & { max: number; min?: number }) =>
  field(options, { type: () => type(), isArray: true, minItems: options.min ?? 0, maxItems: options.max }, [
    TransformTo(type),
    Transform(({ value }: { value: unknown }) => (Array.isArray(value) ? value.slice(0, options.max + 1) : value)),
    IsArray(says('应为列表', 'must be a list')),
    ArrayMinSize(options.min ?? 0, says(`至少 ${options.min ?? 0} 项`, `needs at least ${options.min ?? 0}`)),
    ArrayMaxSize(options.max, says(`最多 ${options.max} 项`, `at most ${options.max}`)),
    ValidateNested(says('内容有误', 'is not right', true)),
    Validate(HoldsObjects, says('内容有误', 'is not right')),
  ]);

/**
 * A list of objects of which `kind` says what else they hold: each is checked as what it is, and described as one of
 * them.
 *
 * @param kinds their classes by kind, each with a field `kind`
 */
export const ListOfKinds = (
  kinds: Readonly<Record<string, Type<unknown>>>,
  options: FieldOptions & { max: number },
): PropertyDecorator => {
  class AnyKind {
    @OneOf(Object.keys(kinds))
    kind!: string;
  }
  const read = (item: unknown): unknown => {
    if (typeof item !== 'object' || item === null) return item;
    // Whoever checks would look into a list in a list.
    if (Array.isArray(item)) return new AnyKind();
    const { kind } = item as { kind?: unknown };
    const known = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind]! : AnyKind;
    return plainToInstance(known, item);
  };
  const oneOf = Object.values(kinds).map((one) => ({ $ref: getSchemaPath(one) }));
  const list = field(options, { type: 'array', items: { oneOf }, maxItems: options.max }, [
    Transform(({ value }: { value: unknown }) =>
      Array.isArray(value) ? value.slice(0, options.max + 1).map(read) : value,
    ),
    IsArray(says('应为列表', 'must be a list')),
    ArrayMaxSize(options.max, says(`最多 ${options.max} 项`, `at most ${options.max}`)),
    ValidateNested(says('内容有误', 'is not right', true)),
  ]);
  return (target, key) => {
    ApiExtraModels(...Object.values(kinds))(target.constructor);
    list(target, key);
  };
};
