import { fork } from 'node:child_process';
import { once } from 'node:events';

/** Work of a processor, in ms. */
const WORK_MS = 15;
const EVERY_MS = 1_000;
/** It took this many times as long: so many processes wanted the processor that each got less than a third of it. */
const STRAINED = 3;

/** Does the same small work again and again in a process of its own, and tells how many times too long it took. */
if (process.argv[2] === 'gauge') {
  process.once('disconnect', () => process.exit());
  setInterval(() => {
    const begun = performance.now();
    const before = process.cpuUsage();
    const used = () => process.cpuUsage(before);
    while (used().user + used().system < WORK_MS * 1_000);
    process.send?.({ times: (performance.now() - begun) / WORK_MS });
  }, EVERY_MS);
}

/** A time in which the machine had far more to do than it has processors. */
type Strain = { begin: number; end: number };

/** Watches whether the machine has time for what runs on it. */
export function watchStrain(): { strains: () => Strain[]; stop: () => Promise<void> } {
  const strains: Strain[] = [];
  const gauge = fork(import.meta.filename, ['gauge'], { execArgv: ['--import', 'tsx'] });
  gauge.on('message', (told: unknown) => {
    if (typeof told !== 'object' || told === null || !('times' in told)) return;
    if (typeof told.times !== 'number' || told.times < STRAINED) return;
    const end = Date.now();
    const begin = end - EVERY_MS - told.times * WORK_MS;
    const last = strains.at(-1);
    if (last !== undefined && last.end >= begin - EVERY_MS) last.end = end;
    else strains.push({ begin, end });
  });
  return {
    strains: () => strains.map((strain) => ({ ...strain })),
    stop: async () => {
      if (gauge.exitCode !== null || gauge.signalCode !== null) return;
      const ended = once(gauge, 'exit');
      gauge.kill();
      await ended;
    },
  };
}
