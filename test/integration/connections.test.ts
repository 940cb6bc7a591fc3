import { randomBytes, randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Connection, Connections } from '../../src/app/connections.ts';
import { exampleTeam, setUpTeam } from '../../src/app/set-up.ts';
import type { WorkspaceData } from '../../src/app/store.ts';
import { MemberId, NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import type { Member } from '../../src/domain/people.ts';
import { createConnections } from '../../src/store/connections.ts';
import { acrossWorkspaces, openDatabase, withinWorkspaces } from '../../src/store/database.ts';
import { createSeal } from '../../src/store/seal.ts';
import { resealSecrets } from '../../src/store/secrets.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';
import { workspaceIds } from '../support/workspace-ids.ts';

const TOKEN = 'xoxb-not-a-real-one';
const newKey = () => randomBytes(32).toString('base64');

for (const engine of (await enginesToTest()).filter((name) => name !== 'redis')) {
  describe(`connections on ${engine}`, () => {
    const key = newKey();
    let on: Awaited<ReturnType<typeof useCases>>;
    let connections: Connections;
    let teams = 0;
    let externalId: string;

    beforeAll(async () => {
      on = await useCases(engine);
      connections = createConnections(on.db, createSeal([key]));
    });
    afterAll(() => on.stop());
    beforeEach(() => {
      teams += 1;
      externalId = `T${teams}`;
    });

    /** Somebody new in a workspace, who is nobody's lead and leads nobody. */
    function newMember(workspaceId: WorkspaceId, name: string): Member {
      const like = on.memberOf('Ada');
      const id = MemberId.parse(randomUUID());
      return { ...like, id, workspaceId, name: NonBlank.parse(name), leadId: null };
    }

    async function newWorkspace(name: string): Promise<WorkspaceData> {
      const { workspace, policy } = await on.deps.store.transact(on.workspaceId, (tx) => tx.workspace());
      const id = WorkspaceId.parse(randomUUID());
      return {
        workspace: { ...workspace, id, name: NonBlank.parse(name) },
        members: [newMember(id, 'Ada Agent')],
        policy,
      };
    }

    async function connect(of: string, more: Partial<Parameters<Connections['connect']>[0]> = {}) {
      const workspace = more.workspace ?? (await newWorkspace(of));
      const identities = workspace.members.map(({ id }) => ({ externalId: 'U1', memberId: id }));
      return connections.connect({
        kind: 'slack',
        externalId: of,
        facts: () => ({ name: of }),
        secret: { botToken: `${TOKEN}-${of}` },
        workspace,
        identities,
        ...more,
      });
    }

    const ours = (): Pick<Connection, 'workspaceId' | 'id'> => ({
      workspaceId: on.workspaceId,
      id: 'console',
    });

    it('has the console’s workspace by its connection, whatever other workspaces there are', async () => {
      await connect(externalId);
      expect(await on.deps.store.consoleWorkspace()).toBe(on.workspaceId);
      expect(await connections.all('console')).toMatchObject([{ ...ours(), status: 'connected' }]);
      const { team, customers } = exampleTeam(Zone.parse('Europe/Berlin'));
      expect(await setUpTeam(on.deps, team, customers)).toBe(false);
    });

    it('connects a team with a workspace of its own, its people and its secret', async () => {
      const workspace = await newWorkspace('Acme support');
      const { connection, isNew } = await connect(externalId, { workspace });
      expect(isNew).toBe(true);
      expect(connection).toEqual({
        id: `slack/${externalId}`,
        workspaceId: workspace.workspace.id,
        kind: 'slack',
        externalId,
        status: 'connected',
        facts: { name: externalId },
      });
      expect(await connections.find('slack', externalId)).toEqual(connection);
      expect(await connections.get(connection.workspaceId, connection.id)).toEqual(connection);
      expect((await connections.all('slack')).map(({ id }) => id)).toContain(connection.id);
      const [ada] = workspace.members;
      expect(await connections.memberOf(connection.workspaceId, connection.id, 'U1')).toEqual(ada);
      expect(await connections.secret(connection.workspaceId, connection.id)).toEqual({
        botToken: `${TOKEN}-${externalId}`,
      });
    });

    it('makes one workspace of a team that two processes connect at once', async () => {
      const other = openDatabase(on.poolConfig, () => {});
      const theirs = createConnections(other, createSeal([key]));
      const before = (await workspaceIds(on.db)).length;
      const all = await Promise.all(
        [connections, theirs, connections, theirs].map(async (via) =>
          via.connect({
            kind: 'slack',
            externalId,
            facts: () => ({}),
            secret: null,
            workspace: await newWorkspace(externalId),
            identities: [],
          }),
        ),
      );
      await other.destroy();
      expect(all.filter(({ isNew }) => isNew)).toHaveLength(1);
      expect(new Set(all.map(({ connection }) => connection.workspaceId)).size).toBe(1);
      expect(await workspaceIds(on.db)).toHaveLength(before + 1);
    });

    it('goes on where it stood when a team connects again', async () => {
      const { connection: first } = await connect(externalId);
      const { workspaceId, id } = first;
      await connections.setStatus(workspaceId, id, 'disconnected');
      expect(await connections.find('slack', externalId)).toMatchObject({ status: 'disconnected' });

      const { connection, isNew } = await connect(externalId, {
        facts: (known) => ({ name: 'anew', before: known }),
        secret: { botToken: 'xoxb-anew' },
      });

      expect(isNew).toBe(false);
      expect(connection).toEqual({ ...first, facts: { name: 'anew', before: first.facts } });
      expect(await connections.find('slack', externalId)).toEqual(connection);
      expect(await connections.secret(workspaceId, id)).toEqual({ botToken: 'xoxb-anew' });
      expect(await connections.memberOf(workspaceId, id, 'U1')).not.toBeNull();
    });

    it('writes facts, status and secret anew, and keeps none when there is none', async () => {
      const { connection } = await connect(externalId);
      const { workspaceId, id } = connection;
      await connections.addFacts(workspaceId, id, { name: 'renamed' });
      await connections.saveSecret(workspaceId, id, { botToken: 'xoxb-renewed' });
      expect(await connections.get(workspaceId, id)).toEqual({ ...connection, facts: { name: 'renamed' } });
      expect(await connections.secret(workspaceId, id)).toEqual({ botToken: 'xoxb-renewed' });
      await connections.saveSecret(workspaceId, id, null);
      expect(await connections.secret(workspaceId, id)).toBeNull();
      expect(await connections.find('slack', 'T-never-seen')).toBeNull();
    });

    it('lets one renew a secret at a time, and another when that took too long', async () => {
      const { workspaceId, id } = (await connect(externalId)).connection;
      const lease = (now: number) => connections.leaseSecret(workspaceId, id, now, now + 30_000);
      const asked = await Promise.all([lease(1_000), lease(1_000), lease(1_000)]);
      expect(asked.filter(Boolean)).toHaveLength(1);
      expect(await lease(30_999)).toBe(false);
      expect(await lease(31_000)).toBe(true);
    });

    it('meets a person once, also when they press two buttons at once', async () => {
      const { workspaceId, id } = (await connect(externalId)).connection;
      const met = await Promise.all(
        ['Sam', 'Sam', 'Sam'].map((name) =>
          connections.meet(workspaceId, id, 'U2', newMember(workspaceId, `${name} Support`)),
        ),
      );
      expect(new Set(met.map((member) => member.id)).size).toBe(1);
      const { members } = await on.deps.store.transact(workspaceId, (tx) => tx.workspace());
      expect(members.map(({ name }) => name)).toEqual(['Ada Agent', 'Sam Support']);
      const ids = members.map((member) => member.id);
      const known = await connections.identitiesOf(workspaceId, id, [...ids, MemberId.parse(randomUUID())]);
      expect(ids.map((one) => known.get(one))).toEqual(['U1', 'U2']);
      expect(known.size).toBe(2);
      expect(await connections.identitiesOf(workspaceId, id, [])).toEqual(new Map());
    });

    it('keeps two workspaces apart whose people and channels have the same ids', async () => {
      const a = (await connect(`${externalId}a`)).connection;
      const b = (await connect(`${externalId}b`)).connection;
      const [ada, otherAda] = await Promise.all(
        [a, b].map(({ workspaceId, id }) => connections.memberOf(workspaceId, id, 'U1')),
      );
      if (!ada || !otherAda) throw new Error('Nobody is there');
      expect(ada.id).not.toBe(otherAda.id);
      expect([ada.workspaceId, otherAda.workspaceId]).toEqual([a.workspaceId, b.workspaceId]);

      // With the right workspace and the other's connection, or the other way round, there is nothing.
      expect(await connections.get(a.workspaceId, b.id)).toBeNull();
      expect(await connections.memberOf(a.workspaceId, b.id, 'U1')).toBeNull();
      expect(await connections.secret(a.workspaceId, b.id)).toBeNull();
      expect(await connections.identitiesOf(a.workspaceId, b.id, [ada.id, otherAda.id])).toEqual(new Map());
      expect(await connections.identitiesOf(a.workspaceId, a.id, [ada.id, otherAda.id])).toEqual(
        new Map([[ada.id, 'U1']]),
      );

      // Nor can one change anything of the other.
      await connections.setStatus(a.workspaceId, b.id, 'disconnected');
      await connections.addFacts(a.workspaceId, b.id, { name: 'taken over' });
      expect(await connections.leaseSecret(a.workspaceId, b.id, 1_000, 2_000)).toBe(false);
      await expect(connections.saveSecret(a.workspaceId, b.id, { botToken: 'planted' })).rejects.toThrow();
      await expect(
        connections.meet(a.workspaceId, b.id, 'U9', newMember(a.workspaceId, 'Eve')),
      ).rejects.toThrow();
      await expect(
        connections.meet(a.workspaceId, a.id, 'U9', newMember(b.workspaceId, 'Eve')),
      ).rejects.toThrow(/row-level security/u);
      expect(await connections.find('slack', b.externalId)).toEqual(b);
      expect(await connections.secret(b.workspaceId, b.id)).toEqual({ botToken: `${TOKEN}-${b.externalId}` });
    });

    it.each(['connection', 'connection_secret', 'identity'])(
      'row-level security hides every row of %s from another workspace',
      async (table) => {
        const { workspaceId } = (await connect(externalId)).connection;
        const count = (id: WorkspaceId) =>
          withinWorkspaces(on.db, [id], async (tx) => {
            const { rows } = await sql<{
              n: number;
            }>`select count(*) as n from ${sql.table(`kept.${table}`)}`.execute(tx);
            return rows[0]?.n;
          });
        expect(await count(workspaceId)).toBe(1);
        expect(await count(WorkspaceId.parse(randomUUID()))).toBe(0);
      },
    );

    it('shows the claims of all workspaces no secret and nobody’s identity, and lets them change no connection', async () => {
      for (const forbidden of [
        sql`select * from kept.connection_secret`,
        sql`select * from kept.identity`,
        sql`update kept.connection set status = 'disconnected'`,
      ]) {
        const tried = acrossWorkspaces(on.db, (tx) => forbidden.execute(tx));
        await expect(tried).rejects.toThrow(/permission denied/u);
      }
    });

    it('has no token in any table as one can read it', async () => {
      await connect(externalId);
      const { rows: tables } = await sql<{ name: string }>`
        select format('%I.%I', schemaname, tablename) as name from pg_tables where schemaname = 'kept'`.execute(
        on.db,
      );
      expect(tables.length).toBeGreaterThan(15);
      for (const { name } of tables) {
        const { rows } = await sql<{ n: number }>`
          select count(*) as n from ${sql.raw(name)} t where to_jsonb(t)::text like '%xoxb%'`.execute(on.db);
        expect(rows[0]?.n, name).toBe(0);
      }
      const { rows } = await sql<{ sealed: string }>`select sealed from kept.connection_secret`.execute(
        on.db,
      );
      expect(rows.length).toBeGreaterThan(0);
      for (const { sealed } of rows) expect(sealed).toMatch(/^v1(?:\.[\w-]+){4}$/u);
    });

    it('opens no secret that was copied into the row of another', async () => {
      const a = (await connect(`${externalId}a`)).connection;
      const b = (await connect(`${externalId}b`)).connection;
      await sql`update kept.connection_secret set sealed = (
        select sealed from kept.connection_secret where workspace_id = ${a.workspaceId})
        where workspace_id = ${b.workspaceId}`.execute(on.db);
      await expect(connections.secret(b.workspaceId, b.id)).rejects.toThrow('belongs to another place');
      await connections.saveSecret(b.workspaceId, b.id, { botToken: 'xoxb-anew' });
    });

    it('seals anew what an older key sealed, and goes on reading; what no key opens is named', async () => {
      const { workspaceId, id } = (await connect(externalId)).connection;
      const secret = await connections.secret(workspaceId, id);
      const rotating = createSeal([newKey(), key]);
      const { rows } = await sql<{ n: number }>`select count(*) as n from kept.connection_secret`.execute(
        on.db,
      );
      expect(await createConnections(on.db, rotating).secret(workspaceId, id)).toEqual(secret);

      expect(await resealSecrets(on.db, rotating)).toEqual({ resealed: rows[0]?.n, unreadable: [] });
      expect(await resealSecrets(on.db, rotating)).toEqual({ resealed: 0, unreadable: [] });
      expect(await createConnections(on.db, rotating).secret(workspaceId, id)).toEqual(secret);
      await expect(connections.secret(workspaceId, id)).rejects.toThrow('isn’t among the keys given');
      const lost = await resealSecrets(on.db, createSeal([key]));
      expect(lost.resealed).toBe(0);
      expect(lost.unreadable).toContain(id);

      await resealSecrets(on.db, createSeal([key, newKey()]));
      await on.db.deleteFrom('kept.connection_secret').execute();
    });
  });
}
