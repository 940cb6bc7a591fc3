import { z } from 'zod';
import type { Instant } from '../../src/domain/instant.ts';
import type { Absence } from '../../src/domain/people.ts';

/** Do Not Disturb as `dnd.info` and `dnd_updated_user` tell of it. Epoch seconds; 1 stands for never. */
export const Dnd = z.object({
  dnd_enabled: z.boolean().catch(false),
  next_dnd_start_ts: z.number().catch(0),
  next_dnd_end_ts: z.number().catch(0),
  /** Of others Slack mostly tells a pause by the window above. */
  snooze_enabled: z.boolean().catch(false),
  snooze_endtime: z.number().catch(0),
});
export type Dnd = z.infer<typeof Dnd>;

/** When notifications are kept from a person: the span that is running, or else the next one; null for none. */
export function pausedOf(dnd: Dnd, now: Instant): Absence | null {
  const snooze = dnd.snooze_enabled ? spanOf(now, dnd.snooze_endtime * 1_000, now) : null;
  const window = dnd.dnd_enabled
    ? spanOf(dnd.next_dnd_start_ts * 1_000, dnd.next_dnd_end_ts * 1_000, now)
    : null;
  if (snooze === null || window === null) {
    return snooze ?? window;
  }
  // A pause that runs into the night goes on until the morning.
  const meets = window.from <= snooze.until;
  return meets
    ? { from: Math.min(snooze.from, window.from), until: Math.max(snooze.until, window.until) }
    : snooze;
}

function spanOf(from: Instant, until: Instant, now: Instant): { from: Instant; until: Instant } | null {
  return from < until && now < until ? { from, until } : null;
}
