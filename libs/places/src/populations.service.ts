import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Audit, type Caller, Outbox, row, rows, Transactions } from '#core';
import type { ElderlyPopulationRequest, RegionDetailView } from './places.dto.js';
import { PlacesService } from './regions.service.js';

/** How many residents of 60 and over a township or village has, by which coverage is measured (counting rule 16). */
@Injectable()
export class ElderlyPopulationsService {
  constructor(
    private readonly source: DataSource,
    private readonly transactions: Transactions,
    private readonly places: PlacesService,
    private readonly audit: Audit,
    private readonly outbox: Outbox,
  ) {}

  /** The region with the latest figure. @throws PLACES.REGION_UNKNOWN */
  async regionWithPopulation(code: string): Promise<RegionDetailView> {
    const region = await this.places.requireRegion(code);
    const latest = await row<{ counted_on: string; aged_60_plus: number; source: string }>(
      this.source,
      `select counted_on, aged_60_plus, source from elderly_populations
        where region_code = $1 order by counted_on desc limit 1`,
      [code],
    );
    return {
      ...region,
      elderlyPopulation: latest
        ? { countedOn: latest.counted_on, aged60Plus: latest.aged_60_plus, source: latest.source }
        : null,
    };
  }

  /**
   * Puts down the figure of a day. Putting the same day again replaces it; the audit log keeps the one before.
   *
   * @throws PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL
   */
  async put(caller: Caller, code: string, request: ElderlyPopulationRequest): Promise<RegionDetailView> {
    caller.require('populations.edit');
    await this.places.requireRegion(code, ['township', 'village']);
    await this.transactions.run(async (em) => {
      const before = await row<{ aged_60_plus: number }>(
        em,
        `select aged_60_plus from elderly_populations where region_code = $1 and counted_on = $2 for update`,
        [code, request.countedOn],
      );
      await rows(
        em,
        `insert into elderly_populations (region_code, counted_on, aged_60_plus, source) values ($1, $2, $3, $4)
         on conflict (region_code, counted_on)
         do update set aged_60_plus = excluded.aged_60_plus, source = excluded.source`,
        [code, request.countedOn, request.aged60Plus, request.source],
      );
      await this.audit.write(em, caller, [
        {
          // A region has no UUID, so the entry stands under who put the figure down.
          action: 'elderly_population.put',
          targetKind: 'staff',
          targetId: caller.staffId,
          details: {
            regionCode: code,
            countedOn: request.countedOn,
            aged60Plus: request.aged60Plus,
            before: before?.aged_60_plus ?? null,
          },
        },
      ]);
      await this.outbox.tell(em, 'teaching-points.changed', await organisationsWithPlateAt(em, code));
    });
    return this.regionWithPopulation(code);
  }
}

/** Organisations whose plate at this region is measured by the region's figure. */
async function organisationsWithPlateAt(em: EntityManager, code: string): Promise<string[]> {
  const found = await rows<{ organisation_id: string }>(
    em,
    `select distinct organisation_id from teaching_points where region_code = $1`,
    [code],
  );
  return found.map((plate) => plate.organisation_id);
}
