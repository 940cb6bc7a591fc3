import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { act } from '../../src/app/act.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';
import { acrossWorkspaces, withinWorkspaces } from '../../src/store/database.ts';
import { enginesToTest } from '../support/engines.ts';
import { useCases } from '../support/use-cases.ts';

const OF_A_WORKSPACE = [
  'member',
  'customer',
  'care_case',
  'alarm',
  'timeline_event',
  'outbox',
  'received',
  'workspace',
] as const;

for (const engine of (await enginesToTest()).filter((name) => name !== 'redis')) {
  describe(`tenants on ${engine}`, () => {
    let on: Awaited<ReturnType<typeof useCases>>;
    const stranger = WorkspaceId.parse(randomUUID());

    beforeAll(async () => {
      on = await useCases(engine);
      await on.open('ours');
    });
    afterAll(() => on.stop());

    it.each(OF_A_WORKSPACE)(
      'row-level security hides every row of %s from another workspace',
      async (table) => {
        const count = (workspaceId: WorkspaceId) =>
          withinWorkspaces(on.db, [workspaceId], async (tx) => {
            const { rows } = await sql<{
              n: number;
            }>`select count(*) as n from ${sql.table(`kept.${table}`)}`.execute(tx);
            return rows[0]?.n;
          });
        expect(await count(on.workspaceId)).toBeGreaterThan(0);
        expect(await count(stranger)).toBe(0);
      },
    );

    it('lets nobody write a row into another workspace', async () => {
      const write = withinWorkspaces(on.db, [stranger], (tx) =>
        tx.insertInto('kept.received').values({ workspace_id: on.workspaceId, key: 'x', at: 1 }).execute(),
      );
      await expect(write).rejects.toThrow(/row-level security/u);
    });

    it('bounds every table in a way that no index is asked for, so that statements find rows by what they say', async () => {
      const { rows } = await sql<{ name: string; bound: string }>`
        select tablename as name, qual as bound from pg_policies
        where schemaname = 'kept' and policyname = 'tenant'`.execute(on.db);
      expect(rows.length).toBeGreaterThan(10);
      expect(rows.filter(({ bound }) => !/\) IS TRUE\)?$/u.test(bound))).toEqual([]);
    });

    it('never lets the timeline be changed or shortened', async () => {
      for (const change of [
        sql`update kept.timeline_event set at = 0`,
        sql`delete from kept.timeline_event`,
      ]) {
        const tried = withinWorkspaces(on.db, [on.workspaceId], (tx) => change.execute(tx));
        await expect(tried).rejects.toThrow(/permission denied/u);
      }
    });

    it('lets the claims of all workspaces see alarms and owed messages, and nothing else', async () => {
      const alarms = await acrossWorkspaces(on.db, (tx) => tx.selectFrom('kept.alarm').selectAll().execute());
      expect(alarms).toHaveLength(1);
      const read = acrossWorkspaces(on.db, (tx) => tx.selectFrom('kept.care_case').selectAll().execute());
      await expect(read).rejects.toThrow(/permission denied/u);
    });

    it('tells a member of another workspace that there is nothing, and changes nothing', async () => {
      const caseId = await on.open('not yours');
      const other = { workspaceId: stranger, memberId: on.memberOf('Ada').id };
      expect(await act(on.deps, other, caseId, { do: 'sign' })).toEqual({
        ok: false,
        rejection: { why: 'not found' },
      });
    });
  });
}
