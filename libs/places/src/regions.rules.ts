import type { RegionLevel } from '#contracts';

/** A region as the official list gives it. */
export interface ListedRegion {
  code: string;
  level: RegionLevel;
  name: string;
  parentCode: string | null;
}

/**
 * The name that screens show: without 居委会 behind 社区 (小朴社区居委会 -> 小朴社区), else without 委会 (小三盘村委会 ->
 * 小三盘村, 镇中居委会 -> 镇中居).
 */
export function shortNameOf(name: string): string {
  if (name.endsWith('社区居委会')) return name.slice(0, -'居委会'.length);
  return name.endsWith('委会') ? name.slice(0, -'委会'.length) : name;
}

/**
 * Reads the official list: a header, then code, level, name, parent's code, without quotes.
 *
 * @throws Error naming the first line that is not one of these.
 */
export function readRegionList(csv: string): ListedRegion[] {
  const lines = csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .slice(1)
    .filter(Boolean);
  return lines.map((line) => {
    const [, code, level, name, parentCode] =
      /^(\d{12}),(province|city|district|township|village),([^,]+),(\d{12})?$/.exec(line) ?? [];
    if (!code || !level || !name) throw new Error(`not a line of the list of regions: ${line}`);
    return { code, level: level as RegionLevel, name, parentCode: parentCode ?? null };
  });
}
