import { shallowRef } from 'vue';
import type { HashText, LotteryFile } from '#contracts';
import { api, ask, Offline } from '../../shared/api';

/**
 * SHA-256 for this page: the browser's own is missing where the platform is not served over HTTPS.
 *
 * @throws Offline where it could not be got
 */
export async function loadHash(): Promise<HashText> {
  try {
    const [{ sha256 }, { bytesToHex, utf8ToBytes }] = await Promise.all([
      import('@noble/hashes/sha2.js'),
      import('@noble/hashes/utils.js'),
    ]);
    return (text) => bytesToHex(sha256(utf8ToBytes(text)));
  } catch {
    throw new Offline();
  }
}

/** The published file of a lottery, got once however many parts of the page want it. */
export function usePublishedFile(id: () => string) {
  const kept = shallowRef<{ id: string; text: Promise<string> } | null>(null);

  function text(): Promise<string> {
    if (kept.value?.id === id()) return kept.value.text;
    const wanted = ask(
      () => api.GET('/api/v1/lotteries/{id}/file', { params: { path: { id: id() } }, parseAs: 'text' }),
      { again: true },
    );
    // What did not come is asked for again the next time.
    wanted.catch(() => (kept.value = null));
    kept.value = { id: id(), text: wanted };
    return wanted;
  }

  return { text, file: async () => JSON.parse(await text()) as LotteryFile, forget: () => (kept.value = null) };
}

export type PublishedFile = ReturnType<typeof usePublishedFile>;
