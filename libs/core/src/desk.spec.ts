import { describe, expect, it } from '@jest/globals';
import { Desk, type Outcome } from './desk.js';
import { CoreErrors } from './errors/core.errors.js';

const byFirstLetter = (batch: readonly string[]) =>
  [...new Set(batch.map((name) => name[0]))].map((letter) => batch.filter((name) => name[0] === letter));
const double = (batch: readonly string[]): Outcome<string>[] => batch.map((name) => ({ answer: name + name }));

describe('Desk', () => {
  it('gathers those who arrive while a batch is decided into the next batch', async () => {
    const batches: number[] = [];
    let open: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (open = resolve));
    const desk = new Desk<string, string>({
      name: 'test',
      partsOf: byFirstLetter,
      decide: async (batch) => {
        batches.push(batch.length);
        if (batches.length === 1) await gate;
        return double(batch);
      },
    });
    const first = desk.ask('a');
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    const others = ['b', 'c', 'd'].map((name) => desk.ask(name));
    open();
    expect(await Promise.all([first, ...others])).toEqual(['aa', 'bb', 'cc', 'dd']);
    expect(batches).toEqual([1, 3]);
  });

  it('fills a batch by the sizes of the requests, and gives a larger one a batch of its own', async () => {
    const batches: string[][] = [];
    const desk = new Desk<string, string>({
      name: 'test',
      partsOf: byFirstLetter,
      sizeOf: (name) => name.length,
      batchLimit: 4,
      decide: (batch) => {
        batches.push([...batch]);
        return Promise.resolve(double(batch));
      },
    });
    await Promise.all(['aa', 'bb', 'c', 'dddddd', 'e'].map((name) => desk.ask(name)));
    expect(batches).toEqual([['aa', 'bb'], ['c'], ['dddddd'], ['e']]);
  });

  it('never lets the request that breaks a batch fail its neighbours', async () => {
    const desk = new Desk<string, string>({
      name: 'test',
      partsOf: byFirstLetter,
      decide: (batch) =>
        batch.includes('culprit') ? Promise.reject(new Error('broken')) : Promise.resolve(double(batch)),
    });
    const answers = await Promise.allSettled(['a', 'b', 'culprit', 'c', 'd'].map((name) => desk.ask(name)));
    expect(answers.map(({ status }) => status)).toEqual([
      'fulfilled',
      'fulfilled',
      'rejected',
      'fulfilled',
      'fulfilled',
    ]);
  });

  it('tries the parts once after a lock was not had, and tells the part that waits in vain to come again', async () => {
    let calls = 0;
    const desk = new Desk<string, string>({
      name: 'test',
      partsOf: byFirstLetter,
      decide: (batch) => {
        calls++;
        return batch.some((name) => name.startsWith('x'))
          ? Promise.reject(CoreErrors.BUSY())
          : Promise.resolve(double(batch));
      },
    });
    const answers = await Promise.allSettled(['x1', 'x2', 'a', 'x3'].map((name) => desk.ask(name)));
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'fulfilled', 'rejected']);
    expect(calls).toBe(3);
  });

  it('does not try the halves where the database is away, and works on when it is back', async () => {
    let calls = 0;
    const desk = new Desk<string, string>({
      name: 'test',
      partsOf: byFirstLetter,
      decide: (batch) =>
        ++calls === 1
          ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
          : Promise.resolve(double(batch)),
    });
    const answers = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => desk.ask(name)));
    expect(answers.map(({ status }) => status)).toEqual(Array(4).fill('rejected'));
    expect(calls).toBe(1);
    expect(await desk.ask('e')).toBe('ee');
  });

  describe('with lanes', () => {
    /** A desk whose first batch is `first` alone and stays under way until opened; tells of all that are. */
    async function behindTheFirst(names: readonly string[]) {
      const batches: string[][] = [];
      const underWay = new Set<readonly string[]>();
      let together = 0;
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const desk = new Desk<string, string>({
        name: 'test',
        partsOf: byFirstLetter,
        laneBy: (name) => name[0]!,
        worthALane: 2,
        decide: async (batch) => {
          batches.push([...batch]);
          underWay.add(batch);
          together = Math.max(together, underWay.size);
          const letters = [...underWay].map((one) => [...new Set(one.map((name) => name[0]))]).flat();
          if (new Set(letters).size < letters.length) throw new Error('two batches about the same');
          if (batches.length === 1) await gate;
          await turn();
          underWay.delete(batch);
          return double(batch);
        },
      });
      const first = desk.ask('first');
      await turn();
      await turn();
      const others = names.map((name) => desk.ask(name));
      await turn();
      open();
      expect(await Promise.all([first, ...others])).toEqual(['first', ...names].map((name) => name + name));
      await desk.close();
      return { batches, together };
    }
    const turn = () => new Promise((resolve) => setImmediate(resolve));

    it('decides many in two batches at a time, never two about the same, each in the order of arrival', async () => {
      const { batches, together } = await behindTheFirst(['a1', 'b1', 'c1', 'b2', 'a2', 'd1', 'c2', 'a3']);
      expect(batches).toEqual([['first'], ['b1', 'b2', 'd1'], ['a1', 'c1', 'a2', 'c2', 'a3']]);
      expect(together).toBe(2);
    });

    it('decides few in one batch, whatever they are about', async () => {
      const { batches, together } = await behindTheFirst(['a1', 'b1', 'a2', 'a3']);
      expect(batches).toEqual([['first'], ['a1', 'b1', 'a2', 'a3']]);
      expect(together).toBe(1);
    });

    it('lets a lane with few wait for the other, and then takes them along', async () => {
      let open: () => void = () => undefined;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const batches: string[][] = [];
      const desk = new Desk<string, string>({
        name: 'test',
        partsOf: byFirstLetter,
        laneBy: (name) => name[0]!,
        worthALane: 2,
        decide: async (batch) => {
          batches.push([...batch]);
          if (batch[0] === 'a1') await gate;
          return double(batch);
        },
      });
      const before = ['a1', 'a2', 'b1', 'b2'].map((name) => desk.ask(name));
      await Promise.all(before.slice(2));
      const behind = ['b3', 'a3'].map((name) => desk.ask(name));
      await turn();
      expect(batches).toEqual([
        ['b1', 'b2'],
        ['a1', 'a2'],
      ]);
      open();
      await Promise.all([...before, ...behind]);
      expect(batches[2]).toEqual(['b3', 'a3']);
    });
  });

  it('answers busy at once when too many wait', async () => {
    const desk = new Desk<string, string>({
      name: 'test',
      partsOf: byFirstLetter,
      decide: (batch) => Promise.resolve(double(batch)),
      queueLimit: 2,
    });
    const answers = await Promise.allSettled(['a', 'b', 'c'].map((name) => desk.ask(name)));
    expect(answers.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected']);
  });
});
