import { Injectable } from '@nestjs/common';
import { addDays, PLATE_KINDS, type Role } from '#contracts';
import { CoursesService, TermsService } from '#catalogue';
import type { Caller } from '#core';
import { StaffService } from '#people';
import {
  ElderlyPopulationsService,
  OrganisationsService,
  PlacesService,
  TeachingPointsService,
  VenuesService,
} from '#places';
import { DEMO_PASSWORD, staffAccount } from './demo-accounts.js';
import { at } from './demo-calendar.js';
import { once, staffCaller } from './demo-callers.js';
import { COURSES } from './demo-courses.js';
import { nameOf } from './demo-names.js';
import { type DemoPlan, populationDay } from './demo-plan.js';
import { type DemoSchool, OFFICES, schoolOfTownship, SCHOOLS, townshipCode, WITHOUT_PLATE } from './demo-schools.js';
import { abreast, type DemoEvent } from './demo-timeline.js';

/** A school with those who work there. */
export interface StaffedSchool {
  id: string;
  principal: Caller;
  registrar: Caller;
  agent: Caller;
  teachers: Caller[];
}

/** What of the institutions the rest of the demo refers to. */
export interface Institutions {
  bureau: Caller;
  /** Three of the bureau, who check each other. */
  officers: [Caller, Caller, Caller];
  /** Reports the figures of 洞头区教育局. */
  reporter: Caller;
  /** By the school's key. */
  schools: Map<string, StaffedSchool>;
  /** Ids by the venue's key. */
  venues: Map<string, string>;
  /** Ids by the course's code. */
  courses: Map<string, string>;
  /** Ids by the term's key. */
  terms: Map<string, string>;
}

interface Post {
  username: string;
  name: string;
  role: Role;
  school: DemoSchool | null;
}

/** Schools, venues, plates, staff, courses and terms of the demo. */
@Injectable()
export class DemoInstitutions {
  constructor(
    private readonly organisations: OrganisationsService,
    private readonly venues: VenuesService,
    private readonly points: TeachingPointsService,
    private readonly populations: ElderlyPopulationsService,
    private readonly places: PlacesService,
    private readonly staff: StaffService,
    private readonly courses: CoursesService,
    private readonly terms: TermsService,
  ) {}

  /** Makes what stands from the first day on. The clock stands at that day. */
  async setUp(plan: DemoPlan): Promise<Institutions> {
    const account = staffAccount('administrator');
    const adminId = await this.staff.createFirstAdministrator(account.username, DEMO_PASSWORD, account.name);
    const admin = staffCaller(adminId, 'administrator', null);
    const ids = new Map<string, string>();
    await abreast([...SCHOOLS, ...OFFICES], async (school) => {
      const { key, kind, name, nameEn, regionCode } = school;
      const phone = `0577-6348${String(1_000 + [...SCHOOLS, ...OFFICES].indexOf(school)).slice(-4)}`;
      const request = { kind, name, nameEn, regionCode, phone };
      ids.set(key, (await this.organisations.create(admin, request, once(`organisation ${key}`))).id);
    });
    const institutions = await this.employ(plan, admin, ids);
    await this.furnish(institutions);
    await this.list(plan, institutions);
    return institutions;
  }

  private async employ(plan: DemoPlan, admin: Caller, ids: ReadonlyMap<string, string>): Promise<Institutions> {
    const posts = postsOf(plan);
    const idOf = (school: DemoSchool | null) => (school === null ? null : ids.get(school.key)!);
    const staffIds = await this.staff.createAll(
      admin,
      DEMO_PASSWORD,
      posts.map(({ username, name, role, school }) => ({
        username,
        name,
        roles: [{ role: role as Exclude<Role, 'resident'>, organisationId: idOf(school) }],
      })),
    );
    const callers = posts.map(({ role, school }, index) => ({
      role,
      school,
      caller: staffCaller(staffIds[index]!, role, idOf(school)),
    }));
    const schools = new Map(
      SCHOOLS.map((school) => {
        const own = (role: Role) => callers.filter((one) => one.school === school && one.role === role);
        const first = (role: Role) => own(role)[0]!.caller;
        return [
          school.key,
          {
            id: ids.get(school.key)!,
            principal: first('principal'),
            registrar: first('registrar'),
            agent: first('village_agent'),
            teachers: own('teacher').map(({ caller }) => caller),
          },
        ];
      }),
    );
    const officers = callers.flatMap(({ role, caller }) => (role === 'bureau_officer' ? [caller] : []));
    const [bureau, second, third] = officers as [Caller, Caller, Caller];
    return {
      bureau,
      officers: [bureau, second, third],
      reporter: callers.find(({ role }) => role === 'department_officer')!.caller,
      schools,
      venues: new Map(),
      courses: new Map(),
      terms: new Map(),
    };
  }

