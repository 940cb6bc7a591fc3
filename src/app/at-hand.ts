import type { Clock } from './clock.ts';

/** What is older is read anew: somebody else may have changed it. A message mostly goes out within 10 ms. */
const FRESH_MS = 250;

/** What this process has read for messages that it is about to send itself, by their rows, for a moment. */
export function createAtHand<Read extends { rowIds: readonly string[] }>(
  clock: Clock,
): {
  put: (read: Read) => void;
  /** Null when there is nothing, or nothing fresh. */
  of: (rowId: string) => Read | null;
} {
  let reads: { until: number; read: Read }[] = [];
  const fresh = () => {
    const now = clock();
    reads = reads.filter(({ until }) => until > now);
    return reads;
  };
  return {
    put: (read) => {
      fresh().push({ until: clock() + FRESH_MS, read });
    },
    of: (rowId) => fresh().find(({ read }) => read.rowIds.includes(rowId))?.read ?? null,
  };
}
