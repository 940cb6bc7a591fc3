import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fault } from '../chaos/rig/fault.ts';
import { createRandom } from '../chaos/rig/random.ts';
import { createSaboteur, plan } from '../chaos/rig/saboteur.ts';

/** Faults that write down what happens to them. */
function recorded(faults: Pick<Fault, 'name' | 'weight' | 'mostMs' | 'group'>[]) {
  const underWay = new Map<string, number>();
  const most = { all: 0, ofGroup: 0 };
  const done: string[] = [];
  const total = () => [...underWay.values()].reduce((sum, count) => sum + count, 0);
  const made = faults.map((fault): Fault => {
    const group = fault.group ?? '';
    const add = (by: number) => void underWay.set(group, (underWay.get(group) ?? 0) + by);
    return {
      ...fault,
      begin: (random) => {
        add(1);
        most.all = Math.max(most.all, total());
        if (group !== '') most.ofGroup = Math.max(most.ofGroup, underWay.get(group) ?? 0);
        const detail = `${fault.name} ${random.int(0, 1_000)}`;
        done.push(detail);
        return Promise.resolve({ detail, heal: () => Promise.resolve(add(-1)) });
      },
    };
  });
  return { faults: made, most, done, left: total };
}

const FAULTS = [
  { name: 'seldom', weight: 1, mostMs: 20 },
  { name: 'often', weight: 9, mostMs: 40, group: 'one' },
  { name: 'never with often', weight: 9, mostMs: 40, group: 'one' },
];

describe('decisions by seed', () => {
  it('are the same for the same seed, and others for another', () => {
    const planned = (seed: number) => {
      const { faults } = recorded(FAULTS);
      const endless = plan({ faults, random: createRandom(seed).fork('saboteur'), everyMs: [10, 500] });
      return Array.from({ length: 200 }, () => {
        const { value } = endless.next();
        return [value.waitMs, value.fault.name, value.forMs, value.random.next()];
      });
    };
    expect(planned(7)).toEqual(planned(7));
    expect(planned(8)).not.toEqual(planned(7));
  });

  it('of one fork are not disturbed by what another asks', () => {
    const alone = createRandom(3).fork('driver');
    const one = createRandom(3);
    one.next();
    one.fork('saboteur').next();
    expect(one.fork('driver').next()).toBe(alone.next());
  });

  it('stay within their bounds, and weigh', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: -50, max: 50 }), fc.nat(100), (seed, least, span) => {
        const drawn = createRandom(seed).int(least, least + span);
        expect(Number.isInteger(drawn) && drawn >= least && drawn <= least + span).toBe(true);
      }),
    );
    const random = createRandom(1);
    const drawn = Array.from(
      { length: 10_000 },
      () => random.weighted([{ weight: 1 }, { weight: 9 }]).weight,
    );
    const heavy = drawn.filter((weight) => weight === 9).length;
    expect(heavy).toBeGreaterThan(8_800);
    expect(heavy).toBeLessThan(9_200);
    expect(() => random.pick([])).toThrow('Nothing to choose from');
  });
});

describe('the saboteur', () => {
  const run = (faults: Fault[], ms: number, mostAtOnce: number) =>
    createSaboteur({
      faults,
      random: createRandom(5),
      log: () => undefined,
      everyMs: [1, 5],
      mostAtOnce,
    }).run(Date.now() + ms);

  it('breaks no more at once than it may, of one group one, and has healed all at the end', async () => {
    const { faults, most, done, left } = recorded(FAULTS);
    const told = await run(faults, 600, 2);
    expect(told.map(({ detail }) => detail)).toEqual(done);
    expect(done.length).toBeGreaterThan(10);
    expect(most).toEqual({ all: 2, ofGroup: 1 });
    expect(left()).toBe(0);
    expect(told.every(({ begin, end }) => end >= begin)).toBe(true);
  });

  it('cuts a long fault short at the end', async () => {
    const { faults, left } = recorded([{ name: 'long', weight: 1, mostMs: 1_000_000 }]);
    const told = await Promise.race([run(faults, 100, 1), sleep(5_000, 'too late')]);
    expect(told).toHaveLength(1);
    expect(left()).toBe(0);
  });

  it('rests in between, with all healed, for the figures of calm times', async () => {
    const { faults, left } = recorded(FAULTS);
    const told = await createSaboteur({
      faults,
      random: createRandom(5),
      log: () => undefined,
      everyMs: [1, 5],
      mostAtOnce: 2,
      rests: { workMs: [80, 80], restMs: [250, 250] },
    }).run(Date.now() + 900);
    // then
    const begins = told.map(({ begin }) => begin).toSorted((a, b) => a - b);
    const calm = begins.filter((begin, index) => {
      const ends = told.filter((one) => one.begin < begin).map(({ end }) => end);
      return index > 0 && begin - Math.max(...ends) >= 240;
    });
    expect(calm.length).toBeGreaterThanOrEqual(1);
    expect(told.length).toBeGreaterThan(calm.length + 4);
    expect(left()).toBe(0);
  });

  it('heals the rest and then says so when one can’t be healed', async () => {
    const { faults, left } = recorded([{ name: 'fine', weight: 1, mostMs: 20 }]);
    const stuck: Fault = {
      name: 'stuck',
      weight: 1,
      mostMs: 0,
      begin: () => Promise.resolve({ detail: 'stuck', heal: () => Promise.reject(new Error('It is stuck')) }),
    };
    await expect(run([...faults, stuck], 300, 3)).rejects.toThrow('failed at its work');
    expect(left()).toBe(0);
  });
});
