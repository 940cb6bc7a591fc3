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
  const timer = setTimeout(() => giveUp.abort(new Error('No answer within 5 s')), PATIENCE_MS);
  try {
    const answer = await request(input, {
      method,
      headers: Object.fromEntries(new Headers(headers)),
      body,
      signal: giveUp.signal,
    });
    const text = await answer.body.text();
    return new Response(text === '' ? null : text, {
      status: answer.statusCode,
      headers: Object.entries(answer.headers).flatMap(([name, values]) =>
        [values ?? []].flat().map((value): [string, string] => [name, value]),
      ),
    });
  } finally {
    clearTimeout(timer);
  }
};
