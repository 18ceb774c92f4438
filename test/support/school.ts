import { District, PASSWORD } from './district.js';
import type { Person } from './person.js';

export const BEIAO = '330305001000'; // 北岙街道
export const XIAOPU = '330305001007'; // 小朴社区
export const LUXI_VILLAGE = '330305202200'; // 鹿西村

/** A resident with an account of their own. */
export interface Resident {
  person: Person;
  phone: string;
  id: string;
}

/** A class as it is shown, as far as stories look at it. */
export interface PublishedClass {
  id: string;
  name: string;
  version: number;
  sessions: { id: string; startsAt: string; endsAt: string }[];
}

/** Another school than the one of the story. */
export interface OtherSchool {
  id: string;
  name: string;
  principal: Person;
  teacher: Person;
  /** What a form for one of its classes says of it. */
  form: { organisationId: string; teacherId: string; venueId: string };
}

/** Hours at which classes of a school meet, each with a weekday, so that no two of them meet at once. */
const HOURS = ['08', '10', '13', '15', '18'];
const WEEKDAYS = 6;
const DAY_MS = 86_400_000;

/**
 * A district on 20 August 2026 with the bureau and one community school, for stories that begin with a class. Classes
 * open on 1 September at 9:00, close on the 10th at 17:00, and begin in the week of 14 September.
 */
export class TestSchool {
  private classes = 0;
  private courses = 0;

  private constructor(
    readonly district: District,
    readonly id: string,
    readonly visitor: Person,
    readonly admin: Person,
    readonly bureau: Person,
    readonly principal: Person,
    readonly registrar: Person,
    readonly teacher: Person,
    private readonly teacherId: string,
    readonly termId: string,
    private readonly hallId: string,
    private courseId: string,
  ) {}

  static async open(at = '2026-08-20T09:00:00+08:00'): Promise<TestSchool> {
    const district = await District.open(at);
    try {
      const admin = await district.staff('admin');
      const staff = async (username: string, name: string, roles: object[]) =>
        (await admin.post('/staff', { username, name, password: PASSWORD, roles })).id as string;
      await staff('bureau', '周科长', [{ role: 'bureau_officer' }]);
      const bureau = await district.staff('bureau');
      const { id: organisationId } = await bureau.post('/organisations', {
        kind: 'community_school',
        name: '北岙社区学校',
        regionCode: BEIAO,
        phone: '0577-63480000',
      });
      await staff('principal', '林校长', [{ role: 'principal', organisationId }]);
      await staff('registrar', '陈老师', [{ role: 'registrar', organisationId }]);
      const teacherId = await staff('teacher', '王老师', [{ role: 'teacher', organisationId }]);
      const registrar = await district.staff('registrar');
      const hall = await registrar.post('/venues', {
        organisationId,
        regionCode: XIAOPU,
        name: '小朴文化礼堂',
        address: '小朴社区88号',
        capacity: 40,
        stepFree: true,
        accessRoute: 'road',
      });
      const term = await bureau.post('/terms', { name: '2026年秋季', startsOn: '2026-09-01', endsOn: '2027-01-15' });
      const course = await bureau.post('/courses', { code: 'SK-000', name: '渔网编织', programmeKind: 'skills' });
      return new TestSchool(
        district,
        organisationId,
        district.visitor(),
        admin,
        bureau,
        await district.staff('principal'),
        registrar,
        await district.staff('teacher'),
        teacherId,
        term.id,
        hall.id,
        course.id,
      );
    } catch (error) {
      await district.close();
      throw error;
    }
  }

  close(): Promise<void> {
    return this.district.close();
  }

  /** A member of staff of this organisation, signed in. */
  async staff(username: string, role: string, organisationId: string): Promise<Person> {
    await this.admin.post('/staff', {
      username,
      name: username,
      password: PASSWORD,
      roles: [{ role, organisationId }],
    });
    return this.district.staff(username);
  }

