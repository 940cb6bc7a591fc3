import { z } from 'zod';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

export const Severity = z.enum(['minor', 'normal', 'serious', 'critical']);
export type Severity = z.infer<typeof Severity>;

const share = z.number().gt(0).lt(1);
const ms = z.int().positive();

/** The plan's figures. Shares are of a promise's window; durations are in ms. Defaults: product.md, "The plan". */
export const Policy = z.object({
  /** Severities whose plan runs around the clock instead of in working time. */
  aroundTheClock: z.array(Severity).default(['critical']),
  /** Windows shorter than this run by the clock whatever the severity: who promises "in an hour" is at work. */
  clockBelowMs: ms.default(2 * HOUR),
  halfway: z.object({ share, minWindowMs: ms }).default({ share: 0.5, minWindowMs: HOUR }),
  soon: z.object({ share, earliestMs: ms }).default({ share: 0.8, earliestMs: HOUR }),
  atRisk: z.object({ share, earliestMs: ms }).default({ share: 0.9, earliestMs: 30 * MINUTE }),
  grace: z
    .object({ share, minMs: ms, maxMs: ms })
    .default({ share: 0.1, minMs: 30 * SECOND, maxMs: 15 * MINUTE }),
  climb: z.object({ share, reserveShare: share, minMs: ms, afterMs: ms, againMs: ms }).default({
    share: 1 / 3,
    reserveShare: 0.1,
    minMs: 30 * SECOND,
    afterMs: 15 * MINUTE,
    againMs: HOUR,
  }),
  /** When a case without a promise is asked for one again: in the thread, in the channel, up the ladder. */
  waiting: z
    .object({ againMs: ms, channelMs: ms, ladderMs: ms })
    .default({ againMs: 5 * MINUTE, channelMs: 10 * MINUTE, ladderMs: 15 * MINUTE }),
  /** As many promises of one owner within an hour count as a crowd. */
  crowd: z.int().positive().default(3),
  /** Working days from the close until "did it hold?". */
  holdDays: z.int().positive().default(3),
});
export type Policy = z.infer<typeof Policy>;

/** The policy of a workspace that has set nothing. */
export const defaultPolicy: Policy = Policy.parse({});
