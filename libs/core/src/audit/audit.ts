import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { AuditAction, AuditTarget } from '#contracts';
import type { Caller } from '../guard/caller.js';
import { Clock } from '../clock.js';
import { LIST_OF_JSON, listOfJson, written } from '../database/sql.js';

/** One thing that was done. */
export interface AuditEntry {
  /** `<noun>.<past participle>`, such as `class.approved`. */
  action: AuditAction;
  /** Table of what it was done to, in the singular: `course_class`. */
  targetKind: AuditTarget;
  targetId: string;
  /** The organisation whose business it is. */
  organisationId?: string | null;
  /** The resident for whom it was done by somebody else. */
  onBehalfOf?: string | null;
  /** What changed: states, numbers, reasons. Never names, phones or documents. */
  details?: Record<string, unknown>;
}

/**
 * The audit log: who did what, when, to what, for whom. Append-only, written in the transaction of the deed itself,
 * sealed into a chain of hashes afterwards.
 */
@Injectable()
export class Audit {
  constructor(private readonly clock: Clock) {}

  /** Writes the entries of one deed, or of many at once. */
  async write(em: EntityManager, caller: Caller, entries: readonly AuditEntry[]): Promise<void> {
    await this.writeAll(
      em,
      entries.map((entry) => ({ caller, entry })),
    );
  }

  /** {@link write} for the deeds of many callers, in one statement. */
  async writeAll(em: EntityManager, deeds: readonly { caller: Caller; entry: AuditEntry }[]): Promise<void> {
    if (deeds.length === 0) return;
    await written(
      em,
      `insert into audit_entries (at, actor_kind, actor_id, action, target_kind, target_id, organisation_id, on_behalf_of, details, trace_id)
       select $1, * from unnest($2::text[], $3::uuid[], $4::text[], $5::text[], $6::uuid[], $7::uuid[], $8::uuid[], ${LIST_OF_JSON('$9')}::jsonb[], $10::text[])`,
      [
        this.clock.now(),
        deeds.map(({ caller }) => caller.actor.kind),
        deeds.map(({ caller }) => caller.actor.id),
        deeds.map(({ entry }) => entry.action),
        deeds.map(({ entry }) => entry.targetKind),
        deeds.map(({ entry }) => entry.targetId),
        deeds.map(({ entry }) => entry.organisationId ?? null),
        deeds.map(({ entry }) => entry.onBehalfOf ?? null),
        listOfJson(deeds.map(({ entry }) => entry.details ?? {})),
        deeds.map(({ caller }) => caller.traceId),
      ],
    );
  }
}
