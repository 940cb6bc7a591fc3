import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { sql } from 'kysely';
import { Client, type PoolConfig } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Heard } from '../../src/app/inbox.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';
import { acrossWorkspaces, withinWorkspaces } from '../../src/store/database.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

const NOW = 1_000_000;
const LEASE = 30_000;
const WEEK = 7 * 24 * 3_600_000;

for (const engine of (await enginesToTest()).filter((name) => name !== 'redis')) {
  describe(`the inbox on ${engine}`, () => {
    let on: Awaited<ReturnType<typeof useCases>>;
    let inbox: ReturnType<typeof createInbox>;

    beforeAll(async () => {
      on = await useCases(engine);
      inbox = await opened();
    });
    afterAll(async () => {
      await inbox.close();
      await on.stop();
    });

    async function opened(config: PoolConfig = on.poolConfig) {
      const made = createInbox(on.db, config, () => {});
      await made.open();
      return made;
    }

    function heard(more: Partial<Heard> = {}): Heard {
      const id = randomUUID();
      return {
        id,
        workspaceId: on.workspaceId,
        connection: 'slack/T1',
        key: id,
        body: { text: 'hi' },
        ...more,
      };
    }

    const count = async (where = sql`true`) => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from kept.inbox where ${where}`.execute(
        on.db,
      );
      return rows[0]?.n;
    };

    it('accepts each key once, of 200 at once and with duplicates, in few statements', async () => {
      const before = await count();
      const all = Array.from({ length: 200 }, (_, i) => heard({ key: `burst/${i % 120}` }));

      const answers = await Promise.all(all.map((one) => inbox.accept(one, NOW, LEASE)));

      expect(answers.slice(0, 120)).toEqual(all.slice(0, 120).map(() => 'new'));
      expect(answers.slice(120)).toEqual(all.slice(120).map(() => 'repeat'));
      expect(await count()).toBe((before ?? 0) + 120);
      expect(await inbox.get(on.workspaceId, all[0]?.id ?? '')).toEqual({ ...all[0], at: NOW, attempts: 1 });
      expect(await inbox.get(on.workspaceId, all[150]?.id ?? '')).toBeNull();
    });

    it('accepts each key once by two processes, whose orders differ, and by one that starts later', async () => {
      const other = await opened();
      const keys = Array.from({ length: 100 }, (_, i) => `both/${i}`);
      const via = (which: typeof inbox, order: string[]) =>
        order.map(async (key) => ({ key, answer: await which.accept(heard({ key }), NOW, LEASE) }));

      const answers = await Promise.all([...via(inbox, keys), ...via(other, keys.toReversed())]);
      await other.close();

      const news = answers.filter(({ answer }) => answer === 'new').map(({ key }) => key);
      expect(news.toSorted()).toEqual(keys.toSorted());
      const later = await opened();
      const [again] = await Promise.all(via(later, ['both/1']));
      expect(again?.answer).toBe('repeat');
      await later.close();
    });

    it('keeps a text whole, but for what Postgres can’t hold', async () => {
      const body = { text: 'Grüße \\u0000 "東京" 👋🏽\u2028 \\ud800', 'odd\\': ['\\', '"', null, 1.5] };
      const good = heard({ body });
      const odd = heard({ body: { text: 'a\0b \uD83D c', 'k\0': '\\\0' } });
      expect(await Promise.all([good, odd].map((one) => inbox.accept(one, NOW, LEASE)))).toEqual([
        'new',
        'new',
      ]);
      expect((await inbox.get(on.workspaceId, good.id))?.body).toEqual(body);
      expect((await inbox.get(on.workspaceId, odd.id))?.body).toEqual({ text: 'ab \uFFFD c', k: '\\' });
    });

    it('lets one that can’t be written take no other with it', async () => {
      const bad = heard({ id: 'not a uuid' });
      const good = [heard(), heard()];
      const [first, wrong, last] = await Promise.allSettled(
        [good[0], bad, good[1]].map((one) => inbox.accept(one ?? bad, NOW, LEASE)),
      );
      expect([first, last]).toEqual([
        { status: 'fulfilled', value: 'new' },
        { status: 'fulfilled', value: 'new' },
      ]);
      expect(wrong?.status).toBe('rejected');
    });

    it('gives what a process left undone to another, once, when its lease is over', async () => {
      const at = NOW + 10 * WEEK;
      await sql`update kept.inbox set done_at = ${at}`.execute(on.db);
      const left = [heard(), heard(), heard()];
      for (const [i, one] of left.entries()) await inbox.accept(one, at + i, LEASE);
      const done = heard();
      await inbox.accept(done, at, LEASE);
      await inbox.done(done, at, null);

      expect(await inbox.claimLate('slack', at + LEASE - 1, 10, LEASE)).toEqual([]);
      const later = at + LEASE + 10;
      const claims = await Promise.all([
        inbox.claimLate('slack', later, 2, LEASE),
        inbox.claimLate('slack', later, 2, LEASE),
      ]);

      const rows = left.map((one, i) => ({ ...one, at: at + i, attempts: 2 }));
      expect(claims.flat().toSorted((a, b) => a.at - b.at)).toEqual(rows);
      expect(await inbox.claimLate('slack', later, 10, LEASE)).toEqual([]);

      await inbox.again(left[0] ?? done, later + 500, 'away');
      await inbox.done(left[1] ?? done, later, 'nobody understands it');
      expect(await inbox.claimLate('slack', later + 499, 10, LEASE)).toEqual([]);
      expect(await inbox.claimLate('slack', later + 500, 10, LEASE)).toMatchObject([
        { id: left[0]?.id, attempts: 3 },
      ]);
      const { rows: told } = await sql<{ error: string }>`
        select error from kept.inbox where id = ${left[1]?.id}`.execute(on.db);
      expect(told).toEqual([{ error: 'nobody understands it' }]);
      expect(await inbox.claimLate('slack', later + 2 * LEASE, 10, LEASE)).toMatchObject([
        { id: left[0]?.id, attempts: 4 },
        { id: left[2]?.id, attempts: 3 },
      ]);
    });

    it('is done once and for all, whatever a slower one says after it', async () => {
      const one = heard();
      await inbox.accept(one, NOW, LEASE);
      await inbox.done(one, NOW, null);
      await inbox.again(one, NOW, 'too late');
      await inbox.done(one, NOW + 5, 'too late');
      const { rows } = await sql`select done_at from kept.inbox where id = ${one.id}`.execute(on.db);
      expect(rows).toEqual([{ done_at: NOW }]);
    });

    it('forgets a week after it is done, and nothing that is owed', async () => {
      await sql`delete from kept.inbox`.execute(on.db);
      const [old, recent, owed] = [heard(), heard(), heard()];
      for (const one of [old, recent, owed]) await inbox.accept(one, NOW, LEASE);
      await inbox.done(old, NOW, null);
      await inbox.done(recent, NOW + 1_000, null);
      await inbox.claimLate('slack', NOW + WEEK + 500, 10, LEASE);
      const left = await Promise.all([old, recent, owed].map(({ id }) => inbox.get(on.workspaceId, id)));
      expect(left.map((row) => row !== null)).toEqual([false, true, true]);
    });

    it('gives back at once what the only process held when it died', async () => {
      await sql`delete from kept.inbox`.execute(on.db);
      const one = heard();
      await inbox.accept(one, NOW, LEASE);
      await on.deps.store.releaseLeases();
      expect(await inbox.claimLate('slack', NOW, 10, LEASE)).toMatchObject([{ id: one.id }]);
    });

    it('keeps workspaces apart that hear the same key in the same channel', async () => {
      const stranger = WorkspaceId.parse(randomUUID());
      const ours = heard({ key: 'Ev1', body: { channel: 'C1', user: 'U1', text: 'ours' } });
      const theirs = heard({
        key: 'Ev1',
        workspaceId: stranger,
        body: { channel: 'C1', user: 'U1', text: 'theirs' },
      });

      // In one statement, too.
      expect(await Promise.all([ours, theirs].map((one) => inbox.accept(one, NOW, LEASE)))).toEqual([
        'new',
        'new',
      ]);

      expect(await inbox.get(on.workspaceId, theirs.id)).toBeNull();
      expect(await inbox.get(stranger, ours.id)).toBeNull();
      expect((await inbox.get(stranger, theirs.id))?.body).toEqual(theirs.body);
      await inbox.done({ workspaceId: stranger, id: ours.id }, NOW, 'not theirs');
      expect(await count(sql`id = ${ours.id} and done_at is null`)).toBe(1);
      const seen = (workspaceId: WorkspaceId) =>
        withinWorkspaces(on.db, [workspaceId], (tx) =>
          tx.selectFrom('kept.inbox').select('workspace_id').execute(),
        );
      expect(new Set((await seen(stranger)).map((row) => row.workspace_id))).toEqual(new Set([stranger]));
      expect(await seen(WorkspaceId.parse(randomUUID()))).toEqual([]);
    });

    it('leaves nothing of its role and its workspaces to the next statement of its connection', async () => {
      const client = new Client(on.poolConfig);
      await client.connect();
      const who = async () => {
        const { rows } = await client.query(
          "select current_user as user, coalesce(current_setting('kept.workspaces', true), '') as bound",
        );
        return rows;
      };
      const before = await who();
      const row = {
        nr: 0,
        workspace_id: on.workspaceId,
        id: randomUUID(),
        connection: 'c',
        key: randomUUID(),
      };
      const rows = JSON.stringify([{ ...row, body: {}, at: 1, lease_until: 1 }]);
      expect((await client.query('select kept.accept_heard($1)', [rows])).rowCount).toBe(1);
      expect(await who()).toEqual(before);
      await client.query('select kept.settle_heard($1)', [JSON.stringify([{ ...row, done_at: 5 }])]);
      expect(await who()).toEqual(before);
      await expect(
        client.query('select kept.accept_heard($1)', ['[{"workspace_id":"x"}]']),
      ).rejects.toThrow();
      expect(await who()).toEqual(before);
      expect(await count(sql`id = ${row.id} and done_at = 5`)).toBe(1);
      await client.end();
    });

    it('writes as the application’s role, bound to the workspaces of what it writes', async () => {
      await sql`create table public.writer (role text, bound text)`.execute(on.db);
      await sql`grant insert on public.writer to kept_app`.execute(on.db);
      await sql`create function public.note_writer() returns trigger language plpgsql as $$ begin
        insert into public.writer values (current_user, current_setting('kept.workspaces')); return new; end $$`.execute(
        on.db,
      );
      await sql`create trigger note_writer before insert or update on kept.inbox
        for each row execute function public.note_writer()`.execute(on.db);
      const one = heard();
      await inbox.accept(one, NOW, LEASE);
      await inbox.done(one, NOW, null);
      await sql`drop trigger note_writer on kept.inbox`.execute(on.db);
      const { rows } = await sql`select * from public.writer`.execute(on.db);
      const asApp = { role: 'kept_app', bound: on.workspaceId };
      expect(rows).toEqual([asApp, asApp]);
    });

    it('lets claims of all workspaces add nothing to it', async () => {
      const tried = acrossWorkspaces(on.db, (tx) =>
        sql`insert into kept.inbox (workspace_id, id, connection, key, body, at, lease_until)
          values (${on.workspaceId}, gen_random_uuid(), 'c', 'k', '{}', 1, 1)`.execute(tx),
      );
      await expect(tried).rejects.toThrow(/permission denied/u);
    });
  });
}

describe.runIf((await enginesToTest()).includes('postgres'))('the inbox of a slow database', () => {
  it('accepts 50 a second within a second each when every query takes 500 ms, and loses none', async () => {
    const on = await useCases('postgres');
    const slow = await slowed(new URL(on.poolConfig.connectionString ?? ''), 500);
    const inbox = createInbox(on.db, { connectionString: slow.url }, () => {});
    await inbox.open();
    const took: number[] = [];
    const accepted: Promise<string>[] = [];
    const start = performance.now();
    for (let i = 0; i < 150; i += 1) {
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, start + i * 20 - performance.now())));
      const one = {
        id: randomUUID(),
        workspaceId: on.workspaceId,
        connection: 'slack/T1',
        key: `${i}`,
        body: {},
      };
      const began = performance.now();
      accepted.push(
        inbox.accept(one, NOW, LEASE).finally(() => {
          took.push(performance.now() - began);
        }),
      );
    }
    expect(new Set(await Promise.all(accepted))).toEqual(new Set(['new']));
    const { rows } = await sql<{ n: number }>`select count(*) as n from kept.inbox`.execute(on.db);
    expect(rows[0]?.n).toBe(150);
    expect(Math.max(...took)).toBeLessThan(1_500);
    expect(slow.roundTrips(), 'batches, and one round trip each').toBeLessThan(20);
    await inbox.close();
    await slow.stop();
    await on.stop();
  });
});

/** A way to that Postgres on which every answer comes `ms` late. */
async function slowed(to: URL, ms: number) {
  const sockets = new Set<Socket>();
  let roundTrips = 0;
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        near.destroy();
        far.destroy();
      });
    }
    near.on('data', (data) => {
      roundTrips += 1;
      far.write(data);
    });
    far.on('data', (data) => setTimeout(() => near.write(data), ms));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  const url = new URL(to);
  url.port = String(address.port);
  return {
    url: url.href,
    roundTrips: () => roundTrips,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
