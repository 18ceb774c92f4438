import type { MigrationInterface, QueryRunner } from 'typeorm';

/** The roles of a staff member are asked for with nearly every request; the index of present ones leaves out the ended. */
export class IndexRolesOfStaff1767225890000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('create index ix_staff_roles_staff on staff_roles (staff_id)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index ix_staff_roles_staff');
  }
}
