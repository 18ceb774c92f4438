import { describe, expect, it } from '@jest/globals';
import { type Type, ValidationPipe } from '@nestjs/common';
import { Transform } from 'class-transformer';
import fc from 'fast-check';
import {
  Day,
  Id,
  Ids,
  ListOf,
  ListOfKinds,
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

class Item extends Base {
  @Text({ max: 5, optional: true, nullable: true })
  note?: string | null;

  @ListOf(() => Item, { max: 2, optional: true })
  within?: Item[];
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

  @Text({ max: 5, optional: true })
  text?: string;

  @ListOf(() => Item, { min: 1, max: 2, optional: true })
  items?: Item[];
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
const mostlyRight = (given: fc.Arbitrary<unknown>) =>
  fc.oneof({ weight: 10, arbitrary: fc.constant(undefined) }, { weight: 10, arbitrary: given }, anything);
const item = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record(
      {
        id: field(fc.constant(UUID)),
        note: field(fc.constantFrom(' a', 'abcdefg', null)),
        within: mostlyLeftOut(fc.constantFrom([{ id: UUID, note: 'b ' }], [{ id: UUID, within: [{ id: 'x' }] }], [])),
      },
      { requiredKeys: ['id'] },
    ),
  },
  anything,
);
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
    nested: mostlyLeftOut(fc.constantFrom({ id: UUID }, { id: UUID, other: 1 }, [{ id: UUID }], [UUID])),
    text: field(fc.constantFrom('abc', ' abc ', 'a ', '  b', 'c', 'abcd ', 'abcdef', '  ')),
    items: mostlyRight(fc.array(item, { maxLength: 3 })),
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
      { numRuns: 6_000 },
    );
    expect(agreed).toBeGreaterThan(300);
  });

  it('makes instances of what is nested, at every depth', async () => {
    const body = {
      id: UUID,
      count: 1,
      items: [{ id: UUID, note: ' a ', within: [{ id: UUID }] }],
      nested: { id: UUID },
    };
    const object = check(body) as Plain;
    expect(object).toStrictEqual(await long(body));
    expect(object.nested).toBeInstanceOf(Base);
    expect(object.items![0]).toBeInstanceOf(Item);
    expect(object.items![0]!.within![0]).toBeInstanceOf(Item);
    expect(object.items![0]!.note).toBe('a');
    for (const items of [[], [{ id: 'x' }], [{ id: UUID, other: 1 }], [null], new Array(3).fill({ id: UUID }), {}]) {
      expect(check({ id: UUID, count: 1, items })).toBeUndefined();
    }
  });

  it('leaves a list of plain values to the long way, and does not mind where it is left out', async () => {
    for (const more of [{ others: [UUID] }, { others: null }, { others: 'one' }, { word: {} }]) {
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

  class Turned {
    @QueryNumber({ min: 1, max: 5 })
    number!: number;
  }
  class Grouped {
    @Transform(({ value }: { value: string }) => value.toUpperCase(), { groups: ['shouted'] })
    @Id()
    other!: string;
  }
  class Listed {
    @Ids({ max: 2 })
    items!: string[];
  }
  class OfKinds {
    @ListOfKinds({ base: Base }, { max: 2 })
    items!: Base[];
  }
  class Empty {}
  it.each([Turned, Grouped, Listed, OfKinds, Empty])('is not taken by %p', (type: Type<unknown>) => {
    expect(plainCheckOf(type)).toBeUndefined();
  });
});

it('is what a request is checked by where it goes', async () => {
  const pipe = requestValidation();
  const body = { id: UUID, count: 3 };
  expect(pipe.transform(body, { type: 'body', metatype: Plain })).toBeInstanceOf(Plain);
  await expect(pipe.transform({ ...body, id: 'x' }, { type: 'body', metatype: Plain })).rejects.toThrow('CORE.INVALID');
});
