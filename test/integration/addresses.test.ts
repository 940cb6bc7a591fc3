import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Addresses } from '../../src/app/addresses.ts';
import type { Connection } from '../../src/app/connections.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { openDatabase, withinWorkspaces } from '../../src/store/database.ts';
import { createSeal } from '../../src/store/seal.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

const OF = 'conversation/19:c@thread.tacv2';

for (const engine of (await enginesToTest()).filter((name) => name !== 'redis')) {
  describe(`addresses on ${engine}`, () => {
    let on: Awaited<ReturnType<typeof useCases>>;
    let addresses: Addresses;
    let ours: Connection;
    let teams = 0;

    beforeAll(async () => {
      on = await useCases(engine);
      addresses = createAddresses(on.db);
    });
    afterAll(() => on.stop());
    beforeEach(async () => {
      ours = await connected();
    });

    /** A tenant with a workspace of its own. */
    async function connected(): Promise<Connection> {
      teams += 1;
      const id = WorkspaceId.parse(randomUUID());
      const name = NonBlank.parse(`Team ${teams}`);
      const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
      const { connection } = await connections.connect({
        kind: 'teams',
        externalId: `tenant-${teams}`,
        facts: () => ({}),
        secret: null,
        workspace: newWorkspace({ id, name, zone: 'Europe/Berlin', country: null, currency: 'EUR' }, []),
        identities: [],
      });
      return connection;
    }
    const save = (facts: Record<string, unknown>, seenAt: number, { workspaceId, id } = ours, of = OF) =>
      addresses.save(workspaceId, id, { of, facts, seenAt });
    const get = ({ workspaceId, id } = ours, of = OF) => addresses.get(workspaceId, id, of);

    it('knows none until one was seen, and then that one', async () => {
      expect(await get()).toBeNull();
      const facts = { serviceUrl: 'https://smba.example.com/emea/', teamId: null, nested: { a: [1, 'b'] } };
      await save(facts, 1_000);
      expect(await get()).toEqual({ of: OF, facts, seenAt: 1_000 });
      expect(await get(ours, 'person/19:c@thread.tacv2')).toBeNull();
    });

    it('puts new facts beside the old ones, and in the place of those of the same names', async () => {
      await save({ kind: 'channel', serviceUrl: 'https://a.example.com/', shut: 'BotDisabled' }, 1_000);
      await save({ serviceUrl: 'https://b.example.com/', shut: null }, 2_000);
      expect(await get()).toEqual({
        of: OF,
        facts: { kind: 'channel', serviceUrl: 'https://b.example.com/', shut: null },
        seenAt: 2_000,
      });
    });

    it('is not changed by what was seen before that, and is by what was seen at the same time', async () => {
      await save({ serviceUrl: 'https://new.example.com/' }, 2_000);
      await save({ serviceUrl: 'https://old.example.com/', name: 'old' }, 1_999);
      expect(await get()).toMatchObject({
        facts: { serviceUrl: 'https://new.example.com/' },
        seenAt: 2_000,
      });
      await save({ name: 'as well' }, 2_000);
      expect(await get()).toMatchObject({
        facts: { serviceUrl: 'https://new.example.com/', name: 'as well' },
      });
    });

    it('has the latest, whichever of several processes writes it last', async () => {
      const other = openDatabase(on.poolConfig, () => {});
      const theirs = createAddresses(other);
      await Promise.all(
        [5, 1, 9, 3, 7].map((seenAt, index) =>
          (index % 2 === 0 ? addresses : theirs).save(ours.workspaceId, ours.id, {
            of: OF,
            facts: { seen: seenAt },
            seenAt,
          }),
        ),
      );
      await other.destroy();
      expect(await get()).toMatchObject({ facts: { seen: 9 }, seenAt: 9 });
    });

    it('lists those of a kind, the newest first, and no more than 200', async () => {
      const shared = (n: number) => `conversation/19:${n}_%@thread.tacv2`;
      await save({ name: 'own' }, 9_000, ours, 'conversation/a:1');
      await save({ name: 'person' }, 9_000, ours, 'person/19:1');
      await save({ name: 'theirs' }, 9_000, await connected(), shared(1));
      const list = (begins = 'conversation/19:') => addresses.list(ours.workspaceId, ours.id, begins);
      expect(await list()).toEqual([]);
      await save({ name: 'first' }, 1_000, ours, shared(1));
      await save({ name: 'second' }, 2_000, ours, shared(2));
      expect(await list()).toEqual([
        { of: shared(2), facts: { name: 'second' }, seenAt: 2_000 },
        { of: shared(1), facts: { name: 'first' }, seenAt: 1_000 },
      ]);
      // What the ids of conversations have in them stands for nothing but itself.
      expect(await list('conversation/19:2_%@')).toHaveLength(1);
      expect(await list('conversation/19:%')).toEqual([]);
      for (let n = 3; n <= 203; n += 1) await save({}, n * 1_000, ours, shared(n));
      const most = await list();
      expect(most).toHaveLength(200);
      expect([most[0]?.of, most.at(-1)?.of]).toEqual([shared(203), shared(4)]);
    });

    it('keeps two tenants apart in which a conversation has the same id', async () => {
      const other = await connected();
      await save({ serviceUrl: 'https://ours.example.com/' }, 1_000);
      expect(await get(other)).toBeNull();
      await save({ serviceUrl: 'https://theirs.example.com/' }, 1_000, other);
      expect(await get()).toMatchObject({ facts: { serviceUrl: 'https://ours.example.com/' } });
      // With the workspace of one and the connection of the other, there is nothing, and nothing can be put there.
      const mixed = { ...ours, id: other.id };
      expect(await get(mixed)).toBeNull();
      await expect(save({ serviceUrl: 'https://planted.example.com/' }, 9_000, mixed)).rejects.toThrow();
      expect(await get(other)).toMatchObject({ facts: { serviceUrl: 'https://theirs.example.com/' } });
    });

    it('row-level security hides them from another workspace', async () => {
      await save({ serviceUrl: 'https://ours.example.com/' }, 1_000);
      const count = (id: WorkspaceId) =>
        withinWorkspaces(on.db, [id], async (tx) => {
          const { rows } = await sql<{ n: number }>`select count(*) as n from kept.address`.execute(tx);
          return rows[0]?.n;
        });
      expect(await count(ours.workspaceId)).toBe(1);
      expect(await count(WorkspaceId.parse(randomUUID()))).toBe(0);
    });
  });
}
