import type { Log } from '../app/deps.ts';

/** How long whoever watches from outside may take to answer, in ms. */
const TIMEOUT_MS = 10_000;

/**
 * Tells an outside watch that all is well: one GET of `url`, which raises its alarm when none has come for a while.
 * A ping that fails is logged and missed; the next one comes in its turn. The address is a secret, and is not logged.
 */
export async function ping(url: string, log: Log): Promise<boolean> {
  try {
    const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(TIMEOUT_MS) });
    await answer.body?.cancel();
    if (!answer.ok) {
      log.warn({ status: answer.status }, 'The heartbeat was not taken');
    }
    return answer.ok;
  } catch (error) {
    const why = error instanceof Error ? error.name : 'unknown';
    log.warn({ why }, 'The heartbeat could not be sent');
    return false;
  }
}
