import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { AudienceOf } from '../../adapters/teams/audience.ts';
import { createTeamsSurface } from '../../adapters/teams/surface.ts';
import { WorkspaceId } from '../../src/domain/ids.ts';

const workspaceId = WorkspaceId.parse('00000000-0000-4000-8000-000000000001');
const CHANNEL = '19:care@thread.tacv2';
const SLOW_MS = 4_200;
const drawn = { tone: 'calm' as const, heading: [], blocks: [], actions: [] };
const log = { debug() {}, info() {}, warn() {}, error() {} };
const none = () => Promise.resolve(null);

/** A surface of which one part is slow, and what it did in Teams. */
function surfaceWith({ tokenMs = 0, readersMs = 0 }) {
  const done: string[] = [];
  const connection = {
    id: 'teams/t',
    workspaceId,
    kind: 'teams' as const,
    externalId: 't',
    status: 'connected' as const,
    facts: { tenantId: 't', name: 'T', botId: '28:k', botName: 'Kept', installedBy: null },
  };
  const unused = () => Promise.reject(new Error('Nobody asks for this'));
  const surface = createTeamsSurface({
    deps: {
      log,
      clock: Date.now,
      threadOf: none,
      connections: {
        get: () => Promise.resolve(connection),
        identitiesOf: () => Promise.resolve(new Map()),
        find: unused,
        all: unused,
        connect: unused,
        setStatus: unused,
        addFacts: unused,
        secret: unused,
        saveSecret: unused,
        leaseSecret: unused,
        memberOf: unused,
        everybody: unused,
        meet: unused,
      },
    },
    bot: {
      ready: async () => {
        await sleep(tokenMs);
      },
      post: () => Promise.resolve(done.push('post').toString()),
      update: async () => {
        done.push('update');
      },
    },
    places: {
      at: (_, conversation) =>
        Promise.resolve({ serviceUrl: 'http://127.0.0.1/', tenantId: 't', conversation, kind: 'channel' }),
      personal: none,
      shut: () => Promise.resolve(),
    },
    audience: { of: () => sleep(readersMs, 'team'), forget: () => {} } satisfies AudienceOf,
    tenants: { isAllowed: () => true },
  });
  const where = { workspaceId, connection: 'teams/t', key: 'k', drawn };
  return {
    done,
    send: () =>
      surface.send({ ...where, target: { kind: 'channel', channel: CHANNEL }, doubtSince: Date.now() }),
    redraw: () => surface.redraw({ ...where, ref: `${CHANNEL}|1` }),
  };
}

describe.concurrent('what has taken too long to prepare', () => {
  it.each([
    ['for our own token', { tokenMs: SLOW_MS }],
    ['for who reads along', { readersMs: SLOW_MS }],
  ])('%s isn’t begun: another process may have it when it would be done', async (_, slow) => {
    const { done, send, redraw } = surfaceWith(slow);
    const results = await Promise.all([send(), redraw()]);
    expect(results.map((result) => (result.ok ? 'ok' : result.retry))).toEqual(['held', 'held']);
    expect(done).toEqual([]);
  });

  it('and all else is', async () => {
    const { done, send, redraw } = surfaceWith({});
    expect([(await send()).ok, (await redraw()).ok]).toEqual([true, true]);
    expect(done).toEqual(['post', 'update']);
  });
});
