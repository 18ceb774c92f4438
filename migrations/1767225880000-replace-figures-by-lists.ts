import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which figures beside the ledger give way to the names of an import, and what each row of a list would count in. */
export class ReplaceFiguresByLists1767225880000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      -- Null: found out before it was kept, so that everything a list of its kind may feed has to be supposed.
      alter table import_rows add column measures text[];

      create table import_replacements (
        id uuid not null,
        import_id uuid not null,
        opening_figure_id uuid,
        sealed_total_id uuid,
        value int not null,
        names int not null,
        state text not null default 'open',
        created_at timestamptz not null,
        constraint pk_import_replacements primary key (id),
        constraint fk_import_replacements_import foreign key (import_id) references imports (id),
        constraint fk_import_replacements_opening_figure foreign key (opening_figure_id) references opening_figures (id),
        constraint fk_import_replacements_sealed_total foreign key (sealed_total_id) references sealed_totals (id),
        constraint ck_import_replacements_of check (num_nonnulls(opening_figure_id, sealed_total_id) = 1),
        constraint ck_import_replacements_state check (state in ('open', 'done', 'returned'))
      );
      create index ix_import_replacements_import on import_replacements (import_id);
      create unique index uq_import_replacements_opening_figure on import_replacements (opening_figure_id)
       where state = 'open';
      create unique index uq_import_replacements_sealed_total on import_replacements (sealed_total_id)
       where state = 'open';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      drop table import_replacements;
      alter table import_rows drop column measures;
    `);
  }
}
