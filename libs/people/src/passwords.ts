import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** log2 of the cost, block size, parallelism: 32 MiB and some 0.2 s of one core. */
const PRESENT = { cost: 15, block: 8, parallel: 3 };
const KEY_BYTES = 32;

/** Longest password that is looked at, in characters. */
export const LONGEST_PASSWORD = 200;

/** Belongs to nobody: checking against it takes as long as checking a real one. */
const NOBODYS = `scrypt$${PRESENT.cost}$${PRESENT.block}$${PRESENT.parallel}$${Buffer.alloc(16).toString('base64')}$${Buffer.alloc(KEY_BYTES).toString('base64')}`;

/** Makes what is stored of a password: scrypt, its parameters, a salt and the key. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(password, salt, PRESENT);
  return [
    'scrypt',
    PRESENT.cost,
    PRESENT.block,
    PRESENT.parallel,
    salt.toString('base64'),
    key.toString('base64'),
  ].join('$');
}

/**
 * Whether the password is the one that was stored. Takes the same time for a wrong password and for nobody's.
 *
 * @param stored of {@link hashPassword}; undefined where there is no such person
 */
export async function checkPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, cost, block, parallel, salt = '', key = ''] = (stored ?? NOBODYS).split('$');
  const expected = Buffer.from(key, 'base64');
  const found = await derive(password, Buffer.from(salt, 'base64'), {
    cost: Number(cost),
    block: Number(block),
    parallel: Number(parallel),
  });
  return timingSafeEqual(found, expected) && stored !== undefined;
}

function derive(password: string, salt: Buffer, parameters: typeof PRESENT): Promise<Buffer> {
  const N = 2 ** parameters.cost;
  return new Promise((resolve, reject) => {
    scrypt(
      password.normalize('NFKC'),
      salt,
      KEY_BYTES,
      { N, r: parameters.block, p: parameters.parallel, maxmem: 256 * N * parameters.block },
      (error, key) => (error ? reject(error) : resolve(key)),
    );
  });
}
