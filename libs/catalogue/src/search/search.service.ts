import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Clock, type Page, readCursor } from '#core';
import { PlacesService } from '#places';
import { ClassesService } from '../classes/classes.service.js';
import type { ClassCardView } from '../classes/class-views.dto.js';
import { type ClassSelection, selectClasses } from '../classes/classes.queries.js';
import type { SearchClassesQuery } from './search.dto.js';
import { containsPattern, searchBySound, searchWords } from './search.rules.js';

const DAY_MS = 86_400_000;

/** The catalogue as residents see it: published classes that are not over, those that begin (or open) first at the top. */
@Injectable()
export class SearchService {
  constructor(
    private readonly source: DataSource,
    private readonly places: PlacesService,
    private readonly classes: ClassesService,
    private readonly clock: Clock,
  ) {}

  /** @throws PLACES.REGION_UNKNOWN, PLACES.REGION_LEVEL, CORE.BAD_CURSOR */
  async search(query: SearchClassesQuery): Promise<Page<ClassCardView>> {
    const words = searchWords(query.q ?? '');
    const sound = searchBySound(words);
    let found = await selectClasses(
      this.source,
      await this.selectionOf(
        query,
        words.map((word) => [word]),
      ),
    );
    // A further page is looked for in the same order: what was not there as it is written, still is not.
    if (found.length === 0 && sound) found = await selectClasses(this.source, await this.selectionOf(query, sound));
    return this.classes.pageOf(found, query.limit, (row) => [
      (query.opensWithinDays ? row.enrollment_opens_at : row.first_session_at!).toISOString(),
      row.id,
    ]);
  }

  /** Only conditions that were asked for, so that each has the plan that suits it. */
  private async selectionOf(query: SearchClassesQuery, words: readonly string[][]): Promise<ClassSelection> {
    const now = this.clock.now();
    const parameters: unknown[] = [now];
    const conditions = [`c.state = 'published'`, 'c.last_session_at > $1'];
    const parameter = (value: unknown) => `$${parameters.push(value)}`;

    if (query.programmeKind) conditions.push(`c.programme_kind = ${parameter(query.programmeKind)}`);
    if (query.region) {
      await this.places.requireRegion(query.region, ['township', 'village']);
      conditions.push(`c.region_code = any(${parameter(await this.places.codesWithin(query.region))}::text[])`);
    }
    for (const any of words) {
      const found = any.map((word) => `c.search_text like ${parameter(containsPattern(word))}`);
      conditions.push(`(${found.join(' or ')})`);
    }
    if (query.openOnly === 'true') {
      // In its window, or open to late entry, which begins with the first session.
      const late = '(c.late_entry_closes_at > $1 and c.first_session_at <= $1)';
      conditions.push('c.enrollment_opens_at <= $1', `(c.enrollment_closes_at > $1 or ${late})`);
    }
    const inDays = (days: number) => parameter(new Date(now.getTime() + days * DAY_MS));
    if (query.startsWithinDays) {
      conditions.push('c.first_session_at > $1', `c.first_session_at <= ${inDays(query.startsWithinDays)}`);
    }
    if (query.opensWithinDays) {
      conditions.push('c.enrollment_opens_at > $1', `c.enrollment_opens_at <= ${inDays(query.opensWithinDays)}`);
    }
    const by = query.opensWithinDays ? 'c.enrollment_opens_at' : 'c.first_session_at';
    const after = readCursor(query.cursor, ['moment', 'uuid']);
    if (after) {
      conditions.push(`(${by}, c.id) > (${parameter(after[0])}::timestamptz, ${parameter(after[1])}::uuid)`);
    }
    return { conditions, order: `${by}, c.id`, limit: query.limit + 1, parameters };
  }
}
