import { setTimeout as sleep } from 'node:timers/promises';
import type { Fault, FaultLog } from './fault.ts';
import type { Random } from './random.ts';

export type SaboteurOptions = {
  faults: readonly Fault[];
  random: Random;
  log: (line: string) => void;
  /** The wait between one fault and the next, at random between these, in ms. */
  everyMs: readonly [number, number];
  mostAtOnce: number;
  /** It works so long at a time, and rests in between. Left out, it never does. */
  rests?: { workMs: readonly [number, number]; restMs: readonly [number, number] };
};

export type Saboteur = {
  /**
   * Breaks things until then (Date.now), heals them all, and gives what it did. Throws, once all is healed, when
   * something couldn't be broken or healed: that is a bug of the rig.
   */
  run: (untilMs: number) => Promise<FaultLog[]>;
};

/** One line of a plan: how long to wait, what to break, for how long at most, and what it decides by. */
export type Planned = { waitMs: number; fault: Fault; forMs: number; random: Random };

/** What a saboteur will do, without an end. Depends on faults, times and seed alone. */
export function* plan({
  faults,
  random,
  everyMs,
}: Omit<SaboteurOptions, 'log' | 'mostAtOnce' | 'rests'>): Generator<Planned> {
  for (let nr = 1; ; nr += 1) {
    const waitMs = random.int(...everyMs);
    const fault = random.weighted(faults);
    yield {
      waitMs,
      fault,
      forMs: random.int(fault.leastMs ?? 0, fault.mostMs),
      random: random.fork(`fault ${nr}`),
    };
  }
}

/** A saboteur that does not know mercy, but keeps the plan: with the same seed it does the same again. */
export function createSaboteur({ log, mostAtOnce, rests, ...planned }: SaboteurOptions): Saboteur {
  return {
    run: async (untilMs) => {
      const done: FaultLog[] = [];
      const troubles: unknown[] = [];
      const underWay = new Map<Promise<void>, Fault>();
      const ended = new AbortController();
      const atEnd = setTimeout(() => ended.abort(), untilMs - Date.now());

      const play = async ({ fault, forMs, random }: Planned) => {
        const begin = Date.now();
        const begun = await fault.begin(random);
        if (begun === null) return;
        const { detail, hits = null } = begun;
        const entry: FaultLog = { name: fault.name, detail, hits, begin, end: begin };
        done.push(entry);
        log(`${fault.name}: ${detail}, for ${(forMs / 1_000).toFixed(1)} s`);
        await pause(forMs, ended.signal);
        await begun.heal();
        entry.end = Date.now();
      };

      const restOf = planned.random.fork('rests');
      const workedOff = () => Date.now() + restOf.int(...(rests?.workMs ?? [0, 0]));
      let workUntil = workedOff();
      for (const next of plan(planned)) {
        if (rests !== undefined && Date.now() >= workUntil) {
          await Promise.all(underWay.keys());
          log('a rest');
          await pause(restOf.int(...rests.restMs), ended.signal);
          workUntil = workedOff();
        }
        await pause(next.waitMs, ended.signal);
        if (ended.signal.aborted) break;
        const { group } = next.fault;
        const isBusy = group !== undefined && [...underWay.values()].some((one) => one.group === group);
        if (isBusy || underWay.size >= mostAtOnce) continue;
        const playing = play(next).catch((error: unknown) => {
          log(`${next.fault.name} went wrong: ${error instanceof Error ? error.message : 'unknown'}`);
          troubles.push(error);
        });
        underWay.set(playing, next.fault);
        void playing.then(() => underWay.delete(playing));
      }
      clearTimeout(atEnd);
      await Promise.all(underWay.keys());
      if (troubles.length > 0) throw new AggregateError(troubles, 'The saboteur failed at its work');
      return done;
    },
  };
}

/** Waits so long, or until the end. */
async function pause(ms: number, end: AbortSignal): Promise<void> {
  await sleep(ms, null, { signal: end }).catch(() => null);
}
