import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { makeCode, readCode, readMobilePhone, readResidentCard } from './codes.js';

const dice = fc.infiniteStream(fc.nat(31)).map((stream) => (sides: number) => stream.next().value % sides);
const kinds = fc.constantFrom(
  'class' as const,
  'personal' as const,
  'lottery' as const,
  'companions' as const,
  'proxy' as const,
);

describe('codes', () => {
  it('are read back as typed: any case, with blanks and dashes, letters for digits', () => {
    const code = makeCode('personal', () => 1);
    expect(code).toMatch(/^P-1{10}.$/);
    expect(readCode('personal', ` ${code.toLowerCase().replaceAll('1', 'l').replace('-', '')} `)).toBe(code);
    expect(readCode('personal', code.replace('P-1111', 'Ｐ－１１１１'.normalize('NFKC')))).toBe(code);
    expect(readCode('class', code)).toBeNull();
  });

  it('are read back whatever the dice', () => {
    fc.assert(
      fc.property(kinds, dice, (kind, throwDice) => {
        const code = makeCode(kind, throwDice);
        expect(readCode(kind, code)).toBe(code);
      }),
    );
  });

  it('notice one wrong character', () => {
    fc.assert(
      fc.property(
        kinds,
        dice,
        fc.nat(10),
        fc.constantFrom(...'0123456789ABCDEFGHJKMNPQRSTVWXYZ'),
        (kind, throwDice, at, other) => {
          const code = makeCode(kind, throwDice);
          const index = 2 + (at % (code.length - 2));
          fc.pre(code[index] !== other);
          expect(readCode(kind, code.slice(0, index) + other + code.slice(index + 1))).toBeNull();
        },
      ),
    );
  });

  it('notice two neighbours that changed places, but for the one pair the check cannot tell apart', () => {
    fc.assert(
      fc.property(kinds, dice, fc.nat(10), (kind, throwDice, at) => {
        const code = makeCode(kind, throwDice);
        const index = 2 + (at % (code.length - 3));
        const [a, b] = [code[index]!, code[index + 1]!];
        fc.pre(a !== b && !(['0', 'Z'].includes(a) && ['0', 'Z'].includes(b)));
        expect(readCode(kind, code.slice(0, index) + b + a + code.slice(index + 2))).toBeNull();
      }),
    );
  });

  it.each(['', 'P-', 'P-123', 'X-12345678901', 'P-UUUUUUUUUUU', '<script>'])('%j is no code', (typed) => {
    expect(readCode('personal', typed)).toBeNull();
  });
});

describe('readResidentCard', () => {
  it.each([
    ['11010519491231002X', '1949-12-31', 'female'],
    ['11010519491231002x', '1949-12-31', 'female'],
    ['440524188001010014', '1880-01-01', 'male'],
  ])('%s', (typed, birthDate, sex) => {
    expect(readResidentCard(typed)).toEqual({ number: typed.toUpperCase(), birthDate, sex });
  });

  it.each([
    ['a wrong check character', '110105194912310021'],
    ['a day that does not exist', '110105194902300020'],
    ['a character too few', '1101051949123100X'],
    ['letters', 'ABCDEFGHIJKLMNOPQR'],
  ])('refuses %s', (_, typed) => {
    expect(readResidentCard(typed)).toBeNull();
  });
});

describe('readMobilePhone', () => {
  it.each([['13812345678'], ['+86 138 1234 5678'], ['0086-138-1234-5678'], ['１３８１２３４５６７８']])(
    '%s',
    (typed) => {
      expect(readMobilePhone(typed)).toBe('13812345678');
    },
  );

  it.each([['12812345678'], ['1381234567'], ['138123456789'], ['057763480000'], ['']])('%j is none', (typed) => {
    expect(readMobilePhone(typed)).toBeNull();
  });
});
