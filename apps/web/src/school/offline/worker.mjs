/*
 * Opens the school's pages without a network. It holds the files of the pages on which the roll is called, and nothing
 * that the API ever answered: what those pages know of people is sealed by themselves (sealed.ts).
 *
 * The build puts in the files and a name that changes with them.
 */
const KEPT_IN = 'huixue-school-__VERSION__';
const SHELL = '/school/';
const FILES = __FILES__;
/** Earlier versions whose files stay, for pages that were opened with them. */
const EARLIER_KEPT = 2;
/** A network that hangs is none (milliseconds). */
const PATIENCE_MS = 4_000;

self.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const cache = await caches.open(KEPT_IN);
      await cache.addAll(FILES);
      await cache.add(new Request(SHELL, { cache: 'reload' }));
      await self.skipWaiting();
    })(),
  );
});

self.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      // In the order in which they were made. A page that is open goes on asking for the files it came with.
      const old = (await caches.keys()).filter((name) => name.startsWith('huixue-school-') && name !== KEPT_IN);
      await Promise.all(old.slice(0, -EARLIER_KEPT).map((name) => caches.delete(name)));
      await self.clients.claim();
    })(),
  );
});

self.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== 'GET' || url.origin !== self.location.origin) return;
  if (request.mode === 'navigate') event.respondWith(freshOrKept(request));
  else if (url.pathname.startsWith('/assets/')) event.respondWith(keptOrFresh(request));
});

/** The page as the platform has it now; where it cannot be reached, as it was kept. */
async function freshOrKept(request) {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.status < 500) return answer;
  } catch {
    // Below.
  }
  return (await (await caches.open(KEPT_IN)).match(SHELL)) ?? Response.error();
}

/** A file's name changes with what it holds, so what was kept is right. */
async function keptOrFresh(request) {
  return (await caches.match(request)) ?? fetch(request);
}
