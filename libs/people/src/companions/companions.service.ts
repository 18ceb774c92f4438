import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { makeCode, readCode } from '#contracts';
import { Audit, type Caller, Clock, IdempotentWrites, newId, type OnceKey, row, rows, Transactions } from '#core';
import type { CompanionGroupView } from './companions.dto.js';
import { countGroups, lockGroup, readGroupsOf, readMembers } from './companions.queries.js';
import { decideJoining, MOST_COMPANION_GROUPS, MOST_COMPANIONS } from './companions.rules.js';
import { AccountGuesses } from '../merging/guesses.js';
import { PeopleErrors } from '../people.errors.js';
import { onResident, recorderOf } from '../residents/records.js';
import { lockResidents } from '../residents/residents.queries.js';
import { ResidentsService } from '../residents/residents.service.js';

/**
 * 结伴: couples and friends who want to apply, be drawn and get seats together. Whoever joins a group agrees that any of
 * the others applies for them along with themselves, until they leave it.
 */
@Injectable()
export class CompanionsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly residents: ResidentsService,
    private readonly guesses: AccountGuesses,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** The groups of everyone for whom the account acts. */
  async mine(caller: Caller): Promise<CompanionGroupView[]> {
    const em = this.source.manager;
    const own = await this.ownIds(em, caller);
    return this.groupsOf(em, own, own);
  }

  /** @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.TOO_MANY_COMPANION_GROUPS */
  async make(caller: Caller, residentIds: readonly string[], once: OnceKey): Promise<CompanionGroupView> {
    return this.once.run(once, async (em) => {
      await lockResidents(em, residentIds);
      const own = await this.requireOwn(em, caller, residentIds);
      return this.view(em, await this.makeGroup(em, caller, residentIds), own);
    });
  }

  /**
   * By the code that a friend told. Each try counts, so that nobody finds a group by trying.
   *
   * @throws PEOPLE.COMPANION_CODE_WRONG, PEOPLE.TOO_MANY_GUESSES, PEOPLE.RESIDENT_UNKNOWN, PEOPLE.COMPANIONS_FULL,
   *   PEOPLE.TOO_MANY_COMPANION_GROUPS
   */
  async join(
    caller: Caller,
    typedCode: string,
    residentIds: readonly string[],
    once: OnceKey,
  ): Promise<CompanionGroupView> {
    const code = readCode('companions', typedCode);
    // A slip of the finger, which the check character shows, is no guess.
    if (code === null) throw PeopleErrors.COMPANION_CODE_WRONG();
    await this.guesses.count(caller.accountId, 'companion_code');
    return this.once.run(once, async (em) => {
      await lockResidents(em, residentIds);
      const own = await this.requireOwn(em, caller, residentIds);
      return this.view(em, await this.joinByCode(em, caller, code, residentIds), own);
    });
  }

  /**
   * More of the family into a group in which the account has somebody: no code is needed.
   *
   * @throws PEOPLE.COMPANION_GROUP_UNKNOWN, PEOPLE.RESIDENT_UNKNOWN, PEOPLE.COMPANIONS_FULL,
   *   PEOPLE.TOO_MANY_COMPANION_GROUPS
   */
  async add(
    caller: Caller,
    groupId: string,
    residentIds: readonly string[],
    once: OnceKey,
  ): Promise<CompanionGroupView> {
    return this.once.run(once, async (em) => {
      await lockResidents(em, residentIds);
      const own = await this.requireOwn(em, caller, residentIds);
      const group = await lockGroup(em, { id: groupId });
      const members = await readMembers(em, groupId);
      if (!group || !members.some((id) => own.includes(id))) throw PeopleErrors.COMPANION_GROUP_UNKNOWN();
      await this.enter(em, caller, groupId, members, residentIds);
      return this.view(em, groupId, own);
    });
  }

  /** Takes an own resident out of a group; who is not in it stays out. @throws PEOPLE.RESIDENT_UNKNOWN */
  async leave(caller: Caller, groupId: string, residentId: string): Promise<void> {
    await this.transactions.run(async (em) => {
      await lockResidents(em, [residentId]);
      await this.residents.requireActsFor(em, caller, residentId);
      await this.exit(em, caller, groupId, residentId);
    });
  }

  /** The groups of a resident, as the counter sees them; audited. @throws PEOPLE.RESIDENT_UNKNOWN */
  async of(caller: Caller, residentId: string): Promise<CompanionGroupView[]> {
    caller.require('residents.read');
    return this.transactions.run(async (em) => {
      await this.residents.require(em, residentId);
      const groups = await this.groupsOf(em, [residentId], 'all');
      await this.audit.write(em, caller, [onResident('resident.companions_viewed', residentId)]);
      return groups;
    });
  }

  /** Those who stand at the counter together. @throws PEOPLE.RESIDENT_UNKNOWN, PEOPLE.TOO_MANY_COMPANION_GROUPS */
  async makeAtCounter(
    caller: Caller,
    residentId: string,
    companionIds: readonly string[],
    once: OnceKey,
  ): Promise<CompanionGroupView> {
    caller.require('residents.register');
    const together = [...new Set([residentId, ...companionIds])];
    return this.once.run(once, async (em) => {
      await lockResidents(em, together);
      for (const id of together) await this.residents.require(em, id);
      return this.view(em, await this.makeGroup(em, caller, together), 'all');
    });
  }

  /**
   * @throws PEOPLE.COMPANION_CODE_WRONG, PEOPLE.RESIDENT_UNKNOWN, PEOPLE.COMPANIONS_FULL,
   *   PEOPLE.TOO_MANY_COMPANION_GROUPS
   */
  async joinAtCounter(
    caller: Caller,
    residentId: string,
    typedCode: string,
    once: OnceKey,
  ): Promise<CompanionGroupView> {
    caller.require('residents.register');
    const code = readCode('companions', typedCode);
    if (code === null) throw PeopleErrors.COMPANION_CODE_WRONG();
    return this.once.run(once, async (em) => {
      await lockResidents(em, [residentId]);
      await this.residents.require(em, residentId);
      return this.view(em, await this.joinByCode(em, caller, code, [residentId]), 'all');
    });
  }

  /** @throws PEOPLE.RESIDENT_UNKNOWN */
  async leaveAtCounter(caller: Caller, residentId: string, groupId: string): Promise<void> {
    caller.require('residents.register');
    await this.transactions.run(async (em) => {
      await lockResidents(em, [residentId]);
      await this.residents.require(em, residentId);
      await this.exit(em, caller, groupId, residentId);
    });
  }

  private async makeGroup(em: EntityManager, caller: Caller, residentIds: readonly string[]): Promise<string> {
    const id = newId();
    const { account, staff } = recorderOf(caller);
    // Codes are short enough to be told over the phone, so one of them may have been given before.
    let made: unknown;
    while (!made) {
      made = await row(
        em,
        `insert into companion_groups (id, code, made_by_account, made_by_staff, created_at) values ($1, $2, $3, $4, $5)
         on conflict (code) do nothing returning 1`,
        [id, makeCode('companions', randomInt), account, staff, this.clock.now()],
      );
    }
    await this.audit.write(em, caller, [
      { action: 'companion_group.made', targetKind: 'companion_group', targetId: id },
    ]);
    await this.enter(em, caller, id, [], residentIds);
    return id;
  }

  private async joinByCode(
    em: EntityManager,
    caller: Caller,
    code: string,
    residentIds: readonly string[],
  ): Promise<string> {
    const group = await lockGroup(em, { code });
    if (!group) throw PeopleErrors.COMPANION_CODE_WRONG();
    await this.enter(em, caller, group.id, await readMembers(em, group.id), residentIds);
    return group.id;
  }

  /** Residents, who are locked, enter a group that is locked too. */
  private async enter(
    em: EntityManager,
    caller: Caller,
    groupId: string,
    members: readonly string[],
    residentIds: readonly string[],
  ): Promise<void> {
    const joining = decideJoining(members, residentIds, await countGroups(em, residentIds));
    if (joining.kind === 'full') throw PeopleErrors.COMPANIONS_FULL({ most: MOST_COMPANIONS });
    if (joining.kind === 'too-many-groups') {
      throw PeopleErrors.TOO_MANY_COMPANION_GROUPS({ most: MOST_COMPANION_GROUPS });
    }
    await rows(
      em,
      `insert into companion_members (id, group_id, resident_id, joined_at)
       select id, $2, resident_id, $4 from unnest($1::uuid[], $3::uuid[]) as m (id, resident_id)`,
      [joining.who.map(() => newId()), groupId, joining.who, this.clock.now()],
    );
    await this.audit.write(
      em,
      caller,
      joining.who.map((id) => onResident('companion_member.joined', id, { groupId })),
    );
  }

  /** The last one out dissolves the group. */
  private async exit(em: EntityManager, caller: Caller, groupId: string, residentId: string): Promise<void> {
    if (!(await lockGroup(em, { id: groupId }))) return;
    const now = this.clock.now();
    const left = await rows(
      em,
      `update companion_members set left_at = $3
        where group_id = $1 and resident_id = $2 and left_at is null returning 1`,
      [groupId, residentId, now],
    );
    if (left.length === 0) return;
    await rows(
      em,
      `update companion_groups set dissolved_at = $2
        where id = $1 and not exists (select 1 from companion_members where group_id = $1 and left_at is null)`,
      [groupId, now],
    );
    await this.audit.write(em, caller, [onResident('companion_member.left', residentId, { groupId })]);
  }

  private async ownIds(em: EntityManager, caller: Caller): Promise<string[]> {
    return (await this.residents.residentsOf(em, caller.accountId)).map(({ id }) => id);
  }

  /** All residents of the account, of whom these must be. @throws PEOPLE.RESIDENT_UNKNOWN */
  private async requireOwn(em: EntityManager, caller: Caller, residentIds: readonly string[]): Promise<string[]> {
    const own = await this.ownIds(em, caller);
    if (residentIds.some((id) => !own.includes(id))) throw PeopleErrors.RESIDENT_UNKNOWN();
    return own;
  }

  private async view(em: EntityManager, groupId: string, own: readonly string[] | 'all'): Promise<CompanionGroupView> {
    const groups = await this.groupsOf(em, await readMembers(em, groupId), own);
    return groups.find(({ id }) => id === groupId)!;
  }

  /** At most {@link MOST_COMPANION_GROUPS} each, so there are no pages. */
  private async groupsOf(
    em: EntityManager,
    residentIds: readonly string[],
    own: readonly string[] | 'all',
  ): Promise<CompanionGroupView[]> {
    const groups = new Map<string, CompanionGroupView>();
    for (const found of await readGroupsOf(em, residentIds)) {
      const group = groups.get(found.group_id) ?? {
        id: found.group_id,
        code: found.code,
        members: [],
        createdAt: found.created_at.toISOString(),
      };
      group.members.push({
        residentId: found.resident_id,
        name: found.name,
        mine: own === 'all' || own.includes(found.resident_id),
        joinedAt: found.joined_at.toISOString(),
      });
      groups.set(group.id, group);
    }
    return [...groups.values()];
  }
}
