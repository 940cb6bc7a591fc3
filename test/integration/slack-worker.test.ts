import { expect, it } from 'vitest';
import { insertConnection } from '../../src/store/connections.ts';
import { withinWorkspaces } from '../../src/store/database.ts';
import { enginesToTest } from '../support/engines.ts';
import { startFakeSlack } from '../support/fake-slack.ts';
import { eventually, runningKept } from '../support/running-kept.ts';
import { useCases } from '../support/use-cases.ts';

const engines = await enginesToTest();

it.runIf(engines.includes('postgres'))(
  'a worker of its own sends with the token of the environment, and leaves the hearing to others',
  async () => {
    // given a case in a Slack channel, opened by way of another process
    const on = await useCases('postgres');
    const fake = await startFakeSlack({ signingSecret: 'fake' });
    const id = 'slack/T1';
    const facts = {
      teamId: 'T1',
      enterpriseId: null,
      name: 'Team T1',
      url: 'https://team-t1.slack.com/',
      appId: 'A1',
      botUserId: 'UBOT',
      botId: 'B1',
      scopes: [],
      installedBy: null,
    };
    await withinWorkspaces(on.db, [on.workspaceId], (tx) =>
      insertConnection(tx, {
        id,
        workspaceId: on.workspaceId,
        kind: 'slack',
        externalId: 'T1',
        status: 'connected',
        facts,
      }),
    );
    await on.open('sent by a worker', { connection: id, channel: 'C1' });
    // when a worker runs with that team's token
    const { connectionString } = on.poolConfig;
    const kept = await runningKept({ databaseUrl: connectionString ?? null, redisUrl: null }, on.clock.now, {
      role: 'worker',
      slack: {
        apiUrl: fake.apiUrl,
        receive: { by: 'socket', appToken: 'xapp-1' },
        install: { by: 'token', botToken: 'xoxb-T1' },
      },
    });
    // then
    try {
      await eventually(async () => fake.messages('T1', 'C1').length === 3);
      expect(fake.calls('apps.connections.open')).toEqual([]);
    } finally {
      await kept.stop();
      await fake.stop();
      await on.stop();
    }
  },
);
