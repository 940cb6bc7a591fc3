import { request } from 'undici';

/** A call that hasn't been answered by then, to the last byte, is given up. */
const PATIENCE_MS = 5_000;

/**
 * What Slack's client asks of `fetch`, by the HTTP client below it: a POST of a text, and a whole answer within 5 s.
 * `fetch` ties each request to a signal and a registry of the garbage collector's that keep it, and all that hangs from
 * it, until the whole heap is gone through; at a hundred calls a second that held up everything else every few seconds.
 */
export const fetchLean: typeof fetch = async (input, init) => {
  const { method, headers, body } = init ?? {};
  if (method !== 'POST' || typeof body !== 'string' || input instanceof Request) {
    throw new TypeError('Slack’s client asks for something else than a POST of a text');
  }
  const giveUp = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const error = new Error('No answer within 5 s');
      giveUp.abort(error);
      // A signal is heard once there is a connection alone.
      reject(error);
    }, PATIENCE_MS);
  });
  const answered = post(input, { headers: new Headers(headers), body, signal: giveUp.signal });
  answered.catch(() => undefined);
  try {
    return await Promise.race([answered, tooLate]);
  } finally {
    clearTimeout(timer);
  }
};

async function post(
  url: string | URL,
  { headers, body, signal }: { headers: Headers; body: string; signal: AbortSignal },
): Promise<Response> {
  // Nothing here would read a compressed answer.
  headers.set('accept-encoding', 'identity');
  const answer = await request(url, { method: 'POST', headers: Object.fromEntries(headers), body, signal });
  const text = await answer.body.text();
  return new Response(text === '' ? null : text, {
    status: answer.statusCode,
    headers: Object.entries(answer.headers).flatMap(([name, values]) =>
      [values ?? []].flat().map((value): [string, string] => [name, value]),
    ),
  });
}
