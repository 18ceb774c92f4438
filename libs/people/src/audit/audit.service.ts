import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { type Caller, cutPage, type Page, readCursor, rows } from '#core';
import type { AuditEntryView, AuditQuery } from './audit.dto.js';

interface EntryRow {
  id: string;
  at: Date;
  actor_kind: AuditEntryView['actorKind'];
  actor_id: string | null;
  actor_name: string | null;
  on_behalf_of: string | null;
  action: string;
  target_kind: string;
  target_id: string;
  organisation_id: string | null;
  details: Record<string, unknown>;
  trace_id: string;
}

/** The audit log as people read it; core writes and seals it. */
@Injectable()
export class AuditLogService {
  constructor(private readonly source: DataSource) {}

  /** Entries that fit the query, newest first. */
  async list(caller: Caller, query: AuditQuery): Promise<Page<AuditEntryView>> {
    caller.require('audit.read');
    const before = readCursor(query.cursor, ['bigint']);
    const found = await rows<EntryRow>(
      this.source,
      // The time span lets PostgreSQL pass over the partitions of other months.
      `select a.*, s.name as actor_name
         from audit_entries a left join staff s on a.actor_kind = 'staff' and s.id = a.actor_id
        where ($1::bigint is null or a.id < $1)
          and ($2::uuid is null or a.target_id = $2)
          and ($3::uuid is null or a.organisation_id = $3)
          and ($4::text is null or a.action = $4)
          and ($5::timestamptz is null or a.at >= $5)
          and ($6::timestamptz is null or a.at < $6)
        order by a.id desc limit $7`,
      [
        before?.[0] ?? null,
        query.targetId ?? null,
        query.organisationId ?? null,
        query.action ?? null,
        query.from ?? null,
        query.to ?? null,
        query.limit + 1,
      ],
    );
    return cutPage(
      found,
      query.limit,
      (entry) => [entry.id],
      (entry) => ({
        id: entry.id,
        at: entry.at.toISOString(),
        actorKind: entry.actor_kind,
        actorId: entry.actor_id,
        actorName: entry.actor_name,
        onBehalfOf: entry.on_behalf_of,
        action: entry.action,
        targetKind: entry.target_kind,
        targetId: entry.target_id,
        organisationId: entry.organisation_id,
        details: entry.details,
        traceId: entry.trace_id,
      }),
    );
  }
}
