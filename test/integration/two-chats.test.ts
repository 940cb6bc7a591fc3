import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { createConnections, insertConnection } from '../../src/store/connections.ts';
import { withinWorkspaces } from '../../src/store/database.ts';
import { insertIdentity } from '../../src/store/identities.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { enginesToTest } from '../support/engines.ts';
import { startFakeTeams } from '../support/fake-teams.ts';
import { PEOPLE, TENANT_1 } from '../support/fake-teams-world.ts';
import { eventually, runningKept } from '../support/running-kept.ts';
import { useCases } from '../support/use-cases.ts';

const engines = await enginesToTest();

const slackFacts = {
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
const teamsFacts = { tenantId: TENANT_1, name: 'Support', botId: 'kept', botName: 'Kept', installedBy: null };
const mention = { type: 'app_mention', user: 'U1', text: '<@UBOT> list', channel: 'C1', ts: '1.1' };

/** Accepts whatever comes, and answers nothing. */
async function silentSlack() {
  const calls: string[] = [];
  const server = createServer((request) => calls.push(request.url ?? ''));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port');
  return {
    apiUrl: `http://127.0.0.1:${address.port}/api/`,
    calls,
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

it.runIf(engines.includes('postgres'))(
  'what was accepted from Teams waits for no Slack that doesn’t answer',
  async () => {
    // given a workspace in both, with a word from each that a process accepted and left
    const on = await useCases('postgres');
    const teams = await startFakeTeams();
    const slack = await silentSlack();
    const encryptionKeys = [randomBytes(32).toString('base64')];
    const connections = createConnections(on.db, createSeal(encryptionKeys));
    const { workspaceId } = on;
    await withinWorkspaces(on.db, [workspaceId], async (tx) => {
      const status = 'connected' as const;
      const row = { workspaceId, status };
      await insertConnection(tx, {
        ...row,
        id: 'slack/T1',
        kind: 'slack',
        externalId: 'T1',
        facts: slackFacts,
      });
      const id = `teams/${TENANT_1}`;
      await insertConnection(tx, { ...row, id, kind: 'teams', externalId: TENANT_1, facts: teamsFacts });
      await insertIdentity(tx, workspaceId, id, {
        externalId: PEOPLE.Ada,
        memberId: on.memberOf('Ada').id,
      });
    });
    await connections.saveSecret(workspaceId, 'slack/T1', {
      token: 'xoxb-T1',
      refreshToken: null,
      expiresAt: null,
    });
    const inbox = createInbox(on.db, on.poolConfig, () => {});
    const ada = { tenant: TENANT_1, person: PEOPLE.Ada, conversation: null };
    const left = [
      {
        connection: 'slack/T1',
        body: { type: 'event_callback', event_id: 'Ev1', team_id: 'T1', event: mention },
      },
      {
        connection: `teams/${TENANT_1}`,
        body: { ...teams.envelope(ada, '1', null), type: 'message', text: 'list' },
      },
    ];
    for (const { connection, body } of left) {
      const heard = { id: on.deps.newId(), workspaceId, connection, key: connection, body };
      await inbox.accept(heard, on.clock.now() - 60_000, 1_000);
    }
    await inbox.close();
    // when a process looks for what was left
    const { connectionString } = on.poolConfig;
    const kept = await runningKept({ databaseUrl: connectionString ?? null, redisUrl: null }, on.clock.now, {
      encryptionKeys,
      slack: {
        apiUrl: slack.apiUrl,
        receive: { by: 'http', signingSecret: 'secret' },
        install: { by: 'oauth', clientId: '1', clientSecret: '2', stateSecret: 'a-state-secret-of-16' },
      },
      teams: { identity: { by: 'nobody' }, tenants: null, workspace: null },
    });
    // then Teams' is carried out while Slack's is still being waited for
    try {
      await eventually(async () => slack.calls.length > 0);
      await eventually(async () => teams.chat(TENANT_1, PEOPLE.Ada).length === 1, 2_000);
    } finally {
      await kept.stop();
      await teams.stop();
      await slack.stop();
      await on.stop();
    }
    expect(slack.calls).not.toEqual([]);
  },
  30_000,
);
