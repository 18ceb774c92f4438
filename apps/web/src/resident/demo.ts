/** What only a demo has: accounts to try, and messages that can be read without a phone. Production answers 404. */
export interface DemoAccount {
  name: string;
  about: string;
  aboutEn: string;
  phone: string;
}

/** Residents as whom the demo may be tried; none in production, or when there is no answer. */
export async function demoResidents(): Promise<DemoAccount[]> {
  const answer = (await answered('/api/v1/demo/accounts')) as { items?: (DemoAccount & { phone: string | null })[] };
  return (answer?.items ?? []).filter(({ phone }) => phone);
}

/** The code in the newest message to this phone. */
export async function demoCode(phone: string): Promise<string | null> {
  const request = { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ phone }) };
  const answer = (await answered('/api/v1/demo/last-sms', request)) as { code?: string | null } | null;
  return answer?.code ?? null;
}

// These routes are no part of the described API, so the typed client does not know them.
async function answered(path: string, request?: RequestInit): Promise<unknown> {
  try {
    const response = await fetch(path, request);
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
