import { expect, it } from 'vitest';
import { createPresenceWatch } from '../../adapters/teams/presence.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';

const log = { debug() {}, info() {}, warn() {}, error() {} };

it('a look that is stopped goes on to no further tenant', async () => {
  // given three tenants, and a Graph that takes its time
  const tenants = ['t1', 't2', 't3'].map((tenantId) => ({
    id: `teams/${tenantId}`,
    workspaceId: WorkspaceId.parse('00000000-0000-4000-8000-000000000001'),
    kind: 'teams' as const,
    externalId: tenantId,
    status: 'connected' as const,
    facts: { tenantId, name: 'T', botId: '28:k', botName: 'Kept', installedBy: null },
  }));
  const asked: string[] = [];
  let answer = () => {};
  const answered = new Promise<null>((resolve) => {
    answer = () => resolve(null);
  });
  const watch = createPresenceWatch({
    deps: {
      log,
      clock: Date.now,
      changeMember: () => Promise.resolve(),
      connections: { all: () => Promise.resolve(tenants), everybody: () => Promise.resolve(new Map()) },
    },
    graph: {
      presences: (tenantId) => {
        asked.push(tenantId);
        return answered;
      },
    },
  });
  watch.start();
  await new Promise((resolve) => setTimeout(resolve, 10));
  // when Kept stops in the middle of it
  const stopped = watch.stop();
  answer();
  await stopped;
  // then
  expect(asked).toEqual(['t1']);
});
