import type { Fault } from './fault.ts';
import type { Kept } from './kept.ts';
import type { Random } from './random.ts';
import type { TcpProxy } from './tcp-proxy.ts';

const SECOND = 1_000;

/** What can become of a Kept process, and of its ways to its servers, while the others go on. */
export function keptFaults(fleet: readonly Kept[]): Fault[] {
  return [...processFaults(fleet), ...wayFaults(fleet, 'Postgres'), ...wayFaults(fleet, 'Redis')];
}

function processFaults(fleet: readonly Kept[]): Fault[] {
  const ended = (how: 'SIGKILL' | 'SIGTERM'): Fault['begin'] => {
    return (random) => {
      const kept = random.pick(fleet);
      // The service manager starts it again: nothing to heal.
      const { name } = kept;
      const begun = { detail: name, hits: name, heal: () => Promise.resolve() };
      return Promise.resolve(kept.signal(how) ? begun : null);
    };
  };
  const freeze: Fault['begin'] = (random) => {
    const kept = random.pick(fleet);
    const pid = kept.pid();
    if (pid === null || !kept.signalTo(pid, 'SIGSTOP')) return Promise.resolve(null);
    const heal = () => Promise.resolve(void kept.signalTo(pid, 'SIGCONT'));
    return Promise.resolve({ detail: kept.name, hits: kept.name, heal });
  };
  return [
    { name: 'kill -9', weight: 12, mostMs: 0, begin: ended('SIGKILL') },
    { name: 'restart', weight: 6, mostMs: 0, begin: ended('SIGTERM') },
    { name: 'freeze', weight: 8, leastMs: SECOND, mostMs: 20 * SECOND, begin: freeze },
    // Past the lease of 30 s: whoever took over meanwhile must not be met by a sleeper that goes on with it.
    { name: 'freeze past the lease', weight: 1, leastMs: 37 * SECOND, mostMs: 42 * SECOND, begin: freeze },
    {
      name: 'jump the clock',
      weight: 8,
      mostMs: 30 * SECOND,
      begin: (random) => {
        const kept = random.pick(fleet);
        const offMs = (random.chance(0.5) ? 1 : -1) * clockJump(random);
        const pid = kept.pid();
        if (!kept.setClock(offMs)) return Promise.resolve(null);
        return Promise.resolve({
          hits: kept.name,
          detail: `${kept.name} by ${(offMs / SECOND).toFixed(1)} s`,
          heal: () => Promise.resolve(void (kept.pid() === pid && kept.setClock(0))),
        });
      },
    },
  ];
}

/** From 2 s to 10 min; small ones as often as large ones. */
function clockJump(random: Random): number {
  return Math.round(2 * SECOND * 300 ** random.next());
}

function wayFaults(fleet: readonly Kept[], to: 'Postgres' | 'Redis'): Fault[] {
  const wayOf = (kept: Kept): TcpProxy => (to === 'Postgres' ? kept.postgres : kept.redis);
  const group = `ways to ${to}`;
  return [
    {
      name: `cut ${to}`,
      weight: 6,
      mostMs: 0,
      begin: (random) => {
        const kept = random.pick(fleet);
        const cut = wayOf(kept).cut();
        const detail = `${kept.name}, ${cut} connections`;
        return Promise.resolve({ detail, hits: kept.name, heal: () => Promise.resolve() });
      },
    },
    {
      name: `slow ${to}`,
      weight: 5,
      mostMs: 30 * SECOND,
      group,
      begin: (random) => {
        const kept = random.pick(fleet);
        const ms = random.int(50, 500);
        const bytesPerS = random.int(50_000, 1_000_000);
        wayOf(kept).slow(ms, bytesPerS);
        return Promise.resolve({
          hits: kept.name,
          detail: `${kept.name} by ${ms} ms each way, ${Math.round(bytesPerS / 1_000)} kB/s`,
          heal: () => Promise.resolve(wayOf(kept).open()),
        });
      },
    },
    {
      name: `black hole to ${to}`,
      weight: 4,
      mostMs: 15 * SECOND,
      group,
      begin: (random) => {
        const kept = random.pick(fleet);
        const held = random.pick(['go on', 'forgotten'] as const);
        wayOf(kept).hole();
        return Promise.resolve({
          hits: kept.name,
          detail: `${kept.name}; then what was held ${held === 'go on' ? 'goes on' : 'hangs for ever'}`,
          heal: () => Promise.resolve(wayOf(kept).open(held)),
        });
      },
    },
  ];
}
