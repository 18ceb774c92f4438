/** Media types that files may have. */
export const MEDIA_TYPES = ['image/jpeg', 'image/png', 'application/pdf', 'application/octet-stream'] as const;
export type MediaType = (typeof MEDIA_TYPES)[number];

const IMAGES: readonly MediaType[] = ['image/jpeg', 'image/png'];
const SCANS: readonly MediaType[] = [...IMAGES, 'application/pdf'];

const MEGABYTE = 1024 * 1024;

/** What a file is for decides what it may be, and how large (bytes). */
export const FILE_PURPOSES = {
  /** A photo taken at a session. */
  session_photo: { mediaTypes: IMAGES, most: 5 * MEGABYTE },
  /** A scan of the paper behind a figure. */
  document_scan: { mediaTypes: SCANS, most: 5 * MEGABYTE },
  /** A list that is imported; 100,000 full rows have about 15 MB. What it is, its reader finds out and says. */
  import: { mediaTypes: ['application/octet-stream'], most: 32 * MEGABYTE },
  /** A roll of one class that was taken elsewhere. */
  roll: { mediaTypes: ['application/octet-stream'], most: 2 * MEGABYTE },
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
};

/** Whether the first bytes of a file are those of its declared type; mere bytes may begin with any. */
export const looksLike = (mediaType: MediaType, head: Uint8Array): boolean =>
  MAGIC[mediaType]?.every((byte, index) => head[index] === byte) ?? true;

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
  'application/octet-stream': 'bin',
};
