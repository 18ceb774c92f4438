/** Longest side of a photo as it is sent (pixels); enough to read names on a sheet, and about 300 KB. */
const LONGEST = 1600;
const QUALITY = 0.82;

/**
 * A photo made small enough to send over a ferry's network, as JPEG. Drawn anew it tells nothing of where and with what
 * it was taken, and stands upright.
 *
 * @returns null where the browser cannot read the file as a picture
 */
export async function smallPicture(file: Blob): Promise<Blob | null> {
  const drawn = await createImageBitmap(file, { imageOrientation: 'from-image' }).catch(() => null);
  if (!drawn) return null;
  const scale = Math.min(1, LONGEST / Math.max(drawn.width, drawn.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(drawn.width * scale));
  canvas.height = Math.max(1, Math.round(drawn.height * scale));
  const context = canvas.getContext('2d')!;
  // What is transparent in a PNG is white in a JPEG.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(drawn, 0, 0, canvas.width, canvas.height);
  drawn.close();
  return new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', QUALITY));
}
