/*
 * What the device keeps of people, sealed with a key that never leaves the browser's own store: whoever copies the
 * files of the device reads nothing. Where the browser has no such keys (a page that came by http from elsewhere than
 * this device) nothing is kept.
 */

const DATABASE = 'huixue-school';
const KEYS = 'keys';
const SEALED = 'sealed';
const THE_KEY = 'aes';
const IV_BYTES = 12;

interface SealedRecord {
  iv: Uint8Array<ArrayBuffer>;
  sealed: ArrayBuffer;
  /** Milliseconds; in clear, so that what is over can be dropped unread. */
  expiresAt: number;
}

/** Whether this page can keep anything. */
export const canKeep = (): boolean => window.isSecureContext && Boolean(window.indexedDB) && 'subtle' in crypto;

/** Keeps a value under a name until a moment (milliseconds). */
export async function seal(name: string, value: unknown, expiresAt: number): Promise<void> {
  const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES));
  const sealed = await crypto.subtle.encrypt(
    { name: 'AES-GCM', iv, additionalData: bytesOf(name) },
    await theKey(),
    bytesOf(JSON.stringify(value)),
  );
  await run(SEALED, 'readwrite', (store) => store.put({ iv, sealed, expiresAt } satisfies SealedRecord, name));
}

/** What was kept under this name; null where there is nothing, or nothing any more. */
export async function unseal<Value>(name: string, now: number): Promise<Value | null> {
  const found = await run<SealedRecord | undefined>(SEALED, 'readonly', (store) => store.get(name));
  if (!found || found.expiresAt <= now) return null;
  try {
    const opened = await crypto.subtle.decrypt(
      { name: 'AES-GCM', iv: found.iv, additionalData: bytesOf(name) },
      await theKey(),
      found.sealed,
    );
    return JSON.parse(new TextDecoder().decode(opened)) as Value;
  } catch {
    // Sealed with a key that was dropped since.
    return null;
  }
}

/** Until when each name is kept, in milliseconds. */
export async function keptUntil(): Promise<Map<string, number>> {
  const names = await run<string[]>(SEALED, 'readonly', (store) => store.getAllKeys());
  const records = await run<SealedRecord[]>(SEALED, 'readonly', (store) => store.getAll());
  return new Map(names.map((name, index) => [name, records[index]?.expiresAt ?? 0]));
}

/** Drops what has expired. */
export async function dropExpired(now: number): Promise<void> {
  for (const [name, expiresAt] of await keptUntil()) {
    if (expiresAt <= now) await run(SEALED, 'readwrite', (store) => store.delete(name));
  }
}

/** Drops everything, and the key with it. */
export async function dropAll(): Promise<void> {
  await run(SEALED, 'readwrite', (store) => store.clear());
  await run(KEYS, 'readwrite', (store) => store.clear());
}

async function theKey(): Promise<CryptoKey> {
  const kept = await run<CryptoKey | undefined>(KEYS, 'readonly', (store) => store.get(THE_KEY));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt']);
  // Two windows may make one at once; the first that is stored is the key of both.
  await run(KEYS, 'readwrite', (store) => store.add(made, THE_KEY)).catch(() => undefined);
  return (await run<CryptoKey | undefined>(KEYS, 'readonly', (store) => store.get(THE_KEY))) ?? made;
}

const bytesOf = (text: string) => new TextEncoder().encode(text);

let opened: Promise<IDBDatabase> | null = null;

function open(): Promise<IDBDatabase> {
  opened ??= new Promise<IDBDatabase>((resolve, reject) => {
    const request = indexedDB.open(DATABASE, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(KEYS);
      request.result.createObjectStore(SEALED);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error ?? new Error('The store of the device cannot be opened.'));
  }).catch((error: unknown) => {
    opened = null;
    throw error;
  });
  return opened;
}

async function run<Result>(
  store: string,
  mode: IDBTransactionMode,
  work: (store: IDBObjectStore) => IDBRequest,
): Promise<Result> {
  const database = await open();
  return new Promise<Result>((resolve, reject) => {
    const transaction = database.transaction(store, mode);
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result as Result);
    transaction.onabort = () => reject(transaction.error ?? new Error('The device could not store it.'));
    transaction.onerror = () => reject(transaction.error ?? new Error('The device could not store it.'));
  });
}
