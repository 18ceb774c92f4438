import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DataSource } from 'typeorm';
import { makeCode, ORGANISATION_ROLES, type Permission, PERMISSION_ROLES, type Role, ROLES } from '#contracts';
import { EVERYONE, PACKAGE_ROOT, readSettings, rows, SystemClock, Tokens } from '#core';
import { startApi, type TestProcess } from '../support/processes.js';
import { seedClass, type SeededClass, type SeededResident, seedResidents } from '../support/seed.js';
import { createTestDatabase, type TestDatabase } from '../support/test-database.js';
import { testSettings } from '../support/test-settings.js';
import { OTHERS, type Resources } from './others.js';

/** Every route of the API with the permission it declares, from its description, which a check holds against the code. */
const ROUTES = Object.entries(
  (
    JSON.parse(readFileSync(join(PACKAGE_ROOT, 'apps/api/openapi.json'), 'utf8')) as {
      paths: Record<string, Record<string, { 'x-permission'?: Permission | typeof EVERYONE }>>;
    }
  ).paths,
).flatMap(([path, operations]) =>
  Object.entries(operations).map(([method, operation]) => ({
    route: `${method.toUpperCase()} ${path.replace('/api/v1/', '')}`,
    method: method.toUpperCase(),
    path,
    access: operation['x-permission'],
  })),
);

let database: TestDatabase;
let source: DataSource;
let api: TestProcess & { address: string };
let ours: SeededClass;
let theirs: Resources;
/** Somebody's seat in a class of ours, and a parallel class of another school. */
let ownEnrollmentId: string;
let parallelElsewhere: string;
const tokens = new Map<Role, string>();

/** A member of staff with one role, signed in. */
async function staffWith(role: Role, organisationId: string | null): Promise<{ id: string; signInId: string }> {
  const [id, signInId] = [randomUUID(), randomUUID()];
  const at = new Date();
  await rows(
    source,
    `insert into staff (id, username, name, password_hash, created_at) values ($1, $2, '职员', 'none', $3)`,
    [id, id, at],
  );
  await rows(
    source,
    `insert into staff_roles (id, staff_id, role, organisation_id, since) values ($1, $2, $3, $4, $5)`,
    [randomUUID(), id, role, organisationId, at],
  );
  await rows(source, `insert into sign_ins (id, staff_id, created_at, expires_at) values ($1, $2, $3, $4)`, [
    signInId,
    id,
    at,
    new Date(at.getTime() + 3_600_000),
  ]);
  return { id, signInId };
}

