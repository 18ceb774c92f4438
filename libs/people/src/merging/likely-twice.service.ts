import { Injectable } from '@nestjs/common';
import { Audit, type Caller, cutPage, type Page, readCursor, rows, Transactions } from '#core';
import { CounterService } from '../residents/counter.service.js';
import type { LikelyTwiceQuery, LikelyTwiceView } from './likely-twice.dto.js';
import type { Likeness } from '../people.words.js';
import { onResident } from '../residents/records.js';
import { FOUND, type FoundRow } from '../residents/residents.queries.js';

interface PairRow {
  first_id: string;
  second_id: string;
  reasons: Likeness[];
}

/**
 * Records that are likely of one person, for those who may merge them (合并档案). Two whose documents were seen and
 * differ are two people, and are not shown.
 */
@Injectable()
export class LikelyTwiceService {
  constructor(
    private readonly transactions: Transactions,
    private readonly counter: CounterService,
    private readonly audit: Audit,
  ) {}

  /** The pairs, by the older record of each; who was shown is audited. @throws CORE.FORBIDDEN */
  async list(caller: Caller, query: LikelyTwiceQuery): Promise<Page<LikelyTwiceView>> {
    caller.require('residents.merge');
    const after = readCursor(query.cursor, ['uuid', 'uuid']);
    return this.transactions.run(async (em) => {
      const found = await rows<PairRow>(
        em,
        `with alike as (
           select a.id as first_id, b.id as second_id, 'same_name_and_birth_date' as reason
             from residents a
             join residents b on b.birth_date = a.birth_date and b.name = a.name and b.id > a.id
            where a.state = 'active' and b.state = 'active'
              and ($1::uuid is null or a.id = $1 or b.id = $1)
           union all
           select a.id, b.id, 'same_name_and_phone'
             from residents a
             join residents b on b.phone_hash = a.phone_hash and b.name = a.name and b.id > a.id
            where a.state = 'active' and b.state = 'active'
              and ($1::uuid is null or a.id = $1 or b.id = $1)
           union all
           select a.id, b.id, 'same_document'
             from residents a
             join residents b on b.document_hash = a.document_hash and b.document_kind = a.document_kind and b.id > a.id
            where a.state = 'active' and b.state = 'active'
              and ($1::uuid is null or a.id = $1 or b.id = $1)
         )
         select p.first_id, p.second_id, array_agg(distinct p.reason order by p.reason) as reasons
           from alike p
           join residents a on a.id = p.first_id
           join residents b on b.id = p.second_id
          where not (a.identity_state = 'verified' and b.identity_state = 'verified' and a.document_hash <> b.document_hash)
            and ($2::uuid is null or (p.first_id, p.second_id) > ($2::uuid, $3::uuid))
          group by p.first_id, p.second_id
          order by p.first_id, p.second_id limit $4`,
        [query.residentId ?? null, after?.[0] ?? null, after?.[1] ?? null, query.limit + 1],
      );
      const page = cutPage(
        found,
        query.limit,
        (pair) => [pair.first_id, pair.second_id],
        (pair) => pair,
      );
      const ids = [...new Set(page.items.flatMap((pair) => [pair.first_id, pair.second_id]))];
      const people = await rows<FoundRow>(
        em,
        `select ${FOUND}, 0 as rank from residents r where r.id = any($1::uuid[])`,
        [ids],
      );
      const views = new Map(
        await Promise.all(people.map(async (one) => [one.id, await this.counter.foundView(one)] as const)),
      );
      await this.audit.write(em, caller, [
        {
          action: 'residents.compared',
          targetKind: 'staff',
          targetId: caller.staffId,
          details: { shown: ids.length },
        },
        ...ids.map((id) => onResident('resident.listed', id, { by: 'likeness' })),
      ]);
      return {
        ...page,
        items: page.items.map(({ first_id, second_id, reasons }) => ({
          first: views.get(first_id)!,
          second: views.get(second_id)!,
          reasons,
        })),
      };
    });
  }
}
