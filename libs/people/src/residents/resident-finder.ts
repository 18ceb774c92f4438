import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { Audit, type Caller, rows } from '#core';
import { readSearch, tidyName } from './residents.rules.js';
import { Vault } from '../vault.js';

/** How somebody is named on a list. */
export interface ListedPerson {
  name: string;
  /** A phone, a document's number or a personal code. */
  identifier?: string;
  /** YYYY-MM-DD. */
  birthDate?: string;
}

/** Finds the residents that the rows of a list name. */
@Injectable()
export class ResidentFinder {
  constructor(
    private readonly vault: Vault,
    private readonly audit: Audit,
  ) {}

  /**
   * For each row the residents it may mean: none, one, or several of the same name. The name must be the registered
   * one; an identifier and a day of birth must fit as well, where they are given. Writes who looked and whom they found.
   */
  async find(em: EntityManager, caller: Caller, listed: readonly ListedPerson[]): Promise<string[][]> {
    const hints = listed.map(({ identifier }) => this.hintOf(identifier));
    const found = await rows<{ row: number; id: string }>(
      em,
      `select n.row::int as row, r.id
         from unnest($1::text[], $2::date[], $3::bytea[], $4::bytea[], $5::text[]) with ordinality
                as n (name, birth_date, phone, document, code, row)
         join residents r on r.name = n.name and r.state = 'active'
        where (n.birth_date is null or r.birth_date = n.birth_date)
          and (n.document is null or r.document_hash = n.document)
          and (n.code is null or exists (
            select 1 from personal_codes p where p.resident_id = r.id and p.code = n.code and p.state = 'active'))
          and (n.phone is null or r.phone_hash = n.phone or exists (
            select 1 from account_residents ar join accounts a on a.id = ar.account_id and a.state = 'active'
             where ar.resident_id = r.id and ar.until is null and a.phone_hash = n.phone))
        order by n.row, r.id`,
      [
        listed.map(({ name }) => tidyName(name)),
        listed.map(({ birthDate }) => birthDate ?? null),
        hints.map(({ phone }) => phone),
        hints.map(({ document }) => document),
        hints.map(({ code }) => code),
      ],
    );
    await this.audit.write(em, caller, [
      ...(caller.actor.kind === 'staff'
        ? [
            {
              action: 'residents.searched' as const,
              targetKind: 'staff' as const,
              targetId: caller.staffId,
              details: { by: 'list', rows: listed.length, shown: found.length },
            },
          ]
        : []),
      ...found.map(({ id }) => ({
        action: 'resident.listed' as const,
        targetKind: 'resident' as const,
        targetId: id,
        details: { by: 'list' },
      })),
    ]);
    return listed.map((_, index) => found.filter(({ row }) => row === index + 1).map(({ id }) => id));
  }

  /** An identifier that is none of the kinds known fits nobody, so that a mistyped one never finds a namesake. */
  private hintOf(identifier: string | undefined): {
    phone: Buffer | null;
    document: Buffer | null;
    code: string | null;
  } {
    const none = { phone: null, document: null, code: null };
    if (identifier === undefined || identifier === '') return none;
    const search = readSearch(identifier);
    switch (search.by) {
      case 'phone':
        return { ...none, phone: this.vault.phoneHash(search.phone) };
      case 'document': {
        const [document] = search.documents;
        return { ...none, document: this.vault.documentHash(document!.kind, document!.number) };
      }
      case 'personal-code':
        return { ...none, code: search.code };
      case 'name':
        return { ...none, code: identifier };
    }
  }
}
