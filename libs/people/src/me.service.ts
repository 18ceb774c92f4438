import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Caller, CoreErrors, rows, type TokenSubject } from '#core';
import { OrganisationsService } from '#places';
import { FamilyService } from './proxies/family.service.js';
import { AccountEntity, StaffEntity } from './people.entities.js';
import type { StaffRole } from './people.words.js';
import type { MeView, MyRoleView } from './sign-in/sign-in.dto.js';
import { maskPhone } from './sign-in/sign-in.rules.js';
import { Vault } from './vault.js';

/** Who am I? */
@Injectable()
export class MeService {
  constructor(
    private readonly source: DataSource,
    private readonly organisations: OrganisationsService,
    private readonly family: FamilyService,
    private readonly vault: Vault,
  ) {}

  async me(caller: Caller): Promise<MeView> {
    const { actor } = caller;
    if (actor.kind !== 'staff' && actor.kind !== 'account') throw CoreErrors.SIGN_IN_REQUIRED();
    return this.viewOf(actor);
  }

  /** @throws CORE.SIGN_IN_REQUIRED where the token names somebody who is no more */
  async viewOf({ kind, id }: Pick<TokenSubject, 'kind' | 'id'>): Promise<MeView> {
    return kind === 'staff' ? this.staffView(id) : this.accountView(id);
  }

  private async staffView(id: string): Promise<MeView> {
    const staff = await this.source.manager.findOneBy(StaffEntity, { id });
    if (!staff) throw CoreErrors.SIGN_IN_REQUIRED();
    const { username, name } = staff;
    return { kind: 'staff', id, username, name, phone: null, roles: await this.rolesOf(id), residents: [] };
  }

  private async accountView(id: string): Promise<MeView> {
    const account = await this.source.manager.findOneBy(AccountEntity, { id });
    if (!account) throw CoreErrors.SIGN_IN_REQUIRED();
    const residents = await this.family.list(id);
    return {
      kind: 'account',
      id,
      username: null,
      name: residents.find(({ relation }) => relation === 'self')?.name ?? null,
      phone: maskPhone(this.vault.openPhone(account.phoneSealed)),
      roles: [{ role: 'resident', organisationId: null, organisationName: null, organisationNameEn: null }],
      residents,
    };
  }

  private async rolesOf(staffId: string): Promise<MyRoleView[]> {
    const held = await rows<{ role: StaffRole; organisation_id: string | null }>(
      this.source,
      `select role, organisation_id from staff_roles where staff_id = $1 and until is null order by since, id`,
      [staffId],
    );
    const names = await this.organisations.namesOf(
      this.source.manager,
      held.flatMap(({ organisation_id }) => organisation_id ?? []),
    );
    return held.map(({ role, organisation_id }) => {
      const organisation = organisation_id === null ? undefined : names.get(organisation_id);
      return {
        role,
        organisationId: organisation_id,
        organisationName: organisation?.name ?? null,
        organisationNameEn: organisation?.nameEn ?? null,
      };
    });
  }
}
