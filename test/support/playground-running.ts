import { startPlayground } from './playground.ts';
import { playgroundClient } from './playground-client.ts';
import { openPage } from './playground-page.ts';
import type { Person } from './playground-team.ts';
import { startWire } from './playground-wire.ts';

/**
 * A Teams for a test: an instance of the Playground for each of those people (the first has the rooms), the wire to
 * Kept, and people to drive it. `faultsOf` looks at every card that anybody sees; what it finds is in `faults`.
 */
export async function runningTeams(
  who: readonly Person[],
  faultsOf: (card: unknown, host: 'card' | 'dialog') => readonly string[],
) {
  const wire = await startWire();
  const faults = new Set<string>();
  const stops: (() => Promise<void>)[] = [wire.stop];
  const stop = async () => {
    for (const stopOne of stops.splice(0).toReversed()) await stopOne();
  };
  const onSeen = (card: unknown, host: 'card' | 'dialog') => {
    for (const fault of faultsOf(card, host)) faults.add(`${fault} in ${JSON.stringify(card).slice(0, 400)}`);
  };
  try {
    const starting = await Promise.allSettled(
      who.map(async (name) => {
        const playground = await startPlayground(name, wire.ends);
        stops.push(playground.stop);
        const page = await openPage(playground, (card) => onSeen(card, 'card'));
        stops.push(page.close);
        return { name, playground, page };
      }),
    );
    const started = starting.map((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value;
    });
    wire.behind(started.map(({ playground }) => playground));
    const windows = new Map(started.map(({ name, ...window }) => [name, window]));
    return {
      client: playgroundClient({ wire, windows, onSeen }),
      wire,
      urlOf: (name: Person) => windows.get(name)?.playground.url ?? '',
      faults: () => [...faults],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
