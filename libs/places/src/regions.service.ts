import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { RegionLevel } from '#contracts';
import { cutPage, type Page, readCursor, rows } from '#core';
import type { RegionsQuery, RegionView } from './places.dto.js';
import { PlacesErrors } from './places.errors.js';

/** A region as every lib sees it. */
export interface Region {
  code: string;
  level: RegionLevel;
  name: string;
  /** What screens show. */
  shortName: string;
  nameEn: string | null;
  parentCode: string | null;
  /** YYYY-MM-DD. */
  validFrom: string;
  /** The first day on which it no longer stands; null while it does. */
  validTo: string | null;
}

/** Regions change by decree, some times in a decade; a new one is known to every process after this long. */
const REMEMBER_MS = 60_000;

/** 行政区划: read by everyone, from memory. */
@Injectable()
export class PlacesService {
  private remembered: { at: number; regions: Promise<ReadonlyMap<string, Region>> } | undefined;

  constructor(private readonly source: DataSource) {}

  /** All regions by code, in the order of their codes. */
  async regionTree(): Promise<ReadonlyMap<string, Region>> {
    // How old the memory is, is the process's own affair: the business clock may stand still.
    const at = performance.now();
    if (!this.remembered || at - this.remembered.at > REMEMBER_MS) {
      const regions = this.readAll();
      this.remembered = { at, regions };
      // A failed or empty reading (nothing loaded yet) is not worth remembering.
      regions.then(
        (found) => found.size === 0 && this.forget(),
        () => this.forget(),
      );
    }
    return this.remembered.regions;
  }

  /** Reads anew at the next question. */
  forget(): void {
    this.remembered = undefined;
  }

  async region(code: string): Promise<Region | undefined> {
    return (await this.regionTree()).get(code);
  }

  /**
   * @param levels of which it must be one; without them, any
   * @throws PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL
   */
  async requireRegion(code: string, levels?: readonly RegionLevel[]): Promise<Region> {
    const region = await this.region(code);
    if (!region) throw PlacesErrors.REGION_UNKNOWN();
    if (levels && !levels.includes(region.level)) throw PlacesErrors.REGION_LEVEL({ levels: levels.join(', ') });
    return region;
  }

  /** The township in which a village lies, or the township itself; undefined for anything above. */
  async townshipOf(code: string): Promise<Region | undefined> {
    const region = await this.region(code);
    if (region?.level === 'village' && region.parentCode) return this.region(region.parentCode);
    return region?.level === 'township' ? region : undefined;
  }

  /** The code itself and those of all regions in it; empty where there is no such region. */
  async codesWithin(code: string): Promise<string[]> {
    const tree = await this.regionTree();
    const within = tree.has(code) ? [code] : [];
    // Codes sort parents before children only by chance, so this goes down level by level.
    for (let index = 0; index < within.length; index++) {
      for (const region of tree.values()) if (region.parentCode === within[index]) within.push(region.code);
    }
    return within;
  }

  async list(query: RegionsQuery): Promise<Page<RegionView>> {
    const after = readCursor(query.cursor, ['text'])?.[0] ?? '';
    const found = [...(await this.regionTree()).values()].filter(
      (region) =>
        region.code > after &&
        (query.level === undefined || region.level === query.level) &&
        (query.parent === undefined || region.parentCode === query.parent),
    );
    return cutPage(
      found,
      query.limit,
      (region) => [region.code],
      (region) => region,
    );
  }

  private async readAll(): Promise<ReadonlyMap<string, Region>> {
    const found = await rows<{
      code: string;
      level: RegionLevel;
      name: string;
      short_name: string;
      name_en: string | null;
      parent_code: string | null;
      valid_from: string;
      valid_to: string | null;
    }>(this.source, `select * from regions order by code`);
    return new Map(
      found.map((region) => [
        region.code,
        {
          code: region.code,
          level: region.level,
          name: region.name,
          shortName: region.short_name,
          nameEn: region.name_en,
          parentCode: region.parent_code,
          validFrom: region.valid_from,
          validTo: region.valid_to,
        },
      ]),
    );
  }
}
