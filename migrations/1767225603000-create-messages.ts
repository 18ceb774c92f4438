import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Messages to residents and what became of them. */
export class CreateMessages1767225603000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      create table messages (
        id uuid not null,
        resident_id uuid not null,
        template text not null,
        variables jsonb not null,
        state text not null default 'queued',
        channel text,
        attempts int not null default 0,
        problem text,
        created_at timestamptz not null,
        sent_at timestamptz,
        constraint pk_messages primary key (id),
        constraint fk_messages_resident foreign key (resident_id) references residents (id),
        constraint ck_messages_state check (state in ('queued', 'sent', 'undeliverable'))
      );
      create index ix_messages_resident on messages (resident_id, id);
      create index ix_messages_state on messages (state, id) where state <> 'sent';
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table messages');
  }
}
