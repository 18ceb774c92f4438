import createClient, { type Middleware } from 'openapi-fetch';
import type { components, paths } from './api-schema';
import { language } from './language';

/** A view or request of the API by its name in the description. */
export type Schema<Name extends keyof components['schemas']> = components['schemas'][Name];

/** What every refusal looks like: a code, a sentence, what to do next. */
export type Problem = Schema<'Problem'>;

/** Thrown for every answer that is not a success. */
export class ApiProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.title);
  }

  /** Sentences for fields by path, such as `sessions.2.startsAt`, in the language of the page. */
  get fields(): Record<string, string> {
    return Object.fromEntries((this.problem.fields ?? []).map(({ path, message }) => [path, message[language.value]]));
  }
}

/** No answer at all: the network is gone, or the platform is. */
export class Offline extends Error {}

/** A key for one wish, so that a request that is sent again does nothing twice. Works without a secure context, too. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

const onceAndInOurLanguage: Middleware = {
  onRequest({ request }) {
    request.headers.set('Accept-Language', language.value);
    if (request.method === 'POST' && !request.headers.has('Idempotency-Key'))
      request.headers.set('Idempotency-Key', newKey());
    return request;
  },
};

/** So long a request may stay without its answer (milliseconds); a network that hangs is no network. */
const LONGEST_MS = 30_000;

function fetchInTime(request: Request): Promise<Response> {
  const late = new AbortController();
  // Not called off by the answer, because its body may hang as well; to what is complete it does nothing.
  setTimeout(() => late.abort(), LONGEST_MS);
  return fetch(request, { signal: late.signal });
}

const client = createClient<paths>({ baseUrl: '/', fetch: fetchInTime });
client.use(onceAndInOurLanguage);

/** The API; every call is typed by openapi.json. Use {@link ask} around it. */
export const api = client;

/** Times a read is tried again after no answer came (milliseconds before each). */
const TRY_AGAIN_AFTER = [600, 1800];

/**
 * The data of an answer.
 *
 * @param call makes the request; a read is made again when no answer comes, a write only if the caller passes the same key
 * @throws ApiProblem, Offline
 */
export async function ask<Data>(
  call: () => Promise<{ data?: Data; error?: unknown; response: Response }>,
  { again = false }: { again?: boolean } = {},
): Promise<Data> {
  for (let attempt = 0; ; attempt++) {
    let answer;
    try {
      answer = await call();
    } catch (error) {
      const hung = error instanceof DOMException && error.name === 'AbortError';
      const wait = again && !hung ? TRY_AGAIN_AFTER[attempt] : undefined;
      if (wait === undefined) throw new Offline();
      await new Promise((resolve) => setTimeout(resolve, wait));
      continue;
    }
    if (answer.response.ok) return answer.data as Data;
    throw new ApiProblem(problemOf(answer.error, answer.response));
  }
}

function problemOf(error: unknown, response: Response): Problem {
  if (error && typeof error === 'object' && 'code' in error) return error as Problem;
  const zh = language.value === 'zh';
  return {
    type: 'about:blank',
    status: response.status,
    code: `HTTP.${response.status}`,
    title: zh ? '系统暂时没有回应' : 'The platform did not answer properly',
    next: zh ? '请稍后再试，已填的内容没有丢失。' : 'Try again in a moment; nothing was lost.',
    traceId: response.headers.get('x-request-id') ?? '',
  };
}
