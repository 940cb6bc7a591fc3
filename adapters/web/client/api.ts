import { z } from 'zod';
import { Card } from '../../../src/conversation/card.ts';
import type { Intent } from '../../../src/conversation/intent.ts';
import { Room } from '../chat.ts';
import {
  Country,
  MessagesPage,
  Problem,
  type SayRequest,
  SayResult,
  Session,
  type SetupRequest,
  SetupResult,
  WebReply,
} from '../wire.ts';

/** A call that failed, with a sentence for the reader. `status` is 0 when nothing answered. */
export class CallFailed extends Error {
  readonly status: number;
  constructor(sentence: string, status: number, options?: ErrorOptions) {
    super(sentence, options);
    this.name = 'CallFailed';
    this.status = status;
  }
}

/** What to tell the reader about any failure. */
export function sentenceOf(error: unknown): string {
  return error instanceof CallFailed
    ? error.message
    : 'Something went wrong on this page. Reload and try again.';
}

async function call<S extends z.ZodType>(
  schema: S,
  path: string,
  body?: unknown,
  accepts: readonly number[] = [],
): Promise<z.infer<S>> {
  const init: RequestInit =
    body === undefined
      ? {}
      : { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
  let response: Response;
  try {
    response = await fetch(`/api${path}`, init);
  } catch (cause) {
    const sentence = 'Kept can’t be reached. Nothing you typed is lost; try again in a moment.';
    throw new CallFailed(sentence, 0, { cause });
  }
  const json: unknown = await response.json().catch(() => null);
  if (!response.ok && !accepts.includes(response.status)) {
    const problem = Problem.safeParse(json);
    const sentence = problem.success
      ? problem.data.error
      : `Kept answered with an error (${response.status}). Try again.`;
    throw new CallFailed(sentence, response.status);
  }
  const parsed = schema.safeParse(json);
  if (!parsed.success) {
    // A page that is older than the server it talks to.
    throw new CallFailed('Kept was updated. Reload the page to go on.', response.status, {
      cause: parsed.error,
    });
  }
  return parsed.data;
}

const query = (values: Record<string, string | number | null | undefined>) => {
  const set = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)]))}`;
};

/** Who is there. */
export const getSession = () => call(Session, '/session');
/** Countries whose holidays are known. */
export const getCountries = () => call(z.array(Country), '/countries');
/** Regions of a country with holidays of their own. */
export const getRegions = (country: string) => call(z.array(Country), `/regions${query({ country })}`);
/** Makes the choice of the first page; errors beside their fields are a result. */
export const setUp = (request: SetupRequest) => call(SetupResult, '/setup', request, [422]);
/** The rooms that a member sees. */
export const getRooms = (as: string) => call(z.array(Room), `/rooms${query({ as })}`);
/** A page of a room (`thread` null) or of a thread. */
export const getMessages = (as: string, page: { room: string; thread: string | null; before?: number }) =>
  call(MessagesPage, `/messages${query({ as, ...page })}`);
/** Says something. */
export const postWords = (as: string, words: SayRequest) => call(SayResult, `/say${query({ as })}`, words);
/** Wants something of Kept. */
export const postIntent = (as: string, intent: Intent) =>
  call(WebReply, `/intent${query({ as })}`, { intent });
/** What is at risk. */
export const getBoard = (as: string) => call(Card, `/board${query({ as })}`);
