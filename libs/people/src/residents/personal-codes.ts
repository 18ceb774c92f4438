import { randomInt } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { makeCode, readCode } from '#contracts';
import { Clock, preparedRows, row, rows } from '#core';

/** Personal codes (printed on a card, shown on a phone): at most one a resident is good at a time. */
@Injectable()
export class PersonalCodes {
  constructor(private readonly clock: Clock) {}

  /** The resident's code, made at the first asking. Says whether it was made now. */
  async ofResident(em: EntityManager, residentId: string): Promise<{ code: string; made: boolean }> {
    const present = await this.present(em, residentId);
    if (present) return { code: present, made: false };
    const made = await row<{ code: string }>(
      em,
      `insert into personal_codes (code, resident_id, state, issued_at) values ($1, $2, 'active', $3)
       on conflict (resident_id) where state = 'active' do nothing returning code`,
      [makeCode('personal', randomInt), residentId, this.clock.now()],
    );
    // Somebody else asked for the first time at the same moment, and has committed by now.
    return made ? { code: made.code, made: true } : { code: (await this.present(em, residentId))!, made: false };
  }

  /** A new card: the code before it is good no more. */
  async replace(em: EntityManager, residentId: string): Promise<string> {
    await rows(
      em,
      `update personal_codes set state = 'replaced'
        where state = 'active'
          and (resident_id = $1 or resident_id in (select id from residents where merged_into = $1))`,
      [residentId],
    );
    return (await this.ofResident(em, residentId)).code;
  }

  async residentsBehind(em: EntityManager, typed: readonly string[]): Promise<Map<string, string>> {
    const codes = new Map(typed.map((text) => [text, readCode('personal', text)]));
    const found = await preparedRows<{ code: string; resident_id: string }>(
      em,
      // A card of a record that was merged still names the person.
      `select c.code, coalesce(r.merged_into, r.id) as resident_id
         from personal_codes c join residents r on r.id = c.resident_id
        where c.code = any($1::text[]) and c.state = 'active' and r.state in ('active', 'merged')`,
      [[...codes.values()].filter((code) => code !== null)],
    );
    const residents = new Map(found.map(({ code, resident_id }) => [code, resident_id]));
    return new Map(
      [...codes].flatMap(([text, code]) => {
        const resident = code === null ? undefined : residents.get(code);
        return resident === undefined ? [] : [[text, resident] as const];
      }),
    );
  }

  private async present(em: EntityManager, residentId: string): Promise<string | undefined> {
    const found = await row<{ code: string }>(
      em,
      `select code from personal_codes where resident_id = $1 and state = 'active'`,
      [residentId],
    );
    return found?.code;
  }
}
