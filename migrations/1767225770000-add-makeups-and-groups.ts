import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which session a makeup replaces; the groups a counted resident belonged to; what counts once an identity is verified. */
export class AddMakeupsAndGroups1767225770000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table class_sessions
        add column makeup_of uuid,
        add constraint fk_class_sessions_makeup_of foreign key (makeup_of) references class_sessions (id),
        add constraint uq_class_sessions_makeup_of unique (makeup_of),
        add constraint ck_class_sessions_makeup_of check (makeup_of <> id);

      -- Null in entries posted before; of a reversal it is that of the entry it takes back.
      alter table ledger_entries add column groups jsonb;

      -- Digests of the sealed entries, so that of a broken block the row is named; null in blocks sealed before.
      alter table chain_blocks add column entry_digests bytea;

      -- What would count of residents whose identity nobody has verified (counting rule 8), kept by the recount.
      create table unverified_claims (
        enrollment_id uuid not null,
        measure text not null,
        resident_id uuid not null,
        counted_on date not null,
        region_code text not null,
        organisation_id uuid not null,
        programme_kind text not null,
        constraint pk_unverified_claims primary key (enrollment_id, measure),
        constraint fk_unverified_claims_enrollment foreign key (enrollment_id) references enrollments (id),
        constraint fk_unverified_claims_resident foreign key (resident_id) references residents (id),
        constraint fk_unverified_claims_region foreign key (region_code) references regions (code),
        constraint fk_unverified_claims_organisation foreign key (organisation_id) references organisations (id)
      );
      create index ix_unverified_claims_resident on unverified_claims (resident_id);
      create index ix_unverified_claims_counted on unverified_claims (counted_on);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table unverified_claims;
      alter table chain_blocks drop column entry_digests;
      alter table ledger_entries drop column groups;
      alter table class_sessions drop column makeup_of;
    `);
  }
}
