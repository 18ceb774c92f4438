import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Scans of the papers behind registers, reported figures and locked periods; reported figures are reviewed (审核). */
export class AddScansAndReviews1767225920001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table staff_roles
        drop constraint ck_staff_roles_role,
        add constraint ck_staff_roles_role check (role in ('administrator', 'bureau_officer', 'principal', 'registrar',
          'teacher', 'village_agent', 'department_officer'));

      create table document_scans (
        id uuid not null,
        subject_kind text not null,
        subject_id uuid not null,
        file_id uuid not null,
        added_by uuid not null,
        added_at timestamptz not null,
        constraint pk_document_scans primary key (id),
        constraint fk_document_scans_file foreign key (file_id) references stored_files (id),
        constraint fk_document_scans_added_by foreign key (added_by) references staff (id),
        constraint uq_document_scans_file unique (subject_kind, subject_id, file_id),
        constraint ck_document_scans_subject_kind check (
          subject_kind in ('register_entry', 'reported_figure', 'period'))
      );
      create index ix_document_scans_file on document_scans (file_id);
      create index ix_document_scans_added_by on document_scans (added_by);
      create trigger tr_document_scans_append_only before update or delete on document_scans
        for each row execute function refuse_change();

      create table figure_reviews (
        figure_id uuid not null,
        decision text not null,
        returned_because text,
        reviewed_by uuid,
        reviewed_at timestamptz not null,
        constraint pk_figure_reviews primary key (figure_id),
        constraint fk_figure_reviews_figure foreign key (figure_id) references reported_figures (id),
        constraint fk_figure_reviews_reviewed_by foreign key (reviewed_by) references staff (id),
        constraint ck_figure_reviews_decision check (decision in ('accepted', 'returned')),
        constraint ck_figure_reviews_returned check ((decision = 'returned') = (returned_because is not null))
      );
      create index ix_figure_reviews_reviewed_by on figure_reviews (reviewed_by);
      create trigger tr_figure_reviews_append_only before update or delete on figure_reviews
        for each row execute function refuse_change();

      -- Figures of before counted without anybody's review; they go on counting, and nobody is named.
      insert into figure_reviews (figure_id, decision, reviewed_at) select id, 'accepted', reported_at from reported_figures;
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table figure_reviews, document_scans');
    // There is nothing any more that a department's officer could do.
    await runner.query(`
      delete from staff_roles where role = 'department_officer';
      alter table staff_roles
        drop constraint ck_staff_roles_role,
        add constraint ck_staff_roles_role check (role in ('administrator', 'bureau_officer', 'principal', 'registrar',
          'teacher', 'village_agent'));
    `);
  }
}