beforeAll(async () => {
  database = await createTestDatabase();
  source = await new DataSource({
    type: 'postgres',
    url: database.url,
    extra: { options: '-c search_path=huixue,extensions' },
  }).initialize();
  api = await startApi(database.url);
  const at = new Date();
  const issuer = new Tokens(readSettings(testSettings(database.url)), new SystemClock());
  ours = await seedClass(source, at, { seats: 10 });
  const other = await seedClass(source, at, { seats: 10 });
  const [me, stranger] = (await seedResidents(source, at, 2)) as [SeededResident, SeededResident];
  // An agent serves the own township, where the stranger does not live.
  await rows(source, `update residents set region_code = '330305002001' where id = $1`, [stranger.residentId]);
  const enrollmentId = randomUUID();
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     values ($1, $2, $3, $4, 'skills', 'enrolled', $5, 'self', $5, $5)`,
    [enrollmentId, other.classId, stranger.residentId, other.termId, at],
  );
  ownEnrollmentId = randomUUID();
  await rows(
    source,
    `insert into enrollments (id, class_id, resident_id, term_id, programme_kind, state, queued_at, source, decided_at, created_at)
     values ($1, $2, $3, $4, 'skills', 'enrolled', $5, 'self', $5, $5)`,
    [ownEnrollmentId, ours.classId, me.residentId, ours.termId, at],
  );
  parallelElsewhere = (await seedClass(source, at, { seats: 10, beside: ours, courseId: ours.courseId })).classId;
  await rows(source, `update course_classes set organisation_id = $2 where id = $1`, [
    parallelElsewhere,
    other.organisationId,
  ]);
  const appealId = randomUUID();
  await rows(
    source,
    `insert into appeals (id, enrollment_id, resident_id, organisation_id, text, created_at) values ($1, $2, $3, $4, '请再看一看', $5)`,
    [appealId, enrollmentId, stranger.residentId, other.organisationId, at],
  );
  const [hangsOn] = await rows<{ session_id: string; venue_id: string }>(
    source,
    `select id as session_id, venue_id from class_sessions where class_id = $1`,
    [other.classId],
  );
  const lotteryId = randomUUID();
  await rows(
    source,
    `insert into lotteries (id, class_id, secret_sealed, secret_hash, number_name, number_due_at, announced_at)
     values ($1, $2, '', repeat('0', 64), '中国福利彩票3D', $3, $3)`,
    [lotteryId, other.classId, at],
  );
  const teacher = await staffWith('teacher', other.organisationId);
  const [role] = await rows<{ id: string }>(source, `select id from staff_roles where staff_id = $1`, [teacher.id]);
  theirs = {
    classId: other.classId,
    organisationId: other.organisationId,
    termId: other.termId,
    sessionId: hangsOn!.session_id,
    venueId: hangsOn!.venue_id,
    staffId: teacher.id,
    roleId: role!.id,
    enrollmentId,
    appealId,
    residentId: stranger.residentId,
    lotteryId,
    courseId: randomUUID(),
    callTaskId: randomUUID(),
    photoId: randomUUID(),
    lateSheetId: randomUUID(),
    mergerProposalId: randomUUID(),
    rosterSheetCode: makeCode('sheet', () => 7),
    attendanceImportId: randomUUID(),
  };
  await rows(
    source,
    `insert into call_tasks (id, resident_id, organisation_id, reason, template, subject_kind, subject_id, occasion, variables, due_at, created_at)
     values ($1, $2, $3, 'transferred', 'transferred', 'enrollment', $4, '', '{}', $5, $5)`,
    [theirs.callTaskId, stranger.residentId, other.organisationId, enrollmentId, at],
  );
  // Between two classes of theirs, so that it is wholly no business of ours.
  const besideTheirs = await seedClass(source, at, { seats: 10, beside: other });
  await rows(
    source,
    `insert into merger_proposals (id, class_id, into_class_id, reason, asked_by, asked_at) values ($1, $2, $3, '人数不足', $4, $5)`,
    [theirs.mergerProposalId, other.classId, besideTheirs.classId, teacher.id, at],
  );
  const fileId = randomUUID();
  await rows(
    source,
    `insert into stored_files (id, purpose, media_type, name, size, sha256, organisation_id, uploaded_by, uploaded_at, kept_at)
     values ($1, 'session_photo', 'image/png', '合影.png', 1, sha256(''), $2, $3, $4, $4)`,
    [fileId, other.organisationId, teacher.id, at],
  );
  await rows(
    source,
    `insert into session_photos (id, session_id, file_id, added_by, added_at, version) values ($1, $2, $3, $4, $5, 1)`,
    [theirs.photoId, theirs.sessionId, fileId, teacher.id, at],
  );
  await rows(source, `insert into late_sheets (id, session_id, organisation_id, opened_at) values ($1, $2, $3, $4)`, [
    theirs.lateSheetId,
    theirs.sessionId,
    other.organisationId,
    at,
  ]);
  await rows(
    source,
    `insert into roster_sheets (id, code, session_id, printed_at, printed_by) values ($1, $2, $3, $4, $5)`,
    [randomUUID(), theirs.rosterSheetCode, theirs.sessionId, at, teacher.id],
  );
  await rows(
    source,
    `insert into attendance_imports (id, class_id, organisation_id, file_name, file_id, encoding, row_count, imported_by, imported_at)
     values ($1, $2, $3, '', $4, 'xlsx', 0, $5, $6)`,
    [theirs.attendanceImportId, theirs.classId, other.organisationId, fileId, teacher.id, at],
  );
  for (const role of ROLES) {
    if (role === 'resident') {
      tokens.set(role, issuer.issue({ kind: 'account', id: me.accountId, signInId: me.signInId }));
      continue;
    }
    const organisational = (ORGANISATION_ROLES as readonly Role[]).includes(role);
    const { id, signInId } = await staffWith(role, organisational ? ours.organisationId : null);
    tokens.set(role, issuer.issue({ kind: 'staff', id, signInId }));
  }
}, 120_000);

afterAll(async () => {
  await api?.stop();
  await source?.destroy();
  await database?.drop();
});

async function call(method: string, path: string, role: Role | null, body?: unknown) {
  const token = role === null ? undefined : tokens.get(role);
  const response = await fetch(api.address + path, {
    method,
    headers: {
      ...(token && { Authorization: `Bearer ${token}` }),
      ...(method !== 'GET' && { 'If-Match': '"1"', 'Idempotency-Key': randomUUID() }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, code: (/"code":"([A-Z_.]+)"/.exec(text) ?? [])[1], text };
}

/** The path with ids that name nothing. */
const nowhere = (path: string) =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => (name === 'code' ? '000000000000' : randomUUID()));

describe('every route', () => {
  it('declares who may call it', () => {
    expect(ROUTES.length).toBeGreaterThan(70);
    expect(ROUTES.filter(({ access }) => access !== EVERYONE && !(access! in PERMISSION_ROLES))).toEqual([]);
  });

  it('lets nobody in who is not signed in, unless it is open to everyone', async () => {
    for (const { route, method, path, access } of ROUTES) {
      const { status } = await call(method, nowhere(path), null, method === 'GET' ? undefined : {});
      expect([route, access === EVERYONE ? status !== 401 || route.includes('sign-in') : status]).toEqual([
        route,
        access === EVERYONE ? true : 401,
      ]);
    }
  });

  it.each(ROLES)('opens to %s exactly where the permission says so', async (role) => {
    for (const { route, method, path, access } of ROUTES) {
      if (access === EVERYONE || route === 'POST sign-in/renewal') continue;
      const { status, code } = await call(method, nowhere(path), role, method === 'GET' ? undefined : {});
      const held = (PERMISSION_ROLES[access!] as readonly Role[]).includes(role);
      if (!held) expect([route, status, code]).toEqual([route, 403, 'CORE.FORBIDDEN']);
      else expect([route, [401, 500].includes(status)]).toEqual([route, false]);
    }
  });
});

describe("another school's and another family's things", () => {
  it('are decided on for every route', () => {
    expect(ROUTES.map(({ route }) => route).filter((route) => !(route in OTHERS))).toEqual([]);
    expect(Object.keys(OTHERS).filter((route) => ROUTES.every((one) => one.route !== route))).toEqual([]);
  });

  it.each(ROUTES)('$route', async ({ route, method, path, access }) => {
    const decision = OTHERS[route]!;
    if (typeof decision === 'string' || access === EVERYONE || access === undefined) return;
    const roles = (PERMISSION_ROLES[access] as readonly Role[]).filter(
      (role) => role === 'resident' || (ORGANISATION_ROLES as readonly Role[]).includes(role),
    );
    expect(roles).not.toEqual([]);
    for (const role of roles) {
      const { at, body } = decision(theirs);
      const answer = await call(method, `/api/v1/${at}`, role, body);
      expect([role, [403, 404].includes(answer.status), answer.text]).toEqual([role, true, answer.text]);
      expect(at.split('?')[0]!.split('/')).toHaveLength(path.replace('/api/v1/', '').split('/').length);
    }
  });

  it.each(['principal', 'registrar'] as const)('are no place for a %s to move people to', async (role) => {
    const body = { toClassId: parallelElsewhere };
    const answer = await call('POST', `/api/v1/enrollments/${ownEnrollmentId}/transfer`, role, body);
    expect(answer).toMatchObject({ status: 403, code: 'CORE.FORBIDDEN' });
    const [{ class_id: stays }] = (await rows<{ class_id: string }>(
      source,
      `select class_id from enrollments where id = $1`,
      [ownEnrollmentId],
    )) as [{ class_id: string }];
    expect(stays).toBe(ours.classId);
  });
});
