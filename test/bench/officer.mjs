import { randomUUID } from 'node:crypto';
import { readSettings, SystemClock, Tokens } from '../../dist/libs/core/src/index.js';
import { settings, sql } from './processes.mjs';

/** The headers of an officer of the bureau, signed in for a day. */
export async function officer(url) {
  const [staff, signIn] = [randomUUID(), randomUUID()];
  await sql(
    url,
    `insert into staff (id, username, name, password_hash, created_at) values ('${staff}', '${staff}', '周科长', 'none', now())`,
    `insert into staff_roles (id, staff_id, role, since) values (gen_random_uuid(), '${staff}', 'bureau_officer', now())`,
    `insert into sign_ins (id, staff_id, created_at, expires_at) values ('${signIn}', '${staff}', now(), now() + interval '1 day')`,
  );
  const tokens = new Tokens(readSettings(settings(url)), new SystemClock());
  // A token is short-lived; a long run takes a new one each time.
  return () => ({ Authorization: `Bearer ${tokens.issue({ kind: 'staff', id: staff, signInId: signIn })}` });
}

/** What the api answers to an officer. */
export async function ask(program, headers, path) {
  const response = await fetch(`http://127.0.0.1:${program.port}/api/v1${path}`, { headers: headers() });
  if (!response.ok) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
  return response.json();
}

/** The value below which such a share of the values lies. */
export function percentile(values, share) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}
