import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { readMobilePhone } from '#contracts';
import { Audit, type Caller, row, rows, Transactions } from '#core';
import { CounterService } from '../residents/counter.service.js';
import { AccountGuesses } from './guesses.js';
import type {
  LikelySameListView,
  LikelySameRequest,
  RegisteredAlreadyRequest,
  RegisteredAlreadyView,
} from './likely-same.dto.js';
import type { Likeness } from '../people.words.js';
import { onResident } from '../residents/records.js';
import { FOUND, type FoundRow } from '../residents/residents.queries.js';
import { readDocument, tidyName } from '../residents/residents.rules.js';
import { Vault } from '../vault.js';

/** Hits that are shown; more namesakes born on one day tell nobody anything. */
const MOST_HITS = 20;

/** Who is being registered may be registered already: found while it is typed, so that no second record comes about. */
@Injectable()
export class LikelySameService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly counter: CounterService,
    private readonly guesses: AccountGuesses,
    private readonly vault: Vault,
    private readonly audit: Audit,
  ) {}

  /** For staff, with the reasons; who was shown is audited. */
  async find(caller: Caller, request: LikelySameRequest): Promise<LikelySameListView> {
    caller.require('residents.read');
    return this.transactions.run(async (em) => {
      const hits = await this.hits(em, request);
      await this.audit.write(em, caller, [
        {
          action: 'residents.compared',
          targetKind: 'staff',
          targetId: caller.staffId,
          details: { shown: hits.length },
        },
        ...hits.map(({ id, reasons }) => onResident('resident.listed', id, { by: 'likeness', reasons })),
      ]);
      return {
        items: await Promise.all(
          hits.map(async (hit) => ({ ...(await this.counter.foundView(hit)), reasons: hit.reasons })),
        ),
      };
    });
  }

  /**
   * For residents, yes or no: who it is concerns them not. Asked so many times an hour only, as a yes tells that somebody
   * of a known name and birth date is registered.
   *
   * @throws PEOPLE.TOO_MANY_GUESSES
   */
  async registered(caller: Caller, { name, birthDate }: RegisteredAlreadyRequest): Promise<RegisteredAlreadyView> {
    await this.guesses.count(caller.accountId, 'registered_already');
    const found = await row(
      this.source,
      `select 1 from residents r
        where r.name = $1 and r.birth_date = $2 and r.state = 'active' and not exists (
          select 1 from account_residents ar where ar.resident_id = r.id and ar.account_id = $3 and ar.until is null
        ) limit 1`,
      [tidyName(name), birthDate, caller.accountId],
    );
    return { registered: found !== undefined };
  }

  private hits(em: EntityManager, request: LikelySameRequest): Promise<(FoundRow & { reasons: Likeness[] })[]> {
    const phone = request.phone === undefined ? null : readMobilePhone(request.phone);
    const document =
      request.documentKind !== undefined && request.documentNumber !== undefined
        ? readDocument(request.documentKind, request.documentNumber)
        : null;
    // Each likeness is served by an index of its own; together they would be looked for in the whole table.
    return rows(
      em,
      `with hits as (
         select id, 'same_document' as reason from residents where document_hash = $4
         union all
         select id, 'same_name_and_birth_date' from residents where birth_date = $2 and name = $1
         union all
         select id, 'same_name_and_phone' from residents where phone_hash = $3 and name = $1
         union all
         select r.id, 'same_name_and_phone'
           from accounts a
           join account_residents ar on ar.account_id = a.id and ar.until is null
           join residents r on r.id = ar.resident_id and r.name = $1
          where a.phone_hash = $3 and a.state = 'active'
       )
       select ${FOUND}, 0 as rank, array_agg(distinct h.reason) as reasons
         from hits h join residents r on r.id = h.id and r.state = 'active'
        group by r.id
        order by bool_or(h.reason = 'same_document') desc, count(distinct h.reason) desc, r.id limit $5`,
      [
        tidyName(request.name),
        request.birthDate,
        phone === null ? null : this.vault.phoneHash(phone),
        document && this.vault.documentHash(document.kind, document.number),
        MOST_HITS,
      ],
    );
  }
}
