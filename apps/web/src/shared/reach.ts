import { onMounted, onUnmounted, ref } from 'vue';
import type { Router } from 'vue-router';

/** The page that was wanted, which this device does not have yet and cannot get now; null where there is none. */
export const outOfReach = ref<string | null>(null);

const RENEWED_AT = 'huixue-renewed-at';
/** A page that is still not there after so short a time does not come by loading everything once more (milliseconds). */
const RENEW_AGAIN_AFTER_MS = 60_000;

/** Says when a page's files do not come, and loads all anew where the platform has others by now. */
export function watchReach(router: Router): void {
  router.onError(async (_error, to) => {
    const { href } = router.resolve(to.fullPath);
    const renewed = Number(sessionStorage.getItem(RENEWED_AT) ?? 0);
    if (Date.now() - renewed > RENEW_AGAIN_AFTER_MS && (await answers(href))) {
      sessionStorage.setItem(RENEWED_AT, String(Date.now()));
      window.location.assign(href);
    } else outOfReach.value = to.fullPath;
  });
  router.afterEach(() => {
    outOfReach.value = null;
  });
}

async function answers(href: string): Promise<boolean> {
  try {
    return (await fetch(href, { method: 'HEAD', cache: 'no-store' })).status < 500;
  } catch {
    return false;
  }
}

/** Gets the other pages while nothing else is to be done, so that they open without network later. */
export function getPagesAhead(router: Router): void {
  const get = () => {
    for (const { components } of router.getRoutes()) {
      const page = components?.default;
      // A page that fails to come now is asked for again when it is wanted.
      if (typeof page === 'function') void (page as () => Promise<unknown>)().catch(() => undefined);
    }
  };
  if ('requestIdleCallback' in window) window.requestIdleCallback(get, { timeout: 10_000 });
  else setTimeout(get, 3_000);
}

/** So often a page that could not reach the platform tries again (milliseconds). */
const TRY_AGAIN_EVERY_MS = 15_000;

/**
 * Calls, while the component is there, whenever a platform that could not be reached may be back: when the device has its
 * network again, when the page comes into sight, and from time to time, because of a platform that was away itself no
 * device is told.
 */
export function whenMaybeBack(again: () => void): void {
  const inSight = () => document.visibilityState === 'visible' && again();
  let timer: ReturnType<typeof setInterval> | undefined;
  onMounted(() => {
    window.addEventListener('online', again);
    document.addEventListener('visibilitychange', inSight);
    timer = setInterval(inSight, TRY_AGAIN_EVERY_MS);
  });
  onUnmounted(() => {
    window.removeEventListener('online', again);
    document.removeEventListener('visibilitychange', inSight);
    clearInterval(timer);
  });
}