  /** Another school of the district: its people, and what a form for one of its classes says of it. */
  async another(name: string, username: string, regionCode = BEIAO): Promise<OtherSchool> {
    const { id } = await this.bureau.post('/organisations', {
      kind: 'community_school',
      name,
      regionCode,
      phone: '0577-63480001',
    });
    const principal = await this.staff(`${username}-principal`, 'principal', id);
    const teacher = await this.staff(`${username}-teacher`, 'teacher', id);
    const { id: teacherId } = await teacher.get('/me');
    const { id: venueId } = await principal.post('/venues', {
      organisationId: id,
      regionCode: XIAOPU,
      name: `${name}教室`,
      address: '小朴社区99号',
      capacity: 40,
      stepFree: true,
      accessRoute: 'road',
    });
    return { id, name, principal, teacher, form: { organisationId: id, teacherId, venueId } };
  }

  /** A new course of the bureau. */
  async course(programmeKind = 'skills'): Promise<{ id: string; code: string }> {
    const code = `SK-${String(++this.courses).padStart(3, '0')}`;
    const { id } = await this.bureau.post('/courses', { code, name: `课程${this.courses}`, programmeKind });
    return { id, code };
  }

  /** Three sessions of 90 minutes, a week apart, while no other class of the school meets. */
  private sessions(): { startsAt: string; endsAt: string }[] {
    const number = this.classes++;
    const hour = HOURS[Math.floor(number / WEEKDAYS) % HOURS.length]!;
    const first = new Date(`2026-09-14T${hour}:00:00+08:00`).getTime() + (number % WEEKDAYS) * DAY_MS;
    return [0, 7, 14].map((days) => ({
      startsAt: new Date(first + days * DAY_MS).toISOString(),
      endsAt: new Date(first + days * DAY_MS + 90 * 60_000).toISOString(),
    }));
  }

  /** The form for a class as the registrar fills it in. */
  form(name: string, change: object = {}): object {
    return {
      courseId: this.courseId,
      termId: this.termId,
      organisationId: this.id,
      name,
      teacherId: this.teacherId,
      venueId: this.hallId,
      seats: 3,
      admission: 'first_come',
      enrollmentOpensAt: '2026-09-01T09:00:00+08:00',
      enrollmentClosesAt: '2026-09-10T17:00:00+08:00',
      feeFen: 0,
      ...change,
    };
  }

  /** A class drafted, submitted, approved and published; without sessions given, it meets when no other does. */
  async publish(name: string, change: object = {}, by = this.registrar): Promise<PublishedClass> {
    const draft = await by.post('/classes', this.form(name, { sessions: this.sessions(), ...change }));
    let { version } = draft;
    ({ version } = await by.post(`/classes/${draft.id}/submission`, {}, { version }));
    ({ version } = await this.bureau.post(`/classes/${draft.id}/decision`, { decision: 'approved' }, { version }));
    return by.post(`/classes/${draft.id}/publication`, {}, { version });
  }

  /** Somebody signs in and says who they are. */
  async resident(name: string, birthDate = '1980-05-06', regionCode = XIAOPU): Promise<Resident> {
    const phone = this.district.newPhone();
    const person = await this.district.resident(phone);
    const { id } = await person.post('/me/residents', { name, birthDate, regionCode, relation: 'self' });
    return { person, phone, id };
  }
}

/** Applies for oneself. */
export const apply = ({ person, id }: Resident, classId: string, more: object = {}) =>
  person.post('/enrollments', { classId, residentId: id, ...more });

/** What the class page says to them before they ask. */
export const mayEnroll = ({ person, id }: Resident, classId: string, more = '') =>
  person.get(`/classes/${classId}/eligibility?residentId=${id}${more}`);

/** How their enrollment in the class stands. */
export async function enrollmentOf({ person, id }: Resident, classId: string) {
  const { items } = await person.get('/me/enrollments?limit=100');
  return items.find((one: { residentId: string; classId: string }) => one.residentId === id && one.classId === classId);
}
