import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { dayOf } from '#contracts';
import { Clock, cutPage, type Page, readCursor, rows } from '#core';
import { maskName } from '#participation';
import type { RegularResidentsQuery, RegularResidentView } from './regular-residents.dto.js';

interface Found {
  resident_id: string;
  resident_name: string;
  region_code: string | null;
  region_name: string | null;
  counted: boolean;
  days: number;
}

/** Of whom the share of the elderly who come regularly consists: as it was worked out last, or as a past year ended. */
@Injectable()
export class RegularResidentsService {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /** Who came on the most days first. */
  async list({ year, counted, limit, cursor }: RegularResidentsQuery): Promise<Page<RegularResidentView>> {
    const after = readCursor(cursor, ['number', 'uuid']);
    const found = await rows<Found>(
      this.source,
      `select e.resident_id, p.name as resident_name, e.region_code, g.short_name as region_name, e.counted, e.days
         from regular_residents e join residents p on p.id = e.resident_id left join regions g on g.code = e.region_code
        where e.year = $1 and ($2::boolean is null or e.counted = $2)
          and ($3::int is null or (e.days, e.resident_id) < ($3, $4::uuid))
        order by e.days desc, e.resident_id desc limit $5`,
      [year ?? Number(dayOf(this.clock.now()).slice(0, 4)), counted ?? null, ...(after ?? [null, null]), limit + 1],
    );
    return cutPage(
      found,
      limit,
      ({ days, resident_id }) => [days, resident_id],
      (one) => ({
        residentId: one.resident_id,
        residentName: maskName(one.resident_name),
        regionCode: one.region_code,
        regionName: one.region_name,
        counted: one.counted,
        days: one.days,
      }),
    );
  }
}
