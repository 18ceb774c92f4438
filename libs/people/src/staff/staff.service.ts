import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager, In } from 'typeorm';
import type { AuditAction } from '#contracts';
import {
  Audit,
  Caller,
  Clock,
  CoreErrors,
  cutPage,
  IdempotentWrites,
  newId,
  type OnceKey,
  type Page,
  readCursor,
  requireVersion,
  row,
  rows,
  Transactions,
} from '#core';
import { OrganisationsService } from '#places';
import { Passwords } from '../sign-in/passwords.js';
import { PeopleAccessPolicy } from '../people.access-policy.js';
import { StaffEntity, StaffRoleEntity } from '../people.entities.js';
import { PeopleErrors } from '../people.errors.js';
import { isGoodPassword, normalUsername } from '../sign-in/sign-in.rules.js';
import { SignIns } from '../sign-in/sign-ins.js';
import type {
  ChangeStaffRequest,
  CreateStaffRequest,
  GiveRoleRequest,
  StaffQuery,
  StaffRoleView,
  StaffView,
} from './staff.dto.js';
import { hasAdministrator, listStaff, lockAdministrators, presentRoles, type RoleRow } from './staff.queries.js';
import { mayGive, mayManage, type RoleAt, rolePlace } from './staff.rules.js';

/** Staff, their roles and passwords. */
@Injectable()
export class StaffService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly once: IdempotentWrites,
    private readonly organisations: OrganisationsService,
    private readonly signIns: SignIns,
    private readonly policy: PeopleAccessPolicy,
    private readonly passwords: Passwords,
    private readonly audit: Audit,
    private readonly clock: Clock,
  ) {}

  /** Someone who teaches at the organisation at present. @throws PEOPLE.TEACHER_UNKNOWN */
  async requireTeacher(
    em: EntityManager,
    staffId: string,
    organisationId: string,
  ): Promise<{ id: string; name: string }> {
    const teacher = await row<{ id: string; name: string }>(
      em,
      `select s.id, s.name from staff s join staff_roles r on r.staff_id = s.id
        where s.id = $1 and s.state = 'active' and r.role = 'teacher' and r.organisation_id = $2 and r.until is null`,
      [staffId, organisationId],
    );
    if (!teacher) throw PeopleErrors.TEACHER_UNKNOWN();
    return teacher;
  }

  /** Someone who works at any school, by the name under which they sign in. @throws PEOPLE.TEACHER_UNKNOWN */
  async requireByUsername(em: EntityManager, username: string): Promise<{ id: string; name: string }> {
    const found = await row<{ id: string; name: string }>(
      em,
      `select id, name from staff where username = $1 and state = 'active'`,
      [username],
    );
    if (!found) throw PeopleErrors.TEACHER_UNKNOWN();
    return found;
  }

  /** Names of staff, those who left too, for views of other libs; an unknown id is absent. */
  async namesOf(em: EntityManager, staffIds: readonly string[]): Promise<Map<string, string>> {
    const found = await rows<{ id: string; name: string }>(
      em,
      `select id, name from staff where id = any($1::uuid[])`,
      [[...new Set(staffIds)]],
    );
    return new Map(found.map(({ id, name }) => [id, name]));
  }

  /**
   * Makes the first administrator, from the command line of the machine.
   *
   * @returns the staff member's id
   * @throws PEOPLE.ADMINISTRATOR_EXISTS, PEOPLE.PASSWORD_WEAK, PEOPLE.USERNAME_TAKEN
   */
  async createFirstAdministrator(username: string, password: string, name: string): Promise<string> {
    const caller = Caller.system('first administrator');
    const passwordHash = await this.hashGood(password, username);
    return this.transactions.run(async (em) => {
      await lockAdministrators(em);
      if (await hasAdministrator(em, null)) throw PeopleErrors.ADMINISTRATOR_EXISTS();
      const staff = await this.insert(em, { username, name, passwordHash });
      await this.insertRole(em, caller, staff.id, { role: 'administrator', organisationId: null });
      await this.record(em, caller, 'staff.created', staff.id);
      return staff.id;
    });
  }

  /** Whether anybody looks after the staff yet. */
  isLookedAfter(): Promise<boolean> {
    return hasAdministrator(this.source.manager, null);
  }

  /** Staff by username: the whole district's, or of the organisations in which the caller may see them. */
  async list(caller: Caller, query: StaffQuery): Promise<Page<StaffView>> {
    if (query.organisationId) caller.require('staff.read', query.organisationId);
    const found = await listStaff(this.source.manager, {
      ...query,
      within: caller.organisationsWith('staff.read'),
      after: readCursor(query.cursor, ['text'])?.[0] ?? null,
      limit: query.limit + 1,
    });
    const page = cutPage(
      found,
      query.limit,
      ({ username }) => [username],
      ({ id }) => id,
    );
    const staff = await this.source.manager.findBy(StaffEntity, { id: In(page.items) });
    const views = await this.viewsOf(this.source.manager, staff);
    return { ...page, items: page.items.flatMap((id) => views.get(id) ?? []) };
  }

  /** @throws PEOPLE.STAFF_UNKNOWN, also for somebody of another school */
  async get(caller: Caller, id: string): Promise<StaffView> {
    const view = await this.view(this.source.manager, id);
    const within = caller.organisationsWith('staff.read');
    const seen = within === null || view.roles.some((role) => within.includes(role.organisationId ?? ''));
    if (!seen) throw PeopleErrors.STAFF_UNKNOWN();
    return view;
  }

  /**
   * @throws CORE.FORBIDDEN for a role that is not the caller's to give, PEOPLE.ROLE_NEEDS_ORGANISATION,
   *   PEOPLE.ROLE_IS_DISTRICT_WIDE, PLACES.ORGANISATION_UNKNOWN, PEOPLE.PASSWORD_WEAK, PEOPLE.USERNAME_TAKEN
   */
  async create(caller: Caller, request: CreateStaffRequest, once: OnceKey): Promise<StaffView> {
    const roles = request.roles.map(roleOf);
    for (const role of roles) this.requireMayGive(caller, role);
    const passwordHash = await this.hashGood(request.password, request.username);
    return this.once.run(once, async (em) => {
      const staff = await this.insert(em, { username: request.username, name: request.name, passwordHash });
      await this.record(em, caller, 'staff.created', staff.id);
      for (const role of roles) await this.insertRole(em, caller, staff.id, role);
      return this.view(em, staff.id);
    });
  }

  /**
   * {@link create} for many who begin with the same password, which is worked into a hash once: each costs 0.2 s.
   *
   * @returns their ids, in the order asked for
   */
  async createAll(
    caller: Caller,
    password: string,
    requests: readonly Omit<CreateStaffRequest, 'password'>[],
  ): Promise<string[]> {
    for (const role of requests.flatMap(({ roles }) => roles.map(roleOf))) this.requireMayGive(caller, role);
    for (const { username } of requests) requireGood(password, username);
    const passwordHash = await this.passwords.hash(password);
    return this.transactions.run(async (em) => {
      const ids: string[] = [];
      for (const { username, name, roles } of requests) {
        const { id } = await this.insert(em, { username, name, passwordHash });
        await this.record(em, caller, 'staff.created', id);
        for (const role of roles.map(roleOf)) await this.insertRole(em, caller, id, role);
        ids.push(id);
      }
      return ids;
    });
  }

  /**
   * Changes name or state; who left is signed out everywhere.
   *
   * @throws PEOPLE.STAFF_UNKNOWN, CORE.FORBIDDEN, CORE.STALE, PEOPLE.LAST_ADMINISTRATOR
   */
  async change(caller: Caller, id: string, version: number, request: ChangeStaffRequest): Promise<StaffView> {
    const view = await this.transactions.run(async (em) => {
      const leaves = request.state === 'left';
      if (leaves) await lockAdministrators(em);
      const { staff, roles } = await this.manage(em, caller, id);
      requireVersion(staff.version, version);
      if (leaves && roles.some(({ role }) => role === 'administrator') && !(await hasAdministrator(em, id)))
        throw PeopleErrors.LAST_ADMINISTRATOR();
      await em.update(StaffEntity, { id }, { ...request, version: version + 1 });
      if (leaves) await this.signIns.revokeAllOf(em, id);
      await this.record(em, caller, 'staff.changed', id, {
        fields: Object.keys(request),
        state: request.state ?? staff.state,
      });
      return this.view(em, id);
    });
    this.policy.forget(id);
    return view;
  }

  /** @throws PEOPLE.STAFF_UNKNOWN, PEOPLE.ROLE_HELD_ALREADY, and what {@link create} throws of roles */
  async giveRole(caller: Caller, id: string, request: GiveRoleRequest, once: OnceKey): Promise<StaffView> {
    const role = roleOf(request);
    this.requireMayGive(caller, role);
    const view = await this.once.run(once, async (em) => {
      await this.lock(em, id);
      await this.insertRole(em, caller, id, role);
      await em.increment(StaffEntity, { id }, 'version', 1);
      return this.view(em, id);
    });
    this.policy.forget(id);
    return view;
  }

  /**
   * Ends a role; ending one that has ended answers the present state.
   *
   * @throws PEOPLE.STAFF_UNKNOWN, PEOPLE.ROLE_UNKNOWN, CORE.FORBIDDEN, PEOPLE.LAST_ADMINISTRATOR
   */
  async endRole(caller: Caller, id: string, roleId: string): Promise<StaffView> {
    const view = await this.transactions.run(async (em) => {
      await lockAdministrators(em);
      await this.lock(em, id);
      const role = await em.findOneBy(StaffRoleEntity, { id: roleId, staffId: id });
      if (!role) throw PeopleErrors.ROLE_UNKNOWN();
      if (!mayGive(caller.grants, role)) throw CoreErrors.FORBIDDEN();
      if (role.until === null) {
        if (role.role === 'administrator' && !(await hasAdministrator(em, id))) throw PeopleErrors.LAST_ADMINISTRATOR();
        await em.update(StaffRoleEntity, { id: roleId }, { until: this.clock.now() });
        await em.increment(StaffEntity, { id }, 'version', 1);
        await this.record(em, caller, 'staff.role_ended', id, { role: role.role }, role.organisationId);
      }
      return this.view(em, id);
    });
    this.policy.forget(id);
    return view;
  }

  /** A new password for somebody else, who is signed out everywhere. @throws what {@link change} throws */
  async resetPassword(caller: Caller, id: string, password: string): Promise<void> {
    await this.transactions.run(async (em) => {
      const { staff } = await this.manage(em, caller, id);
      await this.setPassword(em, staff, password);
      await this.record(em, caller, 'staff.password_reset', id);
    });
  }

  /** A new password of the caller's own, once the old one was checked; all sign-ins end. @throws PEOPLE.PASSWORD_WEAK */
  async changeOwnPassword(caller: Caller, password: string): Promise<void> {
    await this.transactions.run(async (em) => {
      await this.setPassword(em, await this.lock(em, caller.staffId), password);
      await this.record(em, caller, 'staff.password_changed', caller.staffId);
    });
  }

  /** @throws PEOPLE.STAFF_UNKNOWN */
  async usernameOf(id: string): Promise<string> {
    const staff = await this.source.manager.findOneBy(StaffEntity, { id });
    if (!staff) throw PeopleErrors.STAFF_UNKNOWN();
    return staff.username;
  }

  private async setPassword(em: EntityManager, staff: StaffEntity, password: string): Promise<void> {
    const passwordHash = await this.hashGood(password, staff.username);
    await em.update(
      StaffEntity,
      { id: staff.id },
      { passwordHash, failedAttempts: 0, lockedUntil: null, version: staff.version + 1 },
    );
    await this.signIns.revokeAllOf(em, staff.id);
  }

  private async hashGood(password: string, username: string): Promise<string> {
    requireGood(password, username);
    return this.passwords.hash(password);
  }

  private requireMayGive(caller: Caller, role: RoleAt): void {
    const place = rolePlace(role);
    if (place === 'needs-organisation') throw PeopleErrors.ROLE_NEEDS_ORGANISATION();
    if (place === 'district-wide') throw PeopleErrors.ROLE_IS_DISTRICT_WIDE();
    if (!mayGive(caller.grants, role)) throw CoreErrors.FORBIDDEN();
  }

  /** The staff member, locked, whom the caller may change. @throws PEOPLE.STAFF_UNKNOWN, CORE.FORBIDDEN */
  private async manage(em: EntityManager, caller: Caller, id: string) {
    const staff = await this.lock(em, id);
    const roles = await presentRoles(em, [id]);
    if (!mayManage(caller.grants, roles.map(roleAt))) throw CoreErrors.FORBIDDEN();
    return { staff, roles };
  }

  private async lock(em: EntityManager, id: string): Promise<StaffEntity> {
    const staff = await em.findOne(StaffEntity, { where: { id }, lock: { mode: 'for_no_key_update' } });
    if (!staff) throw PeopleErrors.STAFF_UNKNOWN();
    return staff;
  }

  private async insert(
    em: EntityManager,
    { username, name, passwordHash }: { username: string; name: string; passwordHash: string },
  ): Promise<StaffEntity> {
    const staff = em.create(StaffEntity, {
      id: newId(),
      username: normalUsername(username),
      name,
      passwordHash,
      failedAttempts: 0,
      lockedUntil: null,
      state: 'active',
      version: 1,
      createdAt: this.clock.now(),
    });
    await em.insert(StaffEntity, staff);
    return staff;
  }

  private async insertRole(em: EntityManager, caller: Caller, staffId: string, role: RoleAt): Promise<void> {
    if (role.organisationId !== null) await this.organisations.require(em, role.organisationId);
    await em.insert(StaffRoleEntity, { id: newId(), staffId, ...role, since: this.clock.now(), until: null });
    await this.record(em, caller, 'staff.role_given', staffId, { role: role.role }, role.organisationId);
  }

  private async record(
    em: EntityManager,
    caller: Caller,
    action: AuditAction,
    staffId: string,
    details: Record<string, unknown> = {},
    organisationId: string | null = null,
  ): Promise<void> {
    await this.audit.write(em, caller, [{ action, targetKind: 'staff', targetId: staffId, organisationId, details }]);
  }

  private async view(em: EntityManager, id: string): Promise<StaffView> {
    const view = (await this.viewsOf(em, await em.findBy(StaffEntity, { id }))).get(id);
    if (!view) throw PeopleErrors.STAFF_UNKNOWN();
    return view;
  }

  private async viewsOf(em: EntityManager, staff: readonly StaffEntity[]): Promise<Map<string, StaffView>> {
    const roles = await presentRoles(
      em,
      staff.map(({ id }) => id),
    );
    const names = await this.organisations.namesOf(
      em,
      roles.flatMap((role) => role.organisation_id ?? []),
    );
    const roleView = (role: RoleRow): StaffRoleView => {
      const organisation = role.organisation_id === null ? undefined : names.get(role.organisation_id);
      return {
        id: role.id,
        role: role.role,
        organisationId: role.organisation_id,
        organisationName: organisation?.name ?? null,
        organisationNameEn: organisation?.nameEn ?? null,
        since: role.since.toISOString(),
      };
    };
    return new Map(
      staff.map(({ id, username, name, state, version }) => [
        id,
        { id, username, name, state, roles: roles.filter((role) => role.staff_id === id).map(roleView), version },
      ]),
    );
  }
}

function requireGood(password: string, username: string): void {
  if (!isGoodPassword(password, username)) throw PeopleErrors.PASSWORD_WEAK();
}

const roleOf = (request: GiveRoleRequest): RoleAt => ({
  role: request.role,
  organisationId: request.organisationId ?? null,
});

const roleAt = (held: RoleRow): RoleAt => ({ role: held.role, organisationId: held.organisation_id });
