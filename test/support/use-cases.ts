import { randomUUID } from 'node:crypto';
import { act, openCase } from '../../src/app/act.ts';
import type { Deps, Who } from '../../src/app/deps.ts';
import { exampleTeam, setUpTeam } from '../../src/app/set-up.ts';
import { teamOf } from '../../src/app/team.ts';
import { CaseId, NonBlank, PromiseId } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import type { Member } from '../../src/domain/people.ts';
import { openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createStore } from '../../src/store/store.ts';
import { startEngine } from './engines.ts';
import { handClock } from './hand-clock.ts';

const HOUR_MS = 3_600_000;

const silent = { debug() {}, info() {}, warn() {}, error() {} };

/** The use cases on a real store, without jobs and surfaces: a test wakes and delivers by hand. */
export async function useCases(engine: 'embedded' | 'postgres' = 'embedded') {
  const running = await startEngine(engine);
  const db = openDatabase(running.poolConfig, () => {});
  await migrate(db);
  const store = createStore(db);
  const clock = handClock('2026-11-23T10:00:00Z');
  const bell = { ringAt: async () => {}, ringOutbox: async () => {} };
  const deps: Deps = {
    store,
    bell,
    clock: clock.now,
    newId: randomUUID,
    teamOf,
    caseUrl: () => null,
    log: silent,
  };
  const { team, customers } = exampleTeam(Zone.parse('Europe/Berlin'));
  await setUpTeam(deps, team, customers);
  const workspaceId = await store.consoleWorkspace();
  if (workspaceId === null) throw new Error('The example team is not there');
  const { members } = await store.transact(workspaceId, (tx) => tx.workspace());
  const memberOf = (name: string): Member => {
    const found = members.find((member) => member.name.startsWith(name));
    if (found === undefined) throw new Error(`Nobody is called ${name}`);
    return found;
  };
  const whoIs = (name: string): Who => ({ workspaceId, memberId: memberOf(name).id });

  return {
    db,
    deps,
    clock,
    workspaceId,
    memberOf,
    whoIs,
    poolConfig: running.poolConfig,
    /** Opens a case of Acme's by Ada, in the console if nothing else is said. */
    open: async (title: string, place = { connection: 'console', channel: 'care' }): Promise<CaseId> => {
      const id = CaseId.parse(randomUUID());
      const [customer] = await store.transact(workspaceId, (tx) => tx.customersLike('Acme', 1));
      if (customer === undefined) throw new Error('Acme is not there');
      await openCase(
        deps,
        whoIs('Ada'),
        {
          customer,
          title: NonBlank.parse(title),
          whatHappened: '',
          stakes: NonBlank.parse('Much'),
          deadline: null,
          severity: 'normal',
          place,
          source: null,
        },
        id,
        randomUUID(),
      );
      return id;
    },
    /** Ada promises the customer of that case a word in an hour; its bells ring through `by`. */
    promised: async (caseId: CaseId, by: Deps = deps): Promise<void> => {
      const ada = memberOf('Ada').id;
      const terms = {
        id: PromiseId.parse(randomUUID()),
        ownerId: ada,
        action: NonBlank.parse('Work on it'),
        contactBy: ada,
        contactTo: '',
        followUpAt: clock.now() + HOUR_MS,
      };
      const { ok } = await act(by, whoIs('Ada'), caseId, { do: 'promise', terms });
      if (!ok) throw new Error('The promise was not taken');
    },
    stop: async () => {
      await store.close();
      await running.stop();
    },
  };
}
