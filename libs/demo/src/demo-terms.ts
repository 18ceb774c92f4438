import { addDays, dayOf, type EnrollmentRule, type SeatReserve } from '#contracts';
import { at, type DemoClass } from './demo-calendar.js';
import { townshipCode } from './demo-schools.js';

const DAYS_OF_RENEWAL = 6;

/** The terms as they are typed into the form, with all their moments. */
export function termsOf({ terms = {}, opensAt, closesAt, sessions, place }: DemoClass) {
  const opens = dayOf(opensAt);
  const released = new Date(closesAt.getTime() - 86_400_000).toISOString();
  const reserve = (kind: SeatReserve['kind'], regionCode: string | null): SeatReserve[] => {
    const seats = terms.reserved?.[kind];
    return seats === undefined ? [] : [{ kind, regionCode, seats, releasedAt: released }];
  };
  return {
    admission: terms.admission ?? ('first_come' as const),
    ...(terms.renewal && {
      renewalOpensAt: at(addDays(opens, -DAYS_OF_RENEWAL), 9).toISOString(),
      renewalClosesAt: at(addDays(opens, -1), 18).toISOString(),
    }),
    ...(terms.lateEntry && { lateEntryClosesAt: sessions.at(-3)!.startsAt.toISOString() }),
    ...(terms.minimum && {
      minimum: terms.minimum,
      minimumDecidedAt: at(addDays(opens, 7), 12).toISOString(),
    }),
    seatReserves: [...reserve('counter', null), ...reserve('newcomers', null), ...reserve('village', place.regionCode)],
    enrollmentRules: (terms.rules ?? []).map((rule): EnrollmentRule => {
      switch (rule) {
        case 'near':
          return {
            kind: 'local',
            ties: ['residence', 'work', 'household'],
            regionCodes: [townshipCode(place.regionCode)],
          };
        case 'farmers':
          return { kind: 'group', groups: ['farmer', 'sme_employee'] };
        case 'first-timers':
          return { kind: 'first_timers_first', until: at(addDays(opens, 2), 9).toISOString() };
        case 'verified':
          return { kind: 'verified_identity' };
      }
    }),
  };
}
