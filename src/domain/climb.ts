import { z } from 'zod';
import { MemberId } from './ids.ts';
import { Instant } from './instant.ts';

/*
 *   calling ──take──▶ taken        nobody: everyone away; looked at again at nextAt
 *    │   ▲
 *    ▼   │ someone is back
 *   nobody
 */

/** One holder who was called, and until when it is theirs to answer. */
const Call = z.object({ holderId: MemberId, round: z.int(), at: Instant, until: Instant });

const base = {
  startedAt: Instant,
  round: z.int(),
  calls: z.array(Call),
  /** How often everyone was found away, each time said by itself. Climbs older than the count have none. */
  emptied: z.int().default(0),
};

/** One climb of the ladder for one matter. */
export const Climb = z.discriminatedUnion('status', [
  z.object({ ...base, status: z.literal('calling'), nextAt: Instant }),
  z.object({ ...base, status: z.literal('nobody'), nextAt: Instant }),
  z.object({ ...base, status: z.literal('taken'), takenBy: MemberId, takenAt: Instant }),
]);
export type Climb = z.infer<typeof Climb>;
