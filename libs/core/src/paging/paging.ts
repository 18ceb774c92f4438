import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import type { Type } from '@nestjs/common';
import { Type as TransformTo } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { PAGE_LIMIT } from '#contracts';
import { CoreErrors } from '../errors/core.errors.js';
import { isDay, isMoment } from '../times.js';

/** Which page of a list: from behind the cursor on, so many items. */
export class PageQuery {
  @ApiPropertyOptional({ description: 'From `next` of the page before; without it, the first page.', maxLength: 500 })
  @IsOptional()
  @IsString()
  @MaxLength(500)
  cursor?: string;

  @ApiPropertyOptional({ type: 'integer', minimum: 1, maximum: PAGE_LIMIT, default: 20 })
  @TransformTo(() => Number)
  @IsInt({ context: { zh: '应为整数', en: 'must be a whole number' } })
  @Min(1, { context: { zh: '至少为 1', en: 'must be at least 1' } })
  @Max(PAGE_LIMIT, { context: { zh: `最多为 ${PAGE_LIMIT}`, en: `must be at most ${PAGE_LIMIT}` } })
  limit: number = 20;
}

/** A page of a list. */
export interface Page<T> {
  items: T[];
  /** Cursor of the next page; null on the last. */
  next: string | null;
}

/** The page class of a view, for the API description. */
export function pageOf<T>(view: Type<T>): Type<Page<T>> {
  class PageView implements Page<T> {
    @ApiProperty({ type: [view] })
    items!: T[];

    @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last.' })
    next!: string | null;
  }
  Object.defineProperty(PageView, 'name', { value: `${view.name}Page` });
  return PageView;
}

/**
 * Cuts a page out of rows that were read in order, one more than the limit.
 *
 * @param keyOf the values the order is by, the last of them unique
 */
export function cutPage<Row, T>(
  found: readonly Row[],
  limit: number,
  keyOf: (row: Row) => readonly (string | number | null)[],
  viewOf: (row: Row) => T,
): Page<T> {
  const shown = found.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(viewOf),
    next: found.length > limit && last ? Buffer.from(JSON.stringify(keyOf(last))).toString('base64url') : null,
  };
}

/**
 * The key values behind a cursor, or null on the first page.
 *
 * @param kinds of the values, as they were given to {@link cutPage}
 * @throws CORE.BAD_CURSOR
 */
export function readCursor(cursor: string | undefined, kinds: readonly CursorKind[]): string[] | null {
  if (!cursor) return null;
  try {
    const values = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown;
    if (Array.isArray(values) && values.length === kinds.length) {
      const texts = values.map(String);
      if (texts.every((text, index) => IS_OF[kinds[index]!](text))) return texts;
    }
  } catch {
    // Falls through: not one of our cursors.
  }
  throw CoreErrors.BAD_CURSOR();
}

export type CursorKind = 'uuid' | 'moment' | 'day' | 'number' | 'bigint' | 'text';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a value of a cursor is one that the database can read as what it is compared with. */
const IS_OF: Record<CursorKind, (text: string) => boolean> = {
  uuid: (text) => UUID.test(text),
  moment: isMoment,
  day: isDay,
  number: (text) => /^-?\d{1,9}$/.test(text),
  bigint: (text) => /^-?\d{1,18}$/.test(text),
  text: (text) => /^[^\0\p{Surrogate}]{0,300}$/u.test(text),
};
