/** Media types that files may have. */
export const MEDIA_TYPES = [
  'image/jpeg',
  'image/png',
  'application/pdf',
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

const IMAGES: readonly MediaType[] = ['image/jpeg', 'image/png'];
const SCANS: readonly MediaType[] = [...IMAGES, 'application/pdf'];
const SPREADSHEETS: readonly MediaType[] = [
  'text/csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
];

const MEGABYTE = 1024 * 1024;

/** What a file is for decides what it may be, and how large (bytes). */
export const FILE_PURPOSES = {
  /** A photo taken at a session. */
  session_photo: { mediaTypes: IMAGES, most: 5 * MEGABYTE },
  /** A photo or scan of a signed paper sheet, or of what proves a late record. */
  sheet_scan: { mediaTypes: SCANS, most: 5 * MEGABYTE },
  /** A scan of a document: an award, a signed period, an opening figure. */
  document_scan: { mediaTypes: SCANS, most: 5 * MEGABYTE },
  /** A table of records that is imported. */
  import: { mediaTypes: SPREADSHEETS, most: 64 * MEGABYTE },
} as const satisfies Record<string, { mediaTypes: readonly MediaType[]; most: number }>;
export type FilePurpose = keyof typeof FILE_PURPOSES;

export const isImage = (mediaType: MediaType) => IMAGES.includes(mediaType);

/** The media type that a Content-Type header declares, without its parameters; null where it is none of ours. */
export function mediaTypeOf(header: string | undefined): MediaType | null {
  const declared = header?.split(';')[0]!.trim().toLowerCase();
  return MEDIA_TYPES.find((type) => type === declared) ?? null;
}

const MAGIC: Partial<Record<MediaType, readonly number[]>> = {
  'image/jpeg': [0xff, 0xd8, 0xff],
  'image/png': [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  'application/pdf': [0x25, 0x50, 0x44, 0x46, 0x2d],
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': [0x50, 0x4b, 0x03, 0x04],
};

/** Whether the first bytes of a file are those of its declared type. A CSV has no mark, but no zero byte either. */
export function looksLike(mediaType: MediaType, head: Uint8Array): boolean {
  const magic = MAGIC[mediaType];
  if (magic) return magic.every((byte, index) => head[index] === byte);
  const utf16 = (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
  return utf16 || !head.includes(0);
}

/** Longest name that is kept, in characters. */
const NAME_LENGTH = 200;

/** A name as it is kept: without folders and control characters, never empty. */
export function fileNameOf(given: string | undefined, mediaType: MediaType): string {
  const last = (given ?? '').split(/[\\/]/).at(-1)!;

  const clean = last.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"]/g, '').trim();
  return [...clean].slice(0, NAME_LENGTH).join('') || `file.${EXTENSIONS[mediaType]}`;
}

const EXTENSIONS: Record<MediaType, string> = {
  'image/jpeg': 'jpg',
  'image/png': 'png',
  'application/pdf': 'pdf',
  'text/csv': 'csv',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
};
