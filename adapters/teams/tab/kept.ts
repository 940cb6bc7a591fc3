import type { z } from 'zod';
import { TabAnswer, TabChoices, type TabPress, TabRefusal } from '../tab-wire.ts';
import { words } from './words.ts';

/** An answer of Kept's, or a sentence about why there is none. */
export type Said<T> = { ok: true; answer: T } | { ok: false; why: string };

/** Kept, as the tab asks it. Nothing of it throws. */
export type Kept = {
  home(): Promise<Said<TabAnswer>>;
  press(press: TabPress): Promise<Said<TabAnswer>>;
  suggest(query: string): Promise<Said<TabChoices>>;
};

const LONGEST_MS = 30_000;

/** Asks Kept in the name of the person whose token `token` gives. */
export function createKept(token: () => Promise<string>): Kept {
  const { timeZone: zone } = Intl.DateTimeFormat().resolvedOptions();
  const reader = `?${new URLSearchParams({ zone, locale: navigator.language }).toString()}`;

  async function ask<T>(path: string, schema: z.ZodType<T>, body?: object): Promise<Said<T>> {
    const first = await once(path, schema, body);
    // Teams keeps a token for long; one that ran out on the way is got anew.
    return !first.ok && first.expired ? once(path, schema, body) : first;
  }

  async function once<T>(
    path: string,
    schema: z.ZodType<T>,
    body?: object,
  ): Promise<Said<T> & { expired?: boolean }> {
    let bearer: string;
    try {
      bearer = await token();
    } catch {
      return { ok: false, why: words.noToken };
    }
    let got: { isOk: boolean; json: unknown };
    try {
      const response = await fetch(`/teams/tab/${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${bearer}`,
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? null : JSON.stringify(body),
        signal: AbortSignal.timeout(LONGEST_MS),
      });
      got = { isOk: response.ok, json: await response.json() };
    } catch {
      return { ok: false, why: words.unreachable };
    }
    if (!got.isOk) {
      const refusal = TabRefusal.safeParse(got.json);
      return refusal.success
        ? { ok: false, why: refusal.data.error, expired: refusal.data.expired }
        : { ok: false, why: words.unreachable };
    }
    const answer = schema.safeParse(got.json);
    return answer.success ? { ok: true, answer: answer.data } : { ok: false, why: words.older };
  }

  return {
    home: () => ask(`home${reader}`, TabAnswer),
    press: (press) => ask(`press${reader}`, TabAnswer, press),
    suggest: (query) => ask('suggest', TabChoices, { query }),
  };
}
