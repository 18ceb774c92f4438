import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Injectable } from '@nestjs/common';
import { PACKAGE_ROOT, rows, Transactions } from '#core';
import { readRegionList, shortNameOf } from './regions.rules.js';
import { PlacesService } from './regions.service.js';

/** Codes of the National Bureau of Statistics, 2023. */
const REGION_LIST = join(PACKAGE_ROOT, 'libs/places/data/regions.csv');
const VALID_FROM = '2023-01-01';

/** Loads the reference data of this lib: 8 townships and 94 villages, and what they lie in. */
@Injectable()
export class PlacesLoader {
  constructor(
    private readonly transactions: Transactions,
    private readonly places: PlacesService,
  ) {}

  /**
   * Brings the table up to the list; running it again changes nothing. A region that left the list stays: nothing is
   * deleted, and its end is set by hand with the document that ended it.
   *
   * @returns how many regions were added or changed
   */
  async load(): Promise<number> {
    const listed = readRegionList(await readFile(REGION_LIST, 'utf8'));
    const changed = await this.transactions.run((em) =>
      rows(
        em,
        `insert into regions as present (code, level, name, short_name, parent_code, valid_from)
         select l.*, $6::date
           from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[])
                as l (code, level, name, short_name, parent_code)
         on conflict (code) do update
            set level = excluded.level, name = excluded.name, short_name = excluded.short_name,
                parent_code = excluded.parent_code
          where (present.level, present.name, present.short_name, present.parent_code)
                is distinct from (excluded.level, excluded.name, excluded.short_name, excluded.parent_code)
         returning code`,
        [
          listed.map(({ code }) => code),
          listed.map(({ level }) => level),
          listed.map(({ name }) => name),
          listed.map(({ name }) => shortNameOf(name)),
          listed.map(({ parentCode }) => parentCode),
          VALID_FROM,
        ],
      ),
    );
    this.places.forget();
    return changed.length;
  }
}
