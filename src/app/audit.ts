import type { Deps } from './deps.ts';
import type { Audit } from './store.ts';

/** Looks for what must never be, over all workspaces (invariant 1), and says it loudly where it finds any. */
export async function audit({ store, clock, log }: Pick<Deps, 'store' | 'clock' | 'log'>): Promise<Audit> {
  const found = await store.audit(clock());
  if (isViolated(found)) {
    log.error(found, 'The auditor found what must never be');
  }
  return found;
}

/** Whether an audit found a violation. Messages that couldn't be said anywhere are on the board, not against readiness. */
export function isViolated({ silent, overdueAlarms, stuckOutbox, lateInbox }: Audit): boolean {
  return silent > 0 || overdueAlarms > 0 || stuckOutbox > 0 || lateInbox > 0;
}
