import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Settings } from '#core';

/** What deriving a key from a password costs: log2 of the cost, block size, parallelism. */
interface Cost {
  cost: number;
  block: number;
  parallel: number;
}

/**
 * 32 MiB and some 0.2 s of one core for real people. In a demo, whose passwords are written on the page and protect
 * nobody, signing in takes no time that others would wait for.
 */
const COSTS: Record<Settings['MODE'], Cost> = {
  production: { cost: 15, block: 8, parallel: 3 },
  demo: { cost: 10, block: 8, parallel: 1 },
};
const KEY_BYTES = 32;

/** Longest password that is looked at, in characters. */
export const LONGEST_PASSWORD = 200;

/** What is stored of passwords, and whether one is right. */
@Injectable()
export class Passwords {
  private readonly present: Cost;
  /** Belongs to nobody: checking against it takes as long as checking a real one. */
  private readonly nobodys: string;

  constructor(settings: Settings) {
    this.present = COSTS[settings.MODE];
    this.nobodys = stored(this.present, Buffer.alloc(16), Buffer.alloc(KEY_BYTES));
  }

  /** Makes what is stored of a password: scrypt, its parameters, a salt and the key. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return stored(this.present, salt, await derive(password, salt, this.present));
  }

  /**
   * Whether the password is the one that was stored. Takes the same time for a wrong password and for nobody's.
   *
   * @param hash of {@link hash}; undefined where there is no such person
   */
  async isRight(password: string, hash: string | undefined): Promise<boolean> {
    const [, cost, block, parallel, salt = '', key = ''] = (hash ?? this.nobodys).split('$');
    const expected = Buffer.from(key, 'base64');
    const found = await derive(password, Buffer.from(salt, 'base64'), {
      cost: Number(cost),
      block: Number(block),
      parallel: Number(parallel),
    });
    return timingSafeEqual(found, expected) && hash !== undefined;
  }

  /** Whether a hash was made for less than is asked for here, as one that was made while the platform was a demo. */
  isCheap(hash: string): boolean {
    const [, cost, block, parallel] = hash.split('$').map(Number);
    const { present } = this;
    return 2 ** cost! * block! * parallel! < 2 ** present.cost * present.block * present.parallel;
  }
}

const stored = ({ cost, block, parallel }: Cost, salt: Buffer, key: Buffer) =>
  ['scrypt', cost, block, parallel, salt.toString('base64'), key.toString('base64')].join('$');

function derive(password: string, salt: Buffer, { cost, block, parallel }: Cost): Promise<Buffer> {
  const N = 2 ** cost;
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      KEY_BYTES,
      { N, r: block, p: parallel, maxmem: 256 * N * block },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}
