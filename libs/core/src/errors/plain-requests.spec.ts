import { describe, expect, it } from '@jest/globals';
import { type Type, ValidationPipe } from '@nestjs/common';
import { Transform } from 'class-transformer';
import fc from 'fast-check';
import {
  Day,
  Id,
  Ids,
  ListOf,
  Moment,
  Nested,
  OneOf,
  QueryNumber,
  Secret,
  Text,
  WholeNumber,
  YesNo,
} from '../fields.js';
import { plainCheckOf } from './plain-requests.js';
import { requestValidation } from './validation.js';

class Base {
  @Id()
  id!: string;
}

class Plain extends Base {
  @Id({ optional: true })
  maybe?: string;

  @WholeNumber({ min: 1, max: 9, nullable: true })
  count!: number | null;

  @YesNo({ optional: true, nullable: true })
  sure?: boolean | null;

  @OneOf(['one', 'two'], { optional: true })
  word: string = 'one';

  @Day({ optional: true })
  day?: string;

  @Moment({ optional: true })
  moment?: string;

  @Secret({ min: 2, max: 5, optional: true })
  secret?: string;

  @Ids({ max: 3, optional: true })
  others?: string[];

  @Nested(() => Base, { optional: true })
  nested?: Base;
}

const check = plainCheckOf(Plain)!;
const thorough = new ValidationPipe({ transform: true, whitelist: true, forbidNonWhitelisted: true });
const long = (body: unknown) =>
  thorough.transform(body, { type: 'body', metatype: Plain }).then(
    (value: unknown) => value,
    () => 'refused',
  );

const UUID = '01989b40-0000-7000-8000-000000000001';
const anything = fc.oneof(fc.anything(), fc.constantFrom(UUID, 'one', 5, true, null, undefined, '2026-09-01'));
const field = (right: fc.Arbitrary<unknown>) => fc.oneof({ weight: 30, arbitrary: right }, anything);
const mostlyLeftOut = (given: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 20, arbitrary: fc.constant(undefined) }, given, anything);
const nearlyRight = fc.record(
  {
    id: field(fc.constantFrom(UUID, UUID.toUpperCase())),
    maybe: field(fc.constant(UUID)),
    count: field(fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constant(null))),
    sure: field(fc.oneof(fc.boolean(), fc.constant(null))),
    word: field(fc.constantFrom('one', 'two')),
    day: field(fc.constantFrom('2026-09-01', '2027-01-31', '2028-02-29', '2026-02-29')),
    moment: field(fc.constantFrom('2026-09-01T09:00:00+08:00', '2026-09-01T01:00:00Z', '2026-09-01T09:00:00')),
    secret: field(fc.string({ minLength: 2, maxLength: 6 })),
    others: mostlyLeftOut(fc.constantFrom([UUID], 'one')),
    nested: mostlyLeftOut(fc.constant({ id: UUID })),
  },
  { requiredKeys: ['id', 'count'] },
);
const bodies = fc.oneof({ weight: 9, arbitrary: nearlyRight }, fc.object(), anything);

describe('the short way', () => {
  it('says yes to what is right, and gives an instance with its own defaults', () => {
    const object = check({ id: UUID, count: null, sure: true });
    expect(object).toBeInstanceOf(Plain);
    expect(object).toEqual({ id: UUID, count: null, sure: true, word: 'one' });
  });

  it('says yes only where the long way says the same', async () => {
    let agreed = 0;
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const object = check(body);
        if (!object) return;
        agreed++;
        const other = await long(body);
        expect(other).toBeInstanceOf(Plain);
        expect(object).toStrictEqual(other);
      }),
      { numRuns: 3_000 },
    );
    expect(agreed).toBeGreaterThan(300);
  });

  it('leaves a list or an object to the long way, and minds neither where it is left out', async () => {
    for (const more of [{ others: [UUID] }, { nested: { id: UUID } }, { others: null }, { others: 'one' }]) {
      expect(check({ id: UUID, count: 1, ...more })).toBeUndefined();
    }
    expect(await long({ id: UUID, count: 1, others: [UUID], nested: { id: UUID } })).toBeInstanceOf(Plain);
  });

  it.each([
    ['an unknown field', { id: UUID, count: 1, other: 1 }],
    ['a missing field', { count: 1 }],
    ['an object in place of a value', { id: UUID, count: { valueOf: 1 } }],
    ['no object', [UUID]],
  ])('leaves it to the long way to refuse %s', async (_, body) => {
    expect(check(body)).toBeUndefined();
    expect(await long(body)).toBe('refused');
  });

  it('leaves a field of the language to the long way too, which strips it', () => {
    expect(check(JSON.parse(`{"id":"${UUID}","count":1,"__proto__":{"sure":true}}`))).toBeUndefined();
  });

  class Trimmed {
    @Text({ max: 5 })
    text!: string;
  }
  class Turned {
    @QueryNumber({ min: 1, max: 5 })
    number!: number;
  }
  class Listed {
    @ListOf(() => Base, { max: 2 })
    items!: Base[];
  }
  class Nesting {
    @Nested(() => Base)
    item!: Base;
  }
  class Inherited extends Base {
    @Transform(({ value }: { value: string }) => value.toUpperCase())
    @Id()
    other!: string;
  }
  class Empty {}
  it.each([Trimmed, Turned, Listed, Nesting, Inherited, Empty])('is not taken by %p', (type: Type<unknown>) => {
    expect(plainCheckOf(type)).toBeUndefined();
  });
});

it('is what a request is checked by where it goes', async () => {
  const pipe = requestValidation();
  const body = { id: UUID, count: 3 };
  expect(pipe.transform(body, { type: 'body', metatype: Plain })).toBeInstanceOf(Plain);
  await expect(pipe.transform({ ...body, id: 'x' }, { type: 'body', metatype: Plain })).rejects.toThrow('CORE.INVALID');
});
