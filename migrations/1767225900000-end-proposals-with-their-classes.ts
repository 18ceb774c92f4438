import type { MigrationInterface, QueryRunner } from 'typeorm';

const STATES = (...states: string[]) => states.map((state) => `'${state}'`).join(', ');

/** A proposal to merge ends with either of its classes, also where nobody but time has ended that. */
export class EndProposalsWithTheirClasses1767225900000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table merger_proposals
        drop constraint ck_merger_proposals_state,
        drop constraint ck_merger_proposals_ended,
        add constraint ck_merger_proposals_state
          check (state in (${STATES('asked', 'agreed', 'objected', 'merged', 'dropped', 'lapsed')})),
        add constraint ck_merger_proposals_ended check (
          (state in (${STATES('merged', 'dropped', 'lapsed')})) = (ended_at is not null)
          and (ended_by is null or ended_at is not null)
          and (state not in (${STATES('merged', 'dropped')}) or ended_by is not null));
      update merger_proposals p
         set state = 'lapsed', ended_at = c.finished_at, version = version + 1
        from (select id, finished_at from course_classes where state = 'finished') c
       where c.id in (p.class_id, p.into_class_id) and p.state in (${STATES('asked', 'agreed', 'objected')});
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      alter table merger_proposals
        drop constraint ck_merger_proposals_state,
        drop constraint ck_merger_proposals_ended;
      update merger_proposals set state = 'dropped', ended_by = coalesce(ended_by, asked_by) where state = 'lapsed';
      alter table merger_proposals
        add constraint ck_merger_proposals_state
          check (state in (${STATES('asked', 'agreed', 'objected', 'merged', 'dropped')})),
        add constraint ck_merger_proposals_ended check (
          (state in (${STATES('merged', 'dropped')})) = (ended_at is not null) and (ended_at is null) = (ended_by is null));
    `);
  }
}
