import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Lists that other departments send (导入): files, their rows as they were read, and the records that came of them. */
export class CreateImports1767225830000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table imports (
        id uuid not null,
        kind text not null,
        state text not null default 'waiting',
        department_id uuid not null,
        document_number text,
        file_name text not null,
        file_id uuid,
        encoding text,
        failure jsonb,
        -- Rows of the file, its heading left out; null until they were counted.
        row_count int,
        -- Rows that were read, those of which it is known what they would count, those that were written or withdrawn.
        rows_read int not null default 0,
        rows_checked int not null default 0,
        rows_done int not null default 0,
        -- Behind which person the checking, writing or withdrawing goes on.
        done_up_to bytea,
        counts jsonb,
        imported_by uuid not null,
        imported_at timestamptz not null,
        ready_at timestamptz,
        confirmed_by uuid,
        confirmed_at timestamptz,
        written_at timestamptz,
        undone_by uuid,
        undone_at timestamptz,
        undone_because text,
        version int not null default 1,
        constraint pk_imports primary key (id),
        constraint fk_imports_department foreign key (department_id) references organisations (id),
        constraint fk_imports_file foreign key (file_id) references stored_files (id),
        constraint fk_imports_imported_by foreign key (imported_by) references staff (id),
        constraint fk_imports_confirmed_by foreign key (confirmed_by) references staff (id),
        constraint fk_imports_undone_by foreign key (undone_by) references staff (id),
        constraint ck_imports_kind check (kind in ('training', 'degree')),
        constraint ck_imports_state check (state in
          ('waiting', 'reading', 'ready', 'failed', 'writing', 'written', 'undoing', 'undone', 'discarded')),
        constraint ck_imports_failure check ((state = 'failed') <= (failure is not null)),
        constraint ck_imports_file check (state in ('waiting', 'discarded') or file_id is not null),
        constraint ck_imports_confirmed check (
          (num_nonnulls(confirmed_by, confirmed_at) = 2) = (state in ('writing', 'written', 'undoing', 'undone'))),
        constraint ck_imports_undone check (
          (num_nonnulls(undone_by, undone_at, undone_because) = 3) = (state in ('undoing', 'undone')))
      );
      create index ix_imports_department on imports (department_id);
      create index ix_imports_file on imports (file_id);
      create index ix_imports_imported_by on imports (imported_by);
      create index ix_imports_confirmed_by on imports (confirmed_by);
      create index ix_imports_undone_by on imports (undone_by);

      -- What was read of a row, whether or not it can be used.
      create table import_rows (
        import_id uuid not null,
        number int not null,
        kind text not null,
        name text,
        document_kind text,
        document_sealed bytea,
        document_hash bytea,
        phone_sealed bytea,
        phone_hash bytea,
        birth_date date,
        sex text,
        title text not null default '',
        course_code text,
        class_term text,
        certificate_number text,
        class_hours numeric,
        starts_on date,
        ends_on date,
        level text,
        registered_on date,
        expected_year int,
        graduated_on date,
        left_on date,
        dual boolean not null default false,
        organisation_id uuid,
        region_code text,
        problems jsonb not null default '[]',
        usable boolean not null,
        person text,
        resident_id uuid,
        counts boolean,
        reasons jsonb,
        constraint pk_import_rows primary key (import_id, number),
        constraint fk_import_rows_import foreign key (import_id) references imports (id),
        constraint ck_import_rows_person check (person in ('new', 'known', 'differs')),
        constraint ck_import_rows_usable check (
          not usable or (num_nonnulls(name, document_kind, document_sealed, document_hash, birth_date, course_code, organisation_id,
            region_code) = 8 and (kind = 'degree' or num_nonnulls(class_hours, starts_on, ends_on) = 3)
            and (kind = 'training' or level is not null)))
      );
      create index ix_import_rows_person on import_rows (import_id, document_hash, number) where usable;
      create index ix_import_rows_problems on import_rows (import_id, number) where problems <> '[]';

      -- A row that somebody confirmed; withdrawn when its import was undone.
      create table imported_records (
        id uuid not null,
        import_id uuid not null,
        row_number int not null,
        resident_id uuid not null,
        kind text not null,
        title text not null,
        course_code text not null,
        class_term text,
        certificate_number text,
        class_hours numeric,
        starts_on date,
        ends_on date,
        level text,
        registered_on date,
        expected_year int,
        graduated_on date,
        left_on date,
        dual boolean not null,
        organisation_id uuid not null,
        region_code text not null,
        created_at timestamptz not null,
        withdrawn_at timestamptz,
        constraint pk_imported_records primary key (id),
        constraint uq_imported_records_row unique (import_id, row_number),
        constraint fk_imported_records_import foreign key (import_id) references imports (id),
        constraint fk_imported_records_resident foreign key (resident_id) references residents (id),
        constraint fk_imported_records_organisation foreign key (organisation_id) references organisations (id),
        constraint fk_imported_records_region foreign key (region_code) references regions (code),
        constraint ck_imported_records_kind check (kind in ('training', 'degree')),
        constraint ck_imported_records_training check (
          kind <> 'training' or (num_nonnulls(class_hours, starts_on, ends_on) = 3 and starts_on <= ends_on)),
        constraint ck_imported_records_degree check (kind <> 'degree' or level is not null),
        constraint ck_imported_records_level check (level in
          ('junior_secondary', 'senior_secondary', 'college', 'undergraduate', 'postgraduate'))
      );
      create index ix_imported_records_resident on imported_records (resident_id);

      -- An entry stands on an enrollment in a class or on an imported record, and on one of them alone.
      alter table ledger_entries
        alter column class_id drop not null,
        alter column enrollment_id drop not null,
        add column record_id uuid,
        add constraint fk_ledger_entries_record foreign key (record_id) references imported_records (id),
        add constraint ck_ledger_entries_source check (
          num_nonnulls(enrollment_id, record_id) = 1 and (class_id is null) = (enrollment_id is null));
      create index ix_ledger_entries_record on ledger_entries (record_id) where record_id is not null;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table ledger_entries drop column record_id,
        alter column class_id set not null, alter column enrollment_id set not null;
      drop table imported_records, import_rows, imports;
    `);
  }
}
