import { median } from './percentile.ts';

/** Rates of several ways, round after round: `note` says each, `of` gives a way's median. */
export function ratesOf(say: (line: string) => void) {
  const rates = new Map<string, number[]>();
  return {
    note: (of: string, rate: number): void => {
      rates.set(of, [...(rates.get(of) ?? []), rate]);
      say(`  ${of}: ${Math.round(rate)} a second`);
    },
    of: (name: string): number => median(rates.get(name) ?? []),
  };
}
