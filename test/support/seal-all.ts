import type { DataSource } from 'typeorm';
import { type Chain, type ChainSealer, row } from '#core';
import { waitFor } from './wait-for.js';

/**
 * Seals until nothing is left to seal. An entry waits for every older transaction of the server, also for those of other
 * tests in their own databases.
 *
 * @returns how many entries were sealed
 */
export async function sealAll(source: DataSource, sealer: ChainSealer, chain: Chain): Promise<number> {
  const { idColumn: id = 'id' } = chain;
  let sealed = 0;
  await waitFor('all entries to be sealed', async () => {
    sealed += await sealer.seal(chain);
    const left = await row<{ count: string }>(
      source,
      `select count(*) from ${chain.table} e, chain_positions p
        where p.chain = $1 and (e.tx, e.${id}) > (p.after_tx, p.after_id) and e.${id} > p.min_id`,
      [chain.name],
    );
    return left?.count === '0';
  });
  return sealed;
}
