import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What of a degree counts (rule 7), for versions of the rules that were loaded before it was said. Only those that nobody
 * signed: what was signed says what it says. No entry goes by it, since without it no degree
 * counted; what was imported before counts from the recount on that is told of here.
 */
export class GiveRulesDegrees1767225880001 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      with given as (
      update counting_rules set parameters = jsonb_set(parameters, '{degree}', '{
        "measure": "degree-upgrade",
        "from": 2023,
        "to": 2027,
        "countedBy": {
          "junior_secondary": "graduation",
          "senior_secondary": "graduation",
          "college": "registration",
          "undergraduate": "registration",
          "postgraduate": "registration"
        },
        "firstTermMonths": 6
      }')
       where state in ('draft', 'trial') and document_number is null and not parameters ? 'degree'
       returning id)
      insert into outbox (topic, ids, at)
      select 'counting-rules.changed', array_agg(id), now() from given having count(*) > 0;
    `);
  }

  /** Who made them is not known any more, so they stay; a version with them is read by what was there before, too. */
  async down(): Promise<void> {}
}
