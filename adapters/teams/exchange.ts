import { TeamsCallFailed } from './errors.ts';

/** A request that is answered within this is answered well; later, nobody knows what becomes of it. */
const WITHIN_MS = 5_000;
/** For what would stand there twice if it were given up too early once more. */
export const PATIENT_MS = 15_000;

/** Codes of Node's and undici's errors that say that not a byte of the request left: no address, no connection. */
const notSentCodes = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

export type Exchanged = { status: number; headers: Headers; text: string };

/**
 * One request and its whole answer, once, within five seconds unless told otherwise. Leads nowhere else: our token
 * goes to nobody but the one it is for.
 *
 * @throws TeamsCallFailed when there is no whole answer
 */
export async function exchange(url: string, request: RequestInit, withinMs = WITHIN_MS): Promise<Exchanged> {
  try {
    const signal = AbortSignal.timeout(withinMs);
    const response = await fetch(url, { ...request, redirect: 'manual', signal });
    return { status: response.status, headers: response.headers, text: await response.text() };
  } catch (error) {
    const code = codeOf(error);
    throw new TeamsCallFailed({
      kind: notSentCodes.has(code) ? 'not sent' : 'no answer',
      error: code,
    });
  }
}

/** What Node says of it: the cause's code, or the name (`TimeoutError`). An address in several ways fails in several. */
function codeOf(error: unknown): string {
  if (!(error instanceof Error)) {
    return 'unknown';
  }
  const { cause } = error;
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  const code: unknown = first instanceof Error && 'code' in first ? first.code : null;
  return typeof code === 'string' ? code : error.name;
}
