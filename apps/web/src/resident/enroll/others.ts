import { api, ApiProblem, ask, Offline } from '../../shared/api';
import type { Others } from './choices';

/** Whoever enrolls in the hard minute waits no longer than this for the list of companions (milliseconds). */
const PATIENCE_MS = 2_500;

/** With whom one may enroll, and who has agreed to be enrolled; null where that does not come, which keeps nobody. */
export function lookUpOthers(): Promise<Others | null> {
  const late = new Promise<null>((resolve) => setTimeout(resolve, PATIENCE_MS, null));
  return Promise.race([late, read()]);
}

async function read(): Promise<Others | null> {
  try {
    const [groups, proxies] = await Promise.all([
      ask(() => api.GET('/api/v1/me/companion-groups')),
      ask(() => api.GET('/api/v1/me/proxies')),
    ]);
    return { groups, proxies };
  } catch (error) {
    if (error instanceof ApiProblem || error instanceof Offline) return null;
    throw error;
  }
}
