import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import {
  CatalogueModule,
  ClassesService,
  ClassMovesService,
  type ClassView,
  CoursesService,
  TermsService,
} from '#catalogue';
import type { Grant, ProgrammeKind, Role, Topic } from '#contracts';
import { Caller, Clock, CoreModule, newId, type OnceKey, readSettings, rows } from '#core';
import { PeopleModule } from '#people';
import { PlacesLoader, PlacesModule } from '#places';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { testSettings } from './test-settings.js';

type CreateClassRequest = Parameters<ClassesService['create']>[2];

/** 城中社区, where schools are unless said otherwise. */
const VILLAGE = '330305001001';

class SetClock extends Clock {
  at = new Date(0);

  override now(): Date {
    return this.at;
  }
}

/** A school with a room, a registrar and a teacher. */
export interface TestSchool {
  id: string;
  registrar: Caller;
  teacherId: string;
  venueId: string;
}

export const once = (): OnceKey => ({ subject: 'spec', key: newId(), fingerprint: Buffer.from('same') });

/** A member of staff as caller. */
export const staffCaller = (id: string, role: Role, organisationId: string | null): Caller => {
  const grants: Grant[] = [{ role, organisationId }];
  return new Caller({ kind: 'staff', id, signInId: newId() }, grants, 'zh', 'spec');
};

/** Start and end of a session, in the district's time. */
export const times = (day: string, from: string, to: string) => ({
  startsAt: `${day}T${from}:00+08:00`,
  endsAt: `${day}T${to}:00+08:00`,
});

/** The catalogue's services on a database of their own, with a clock that can be set, a term and a course. */
export class CatalogueOffice {
  readonly source: DataSource;
  readonly classes: ClassesService;
  readonly moves: ClassMovesService;
  readonly clock: SetClock;
  bureau!: Caller;
  termId!: string;
  taijiId!: string;

  private constructor(
    private readonly database: TestDatabase,
    readonly nest: TestingModule,
    clock: SetClock,
  ) {
    this.clock = clock;
    this.source = nest.get(DataSource);
    this.classes = nest.get(ClassesService);
    this.moves = nest.get(ClassMovesService);
  }

  /** Opens it in February, before the spring term of 2026. */
  static async open(): Promise<CatalogueOffice> {
    const database = await createTestDatabase();
    const clock = new SetClock();
    const nest = await Test.createTestingModule({
      imports: [
        CoreModule.forRoot(readSettings(testSettings(database.url))),
        PlacesModule,
        PeopleModule,
        CatalogueModule,
      ],
    })
      .overrideProvider(Clock)
      .useValue(clock)
      .compile();
    await nest.init();
    await nest.get(PlacesLoader).load();
    const office = new CatalogueOffice(database, nest, clock);
    office.itIsFebruary();
    office.bureau = staffCaller(await office.staff(), 'bureau_officer', null);
    const term = { name: '2026 年春季学期', startsOn: '2026-03-01', endsOn: '2026-06-30' };
    office.termId = (await nest.get(TermsService).create(office.bureau, once(), term)).id;
    office.taijiId = await office.course('太极拳', 'elderly');
    return office;
  }

  async close(): Promise<void> {
    await this.nest.close();
    await this.database.drop();
  }

  /** Sets the clock to the morning of 25 February 2026: enrollment is open, nothing has begun. */
  itIsFebruary(): void {
    this.clock.at = new Date('2026-02-25T08:00:00+08:00');
  }

  /** Takes on a member of staff. */
  async staff(role?: Role, organisationId?: string): Promise<string> {
    const id = newId();
    await rows(
      this.source,
      `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, $3, '', $4)`,
      [id, `staff-${id}`, '王老师', this.clock.now()],
    );
    if (role) {
      await rows(
        this.source,
        `insert into staff_roles (id, staff_id, role, organisation_id, since) values ($1, $2, $3, $4, $5)`,
        [newId(), id, role, organisationId, this.clock.now()],
      );
    }
    return id;
  }

  async school(regionCode = VILLAGE): Promise<TestSchool> {
    const id = newId();
    const venueId = newId();
    await rows(
      this.source,
      `insert into organisations (id, kind, name, region_code, created_at) values ($1, 'elderly_school', $2, $3, $4)`,
      [id, `老年学校 ${id}`, regionCode, this.clock.now()],
    );
    await rows(
      this.source,
      `insert into venues (id, organisation_id, region_code, name, address, capacity, step_free, access_route, created_at)
       values ($1, $2, $3, '一号教室', '中街 1 号', 30, true, 'road', $4)`,
      [venueId, id, regionCode, this.clock.now()],
    );
    return {
      id,
      registrar: staffCaller(await this.staff('registrar', id), 'registrar', id),
      teacherId: await this.staff('teacher', id),
      venueId,
    };
  }

  async course(name: string, programmeKind: ProgrammeKind): Promise<string> {
    const request = { code: `C-${newId()}`, name, programmeKind };
    return (await this.nest.get(CoursesService).create(this.bureau, once(), request)).id;
  }

  /** A class that is right in every way: tai chi on two Mondays in March, seats first come, first served. */
  requestOf(school: TestSchool, change: Partial<CreateClassRequest> = {}): CreateClassRequest {
    return {
      courseId: this.taijiId,
      termId: this.termId,
      organisationId: school.id,
      name: '太极拳初级班',
      teacherId: school.teacherId,
      venueId: school.venueId,
      seats: 20,
      admission: 'first_come',
      enrollmentOpensAt: '2026-02-20T09:00:00+08:00',
      enrollmentClosesAt: '2026-03-01T17:00:00+08:00',
      feeFen: 0,
      sessions: [times('2026-03-02', '09:00', '10:30'), times('2026-03-09', '09:00', '10:30')],
      ...change,
    };
  }

  draft(school: TestSchool, change?: Partial<CreateClassRequest>): Promise<ClassView> {
    return this.classes.create(school.registrar, once(), this.requestOf(school, change));
  }

  async publish(school: TestSchool, change?: Partial<CreateClassRequest>): Promise<ClassView> {
    const { id, version } = await this.draft(school, change);
    const submitted = await this.moves.submit(school.registrar, id, version!);
    const approved = await this.moves.decide(this.bureau, id, submitted.version!, { decision: 'approved' });
    return this.moves.publish(school.registrar, id, approved.version!);
  }

  /** The ids told under a topic since the outbox was last read. */
  async told(topic: Topic): Promise<string[]> {
    const found = await rows<{ ids: string[] }>(this.source, `delete from outbox where topic = $1 returning ids`, [
      topic,
    ]);
    return found.flatMap(({ ids }) => ids);
  }
}
