import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit, type Caller, cutPage, type Page, type PageQuery, readCursor, row, rows, Transactions } from '#core';
import type { TravelTimeRequest, TravelTimeView } from './places.dto.js';
import { PlacesErrors } from './places.errors.js';
import { type Region, PlacesService } from './regions.service.js';
import { ASSUMED_MINUTES, type KnownMinutes, type Spot, travelMinutes } from './travel.rules.js';

/** Boats change their timetable by the season; a new time is known to every process after this long. */
const REMEMBER_MS = 60_000;

interface TravelTimeRow {
  township_a: string;
  township_b: string;
  minutes: number | null;
  source: string;
}

/** How long it takes between places: between townships as the bureau put it down, else as the platform assumes. */
@Injectable()
export class TravelTimesService {
  private remembered: { at: number; known: Promise<KnownMinutes> } | undefined;

  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly places: PlacesService,
    private readonly audit: Audit,
  ) {}

  /** Minutes from one venue to another, for as many pairs as the caller asks; read at most once a minute. */
  async between(em: EntityManager): Promise<(a: Spot, b: Spot) => number> {
    // How old the memory is, is the process's own affair: the business clock may stand still.
    const at = performance.now();
    if (!this.remembered || at - this.remembered.at > REMEMBER_MS) {
      const known = readKnown(em);
      this.remembered = { at, known };
      // A failed reading is not worth remembering.
      known.catch(() => this.forget());
    }
    const known = await this.remembered.known;
    return (a, b) => travelMinutes(a, b, known);
  }

  /** Reads anew at the next question. */
  forget(): void {
    this.remembered = undefined;
  }

  /** Every pair of townships, with its time where the bureau has put one down. */
  async list(query: PageQuery): Promise<Page<TravelTimeView>> {
    const after = readCursor(query.cursor, ['text', 'text']);
    const townships = [...(await this.places.regionTree()).values()].filter(({ level }) => level === 'township');
    const pairs = townships.flatMap((a) =>
      townships.filter((b) => b.code > a.code).map((b) => ({ a, b, key: [a.code, b.code] as const })),
    );
    const put = new Map((await readAll(this.source)).map((time) => [`${time.township_a} ${time.township_b}`, time]));
    return cutPage(
      pairs.filter(({ key }) => !after || key.join(' ') > after.join(' ')).slice(0, query.limit + 1),
      query.limit,
      ({ key }) => key,
      ({ a, b, key }) => viewOf(a, b, put.get(key.join(' '))),
    );
  }

  /**
   * Puts down how long it takes between two townships, both ways. Putting it again replaces it; the audit log keeps the
   * one before.
   *
   * @throws PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL, PLACES.TRAVEL_WITHIN_TOWNSHIP
   */
  async put(caller: Caller, code: string, other: string, request: TravelTimeRequest): Promise<TravelTimeView> {
    caller.require('travel-times.edit');
    const [a, b] = (
      [
        await this.places.requireRegion(code, ['township']),
        await this.places.requireRegion(other, ['township']),
      ] as const
    ).toSorted((one, two) => (one.code < two.code ? -1 : 1)) as [Region, Region];
    if (a.code === b.code) throw PlacesErrors.TRAVEL_WITHIN_TOWNSHIP({ minutes: ASSUMED_MINUTES.township });
    await this.transactions.run(async (em) => {
      const before = await row<{ minutes: number | null }>(
        em,
        `select minutes from travel_times where township_a = $1 and township_b = $2 for update`,
        [a.code, b.code],
      );
      await rows(
        em,
        `insert into travel_times (township_a, township_b, minutes, source) values ($1, $2, $3, $4)
         on conflict (township_a, township_b) do update set minutes = excluded.minutes, source = excluded.source`,
        [a.code, b.code, request.minutes, request.source],
      );
      await this.audit.write(em, caller, [
        {
          // A pair of townships has no UUID, so the entry stands under who put the time down.
          action: 'travel_time.put',
          targetKind: 'staff',
          targetId: caller.staffId,
          details: { townships: [a.code, b.code], minutes: request.minutes, before: before?.minutes ?? null },
        },
      ]);
    });
    this.forget();
    return viewOf(a, b, { ...request, township_a: a.code, township_b: b.code });
  }
}

const readAll = (on: EntityManager | DataSource): Promise<TravelTimeRow[]> =>
  rows<TravelTimeRow>(on, `select township_a, township_b, minutes, source from travel_times`);

async function readKnown(em: EntityManager): Promise<KnownMinutes> {
  const known = new Map<string, number>();
  for (const { township_a, township_b, minutes } of await readAll(em)) {
    if (minutes === null) continue;
    known.set(`${township_a} ${township_b}`, minutes).set(`${township_b} ${township_a}`, minutes);
  }
  return (a, b) => known.get(`${a} ${b}`);
}

function viewOf(a: Region, b: Region, put: TravelTimeRow | undefined): TravelTimeView {
  const shownOf = ({ code, shortName, nameEn }: Region) => ({ code, shortName, nameEn });
  return {
    from: shownOf(a),
    to: shownOf(b),
    minutes: put?.minutes ?? null,
    source: put?.source ?? null,
    assumedByRoad: ASSUMED_MINUTES.road,
    assumedByFerry: ASSUMED_MINUTES.ferry,
  };
}
