import { Injectable } from '@nestjs/common';
import { addDays, dayOf, type GroupSource, type ResidentGroup } from '#contracts';
import type { Caller } from '#core';
import {
  CompanionsService,
  CounterService,
  DetailsService,
  FamilyService,
  ProxiesService,
  SignInService,
} from '#people';
import { at } from './demo-calendar.js';
import { accountCaller, once, visitor } from './demo-callers.js';
import type { Institutions, StaffedSchool } from './demo-institutions.service.js';
import { phoneOf } from './demo-names.js';
import type { DemoPlan } from './demo-plan.js';
import type { DemoPerson } from './demo-residents.js';
import { schoolOfTownship, townshipCode } from './demo-schools.js';
import { type DemoState, type KnownPerson, person as personKey, phone as phoneKey } from './demo-state.js';
import type { DemoEvent } from './demo-timeline.js';

/** Registers the residents of the demo: by SMS and account, or at the counter. */
@Injectable()
export class DemoPeople {
  constructor(
    private readonly signIn: SignInService,
    private readonly family: FamilyService,
    private readonly counter: CounterService,
    private readonly proxies: ProxiesService,
    private readonly companions: CompanionsService,
    private readonly details: DetailsService,
  ) {}

  /** How everyone comes to be known. */
  events(plan: DemoPlan, institutions: Institutions, { known, accounts }: DemoState): DemoEvent[] {
    const open = (phone: string) => {
      const opened = accounts.get(phone) ?? this.openAccount(phone);
      accounts.set(phone, opened);
      return opened;
    };
    const people = plan.people.flatMap((person) => {
      const { registrar, agent }: StaffedSchool = institutions.schools.get(
        schoolOfTownship(townshipCode(person.regionCode)).key,
      )!;
      const register = async () => {
        const account = person.account ? await open(person.account.phone) : null;
        // Every third elder is registered by the agent of the village.
        const clerk = person.index % 3 === 0 ? agent : registrar;
        const id = account ? await this.registerOwn(account, person) : await this.registerAtCounter(clerk, person);
        known.set(person, { id, account, code: person.coded ? await this.codeOf(account, clerk, id, person) : null });
      };
      const self = [personKey(person)];
      const asked = person.account?.phone ?? person.phone;
      const registered = {
        at: person.registeredAt,
        about: [...self, ...(asked ? [phoneKey(asked)] : [])],
        happen: register,
      };
      if (!person.verified) return [registered];
      const verify = () => this.verify(registrar, known.get(person)!.id, person);
      const day = (days: number) => addDays(person.registeredAt.toISOString().slice(0, 10), days);
      const tell = () => this.tellNeeds(known.get(person)!);
      return [
        registered,
        { at: at(day(2), 16), about: self, happen: verify },
        ...(groupOf(person)
          ? [{ at: at(day(2), 17), about: self, happen: () => this.tellGroup(registrar, known.get(person)!, person) }]
          : []),
        ...(person.key === 'mother' ? [{ at: at(day(3), 20), about: self, happen: tell }] : []),
      ];
    });
    return [...newDays(plan), ...people, ...this.bonds(plan, institutions, known)];
  }

  /** Those who are tried out: the mother agrees at the counter that her daughter enrolls her, and learns with a friend. */
  private bonds(
    { people }: DemoPlan,
    institutions: Institutions,
    known: ReadonlyMap<DemoPerson, KnownPerson>,
  ): DemoEvent[] {
    const [lin, mother, zheng] = (['lin', 'mother', 'zheng'] as const).map((key) =>
      people.find((person) => person.key === key)!,
    ) as [DemoPerson, DemoPerson, DemoPerson];
    const { registrar } = institutions.schools.get(schoolOfTownship(townshipCode(mother.regionCode)).key)!;
    const bind = async () => {
      const [{ account: daughter }, { id }, friend] = [known.get(lin)!, known.get(mother)!, known.get(zheng)!];
      await this.proxies.consentAtCounter(registrar, id, { phone: lin.account!.phone }, once('consent'));
      const { code } = await this.companions.make(daughter!, [id], once('companions'));
      await this.companions.join(friend.account!, code, [friend.id], once('companions joined'));
    };
    const about = [lin, mother, zheng].flatMap((one) => [personKey(one), phoneKey(one.account!.phone)]);
    return [{ at: at(addDays(mother.registeredAt.toISOString().slice(0, 10), 3), 16), about, happen: bind }];
  }

  private async openAccount(phone: string): Promise<Caller> {
    await this.signIn.requestCode(visitor(), phone);
    const { me } = await this.signIn.signInBySms(visitor(), phone, (await this.signIn.newestCode(phone))!);
    return accountCaller(me.id);
  }

  private async registerOwn(account: Caller, person: DemoPerson): Promise<string> {
    const { name, birthDate, sex, regionCode } = person;
    const { relation } = person.account!;
    const request = { name, birthDate, sex, regionCode, relation };
    return (await this.family.register(account, request, once(`person ${person.index}`))).id;
  }

  private async registerAtCounter(clerk: Caller, person: DemoPerson): Promise<string> {
    const { name, birthDate, sex, regionCode, phone } = person;
    const request = { name, birthDate, sex, regionCode, ...(phone !== null && { phone }) };
    return (await this.counter.register(clerk, request, once(`person ${person.index}`))).id;
  }

  private async codeOf(account: Caller | null, clerk: Caller, id: string, { index }: DemoPerson): Promise<string> {
    const view = account
      ? await this.family.personalCode(account, id)
      : await this.counter.issueCard(clerk, id, once(`card ${index}`));
    return view.code;
  }

  /** What teachers should know of her, and whom to call. */
  private tellNeeds({ id, account }: KnownPerson) {
    const contact = { name: '林海燕', phone: phoneOf(1) };
    // Registering was the first version, seeing her card the second.
    return this.details.changeMine(account!, id, 2, { needs: ['hearing'], contact });
  }

  /** The school puts down to which group of residents they belong, so that figures can be taken apart by it. */
  private tellGroup(registrar: Caller, { id }: KnownPerson, person: DemoPerson) {
    return this.details.changeAtCounter(registrar, id, 2, { groups: [groupOf(person)!] });
  }

  /** Staff see their card, as it was when they were registered. */
  verify(registrar: Caller, id: string, { card, name }: DemoPerson) {
    const document = { documentKind: 'resident_card' as const, documentNumber: card, name };
    return this.counter.verifyIdentity(registrar, id, 1, document);
  }
}

/** The group of residents to which somebody made up belongs, and who says so; most belong to none. */
function groupOf({ key, index }: DemoPerson): { kind: ResidentGroup; source: GroupSource } | null {
  if (key !== null) return null;
  if (index % 5 === 1) return { kind: 'farmer', source: 'declared' };
  if (index % 11 === 3) return { kind: 'job_seeker', source: 'certified' };
  return index % 13 === 4 ? { kind: 'new_resident', source: 'declared' } : null;
}

/**
 * Before each day on which people register nothing else is under way: whoever asks for a code takes away those that are
 * old by then, and nobody may wait for one of them.
 */
function newDays({ people }: DemoPlan): DemoEvent[] {
  const days = new Set(people.map(({ registeredAt }) => dayOf(registeredAt)));
  return [...days].map((day) => ({ at: at(day, 0), happen: () => Promise.resolve() }));
}
