import { z } from 'zod';

/** One message, how often it came, and one whole line of it. */
export type Told = { msg: string; count: number; example: string };

/** What the processes of a fleet logged, and which ended by themselves. */
export type KeptLogs = {
  /** Lines by level: info, warn, error, fatal. */
  counts: Record<string, number>;
  /** Messages at error and above, the most frequent first. */
  errors: Told[];
  warnings: Told[];
  /** Processes that ended though nobody asked them to, with their last lines: each is a finding. */
  crashes: Crash[];
  /** Starts that failed and said so, as when Postgres is away: the service manager tries again. */
  failedStarts: number;
};

export type Crash = { name: string; at: number; exit: string; lastLines: string[] };

const Line = z.object({ level: z.union([z.number(), z.string()]), msg: z.string().default('') });
const LEVELS: Record<number, string> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
};
const LONGEST = 2_000;

/** Collects them. `line` gives the message of a line, or null for one that is no log line. */
export function collectLogs() {
  const counts: Record<string, number> = {};
  const told = { warn: new Map<string, Told>(), error: new Map<string, Told>() };
  const crashes: Crash[] = [];
  let failedStarts = 0;

  const listed = (by: Map<string, Told>) => [...by.values()].toSorted((a, b) => b.count - a.count);
  return {
    line(name: string, text: string): string | null {
      const parsed = Line.safeParse(jsonOf(text));
      if (!parsed.success) return null;
      const { level, msg } = parsed.data;
      const label = typeof level === 'number' ? (LEVELS[level] ?? String(level)) : level;
      counts[label] = (counts[label] ?? 0) + 1;
      if (label === 'warn' || label === 'error' || label === 'fatal') {
        const by = label === 'warn' ? told.warn : told.error;
        const known = by.get(msg) ?? { msg, count: 0, example: `${name}: ${text.slice(0, LONGEST)}` };
        known.count += 1;
        by.set(msg, known);
      }
      return msg;
    },
    crashed: (crash: Crash) => void crashes.push(crash),
    failedToStart: () => void (failedStarts += 1),
    read: (): KeptLogs => ({
      counts: { ...counts },
      errors: listed(told.error),
      warnings: listed(told.warn),
      crashes: [...crashes],
      failedStarts,
    }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
