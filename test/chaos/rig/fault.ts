import type { Random } from './random.ts';

/** One way to break something. Ends (Slack, Teams) make faults of their own in the same shape. */
export type Fault = {
  name: string;
  /** How often it is picked, beside the others. */
  weight: number;
  /** It is healed after a random time from `leastMs` (0) to this. */
  mostMs: number;
  leastMs?: number;
  /** Of one group no two are under way at once. */
  group?: string;
  /** Breaks it, and gives what was broken in words and how to heal it. Null: can't be done at this moment. */
  begin: (random: Random) => Promise<Begun | null>;
};

/** `hits`: the process of Kept's that it concerns, where it is one alone. */
export type Begun = { detail: string; hits?: string; heal: () => Promise<void> };

/** What the saboteur did. Times are Date.now of this process; `end` is when it was healed. */
export type FaultLog = { name: string; detail: string; hits: string | null; begin: number; end: number };
