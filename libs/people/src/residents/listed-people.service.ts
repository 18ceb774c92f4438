import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { dayOf, type DocumentKind, readMobilePhone } from '#contracts';
import { Clock, copyRows, newId, preparedRows } from '#core';
import type { Sex } from '../people.words.js';
import { isPossibleBirthDate, readDocument, tidyName } from './residents.rules.js';
import { Vault } from '../vault.js';

/** A document as a list names it. */
export interface ListedDocument {
  kind: DocumentKind;
  sealed: Buffer;
  hash: Buffer;
  /** Of a resident identity card. */
  birthDate: string | null;
  sex: Sex | null;
}

/** Somebody on a list that a department vouches for. */
export interface ListedResident {
  name: string;
  documentKind: DocumentKind;
  documentSealed: Buffer;
  documentHash: Buffer;
  birthDate: string;
  sex: Sex | null;
  phone: { sealed: Buffer; hash: Buffer } | null;
}

/** What is registered of somebody on a list, in columns of these names. */
const LISTED = [
  ...['name', 'birth_date', 'sex', 'phone_sealed', 'phone_hash', 'document_kind', 'document_sealed'],
  'document_hash',
];

/**
 * Registers, as a part of a statement, whom rows `r` of a list name: nobody is registered under their documents, which are
 * locked ({@link ListedPeopleService.lockDocuments}), and each is named once. Each argument is SQL.
 */
export const registerListed = (from: string, id: string, at: string): string =>
  `insert into residents (id, ${LISTED.join(', ')}, created_at)
     select ${id}, ${LISTED.map((column) => `r.${column}`).join(', ')}, ${at} from ${from}`;

/** Whom the document is of: nobody yet, a resident of that name, or residents of other names. */
export type Match = { is: 'new' } | { is: 'known'; residentId: string } | { is: 'differs' };

/**
 * People whom other departments name by their documents (counting rule 9). They are found again by the keyed hash of
 * kind and number; who is new is registered with an identity that nobody at a counter has seen yet.
 */
@Injectable()
export class ListedPeopleService {
  constructor(
    private readonly vault: Vault,
    private readonly clock: Clock,
  ) {}

  /** Reads and seals a document's number as typed; null where it cannot be one of its kind. */
  sealDocument(kind: DocumentKind, typed: string): ListedDocument | null {
    const document = readDocument(kind, typed);
    if (!document) return null;
    return { kind, ...this.vault.document(kind, document.number), birthDate: document.birthDate, sex: document.sex };
  }

  /** Reads and seals a phone as typed; null where it is none. */
  sealPhone(typed: string): { sealed: Buffer; hash: Buffer } | null {
    const phone = readMobilePhone(typed);
    return phone === null ? null : this.vault.phone(phone);
  }

  /** As {@link ResidentsService.register} would write it. */
  tidy(name: string): string {
    return tidyName(name);
  }

  isPossibleBirthDate(birthDate: string): boolean {
    return isPossibleBirthDate(birthDate, dayOf(this.clock.now()));
  }

  /**
   * Whom each document is of, in the order of the list. Where several records have it, the verified one, else the first
   * of the same name.
   */
  async match(
    em: EntityManager,
    people: readonly Pick<ListedResident, 'name' | 'documentKind' | 'documentHash'>[],
  ): Promise<Match[]> {
    const found = await preparedRows<{ place: number; id: string; same: boolean }>(
      em,
      `select distinct on (p.place) p.place::int as place, r.id, r.name = p.name as same
         from unnest($1::text[], $2::text[], $3::bytea[]) with ordinality as p (name, kind, hash, place)
         -- By itself each, or while a list is written PostgreSQL would read all residents for each batch of people.
         join lateral (select * from residents own where own.document_hash = p.hash offset 0) r
           on r.document_kind = p.kind and r.state = 'active'
        order by p.place, (r.identity_state = 'verified') desc, (r.name = p.name) desc, r.id`,
      [
        people.map(({ name }) => name),
        people.map(({ documentKind }) => documentKind),
        people.map(({ documentHash }) => documentHash),
      ],
    );
    const byPlace = new Map(found.map((one) => [one.place, one]));
    return people.map((_, index): Match => {
      const one = byPlace.get(index + 1);
      if (!one) return { is: 'new' };
      return one.same ? { is: 'known', residentId: one.id } : { is: 'differs' };
    });
  }

  /** Lets nobody else register whom a list names by one of the documents behind this hash up to that one. */
  lockDocuments(em: EntityManager, after: Buffer | null, upTo: Buffer): Promise<void> {
    const first = after?.[0] ?? 0;
    return lockShards(
      em,
      Array.from({ length: upTo[0]! - first + 1 }, (_, index) => first + index),
    );
  }

  /**
   * The residents of these documents, in the order of the list; those who are in no register yet are registered. Null
   * where the register knows somebody else by the document.
   *
   * @param people each document once
   * @returns also whether they were registered now, so that nothing else can be known of them
   */
  async findOrRegister(
    em: EntityManager,
    people: readonly ListedResident[],
  ): Promise<({ residentId: string; isNew: boolean } | null)[]> {
    await lockShards(em, [...new Set(people.map(({ documentHash }) => documentHash[0]!))]);
    const matches = await this.match(em, people);
    const at = this.clock.now();
    const fresh = people.flatMap((person, index) => (matches[index]!.is === 'new' ? [{ ...person, id: newId() }] : []));
    await copyRows(
      em,
      'residents',
      ['id', ...LISTED, 'created_at'],
      fresh.map(({ id, name, birthDate, sex, phone, documentKind, documentSealed, documentHash }) => [
        ...[id, name, birthDate, sex, phone?.sealed ?? null, phone?.hash ?? null, documentKind, documentSealed],
        ...[documentHash, at],
      ]),
    );
    const registered = new Map(fresh.map(({ documentHash, id }) => [documentHash.toString('hex'), id]));
    return people.map(({ documentHash }, index) => {
      const match = matches[index]!;
      if (match.is === 'known') return { residentId: match.residentId, isNew: false };
      return match.is === 'new' ? { residentId: registered.get(documentHash.toString('hex'))!, isNew: true } : null;
    });
  }
}

/**
 * Two lists that name the same newcomer register them after each other: there is a lock for each first byte of a hash, taken in
 * order, so that batches of other people need not wait.
 */
async function lockShards(em: EntityManager, shards: readonly number[]): Promise<void> {
  await preparedRows(
    em,
    `select pg_advisory_xact_lock(hashtext('huixue listed people'), s.shard)
       from (select shard from unnest($1::int[]) as s (shard) order by shard) s`,
    [shards],
  );
}