  private async furnish({ bureau, schools, venues, courses }: Institutions): Promise<void> {
    const all = SCHOOLS.flatMap((school) => school.venues.map((venue) => ({ school, venue })));
    await abreast(all, async ({ school, venue: { key, short: _short, shortEn: _shortEn, ...venue } }) => {
      const { id: organisationId, registrar } = schools.get(school.key)!;
      const made = await this.venues.create(registrar, { organisationId, ...venue }, once(`venue ${key}`));
      venues.set(key, made.id);
    });
    await abreast(COURSES, async ({ code, name, nameEn, kind, summary }) => {
      const request = { code, name, nameEn, programmeKind: kind, summary };
      courses.set(code, (await this.courses.create(bureau, once(`course ${code}`), request)).id);
    });
  }

  /** The plates: 老年学校 of the townships, 老年学堂 of the villages. */
  private async list(plan: DemoPlan, { bureau, schools }: Institutions): Promise<void> {
    const plates = [...(await this.places.regionTree()).values()]
      .filter(({ level, code }) => (level === 'township' || level === 'village') && !WITHOUT_PLATE.has(code))
      .flatMap((region) =>
        PLATE_KINDS.filter((kind) => kind === 'elderly_classroom' || region.level === 'township').map((kind) => ({
          kind,
          region,
        })),
      );
    await abreast(plates, async ({ kind, region: { code, shortName } }) => {
      const dice = plan.dice.of(`plate ${code} ${kind}`);
      const request = {
        organisationId: schools.get(schoolOfTownship(townshipCode(code)).key)!.id,
        plateKind: kind,
        regionCode: code,
        name: `${shortName}${kind === 'elderly_school' ? '老年学校' : '老年学堂'}`,
        listedOn: addDays(plan.today, -dice.between(500, 1_800)),
        documentNumber: `洞教〔演示〕${dice.between(1, 90)}号`,
      };
      await this.points.create(bureau, request, once(`plate ${code} ${kind}`));
    });
  }

  /** What is put down later: terms, and how many elders live where. */
  events(plan: DemoPlan, { bureau, terms }: Institutions): DemoEvent[] {
    const termEvents = plan.terms.map(({ key, createdAt, ...term }) => ({
      at: createdAt,
      happen: async () => {
        const { name, nameEn, startsOn, endsOn } = term;
        const made = await this.terms.create(bureau, once(`term ${key}`), { name, nameEn, startsOn, endsOn });
        terms.set(key, made.id);
      },
    }));
    const countedOn = populationDay(plan.today);
    const count = async () => {
      const regions = [...(await this.places.regionTree()).values()];
      const told = regions.filter(({ level, code }) => {
        // Of some villages nobody has said yet.
        return level === 'township' || (level === 'village' && !plan.dice.of(`told ${code}`).chance(0.35));
      });
      await abreast(told, ({ code, level }) => {
        const dice = plan.dice.of(`elders ${code}`);
        const aged60Plus = level === 'township' ? dice.between(1_200, 6_500) : dice.between(48, 420);
        return this.populations.put(bureau, code, { countedOn, aged60Plus, source: '公安户籍年报（演示数据）' });
      });
    };
    return [...termEvents, { at: at(addDays(plan.firstDay, 20), 14), about: ['populations'], happen: count }];
  }
}

/** Everyone who is employed; those who are tried out have the names and usernames of their accounts. */
function postsOf(plan: DemoPlan): Post[] {
  const posts: Post[] = [];
  const add = (role: Role, school: DemoSchool | null, username: string) => {
    const known = school === null || school === SCHOOLS[0] || school === OFFICES[0];
    const account = known && !posts.some((post) => post.role === role) ? staffAccount(role) : null;
    const dice = plan.dice.of(`staff ${username}`);
    const sex = dice.chance(0.55) ? 'female' : 'male';
    const name = account?.name ?? nameOf(dice, sex, dice.between(1968, 1996));
    posts.push({ username: account?.username ?? username, name, role, school });
  };
  for (let index = 1; index <= 3; index++) add('bureau_officer', null, `bureau-${index}`);
  add('department_officer', OFFICES[0]!, 'bureau-figures');
  for (const school of SCHOOLS) {
    add('principal', school, `${school.key}-principal`);
    add('registrar', school, `${school.key}-registrar`);
    add('village_agent', school, `${school.key}-agent`);
    for (let index = 1; index <= school.teachers; index++) add('teacher', school, `${school.key}-teacher-${index}`);
  }
  return posts;
}
