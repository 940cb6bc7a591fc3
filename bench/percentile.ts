/** The value that a share (0 to 1) of the values is not above: nearest rank. NaN of nothing. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

/** The middle one, or the mean of the two in the middle. NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length / 2;
  const low = sorted[Math.ceil(half) - 1] ?? Number.NaN;
  const high = sorted[Math.floor(half)] ?? Number.NaN;
  return (low + high) / 2;
}

/** A curve of percentiles for a chart: [share in percent, value]. */
export function curve(values: readonly number[]): [number, number][] {
  const shares = [...Array.from({ length: 20 }, (_, nr) => nr * 5), 97, 98, 99, 99.5, 99.9, 100];
  return shares.map((share) => [share, percentile(values, share / 100)]);
}
