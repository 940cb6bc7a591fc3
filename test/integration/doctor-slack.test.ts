import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SlackFacts, SlackSecret } from '../../adapters/slack/facts.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { checkSlackOf, checkTeamsOf } from '../../src/chat-check.ts';
import { NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import { examine, isWell, reportOf } from '../../src/operation/doctor.ts';
import { createConnections } from '../../src/store/connections.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createSeal } from '../../src/store/seal.ts';
import { silentLog } from '../support/engines.ts';
import { startFakeSlack } from '../support/fake-slack.ts';
import { fakeTeam } from '../support/fake-slack-world.ts';
import { eventually, runningKept } from '../support/running-kept.ts';

type Env = Record<string, string>;

const signingSecret = 'a-signing-secret';
const BY_SOCKET = { SLACK_BOT_TOKEN: 'xoxb-T1', SLACK_APP_TOKEN: 'xapp-T1' };
const BY_HTTP = { SLACK_BOT_TOKEN: 'xoxb-T1', SLACK_SIGNING_SECRET: signingSecret };
const BY_OAUTH = {
  SLACK_CLIENT_ID: '1.2',
  SLACK_CLIENT_SECRET: 'a-client-secret',
  SLACK_STATE_SECRET: 'a-long-enough-text',
  SLACK_APP_TOKEN: 'xapp-T1',
};
const KEY = randomBytes(32).toString('base64');

let slack: Awaited<ReturnType<typeof startFakeSlack>>;
let dir: string;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'kept-doctor-slack-'));
  slack = await startFakeSlack({
    signingSecret,
    teams: ['T1', 'T2', 'T3', 'T4', 'T5', 'T6'].map((id) => fakeTeam(id)),
  });
  slack.world.tokens.set('xapp-T1', { team: 'T1', org: false, expiresAt: null, revoked: false });
  stops.push(slack.stop);
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  rmSync(dir, { recursive: true, force: true });
});

/** What the doctor says of Slack in this environment. */
async function doctor(env: Env) {
  const whole = { KEPT_DATA_DIR: path.join(dir, 'data'), PORT: '0', SLACK_API_URL: slack.apiUrl, ...env };
  const asks = { askRedis: () => Promise.resolve([]), askSlack: checkSlackOf, askTeams: checkTeamsOf };
  const results = await examine({ env: whole, nodeVersion: '22.0.0', ...asks });
  return { report: reportOf(results, whole), well: isWell(results) };
}

/** An address on loopback where nobody listens. */
async function nowhere(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

describe('the doctor, of a bot token', () => {
  it('finds all well, and names the workspace', async () => {
    const { report, well } = await doctor(BY_SOCKET);
    expect(well).toBe(true);
    expect(report).toContain('SLACK_BOT_TOKEN answers: Team T1, where Kept is @kept.');
    expect(report).toContain('SLACK_BOT_TOKEN has every scope that Kept needs.');
    expect(report).toContain('Socket Mode: the app token opens a connection.');
    expect(report).toContain('The console is off, since Slack is on.');
    expect(report).not.toMatch(/xoxb-T1|xapp-T1/);
  });

  it('names each scope that is missing, and what it is for', async () => {
    const team = slack.team('T1');
    team.scopes = team.scopes.filter((scope) => scope !== 'dnd:read' && scope !== 'commands');
    const { report, well } = await doctor(BY_SOCKET);
    expect(well).toBe(false);
    expect(report).toContain('SLACK_BOT_TOKEN lacks the scope commands: the /care command');
    expect(report).toContain('SLACK_BOT_TOKEN lacks the scope dnd:read: ');
    expect(report).toContain('adapters/slack/manifest.yaml, and install the app again.');
  });

  it('says that Slack turns the tokens down, each on its own', async () => {
    const { report, well } = await doctor({ SLACK_BOT_TOKEN: 'xoxb-other', SLACK_APP_TOKEN: 'xapp-other' });
    expect(well).toBe(false);
    expect(report).toContain('Slack turns SLACK_BOT_TOKEN down (invalid_auth).');
    expect(report).toContain('Slack turns Socket Mode down (invalid_auth).');
    expect(report).toContain('→ Copy the token again');
    expect(report).not.toContain('xoxb-other');
  });

  it('says that Slack can’t be reached, and no more than that', async () => {
    const { report, well } = await doctor({ ...BY_SOCKET, SLACK_API_URL: `${await nowhere()}/api/` });
    expect(well).toBe(false);
    expect(report).toContain('Slack can’t be reached, so SLACK_BOT_TOKEN was not looked at');
    expect(report).not.toMatch(/ {2}at |node_modules/);
  });

  it('waits 5 seconds for an answer, and not longer', async () => {
    slack.fault({ method: 'auth.test', times: 1, what: 'hang' });
    const before = performance.now();
    const { report } = await doctor(BY_SOCKET);
    expect(performance.now() - before).toBeLessThan(9_000);
    expect(report).toContain('Slack can’t be reached, so SLACK_BOT_TOKEN was not looked at');
    expect(report).toContain('Socket Mode: the app token opens a connection.');
  });

  it('looks at nothing of Slack that can’t be used', async () => {
    const { report, well } = await doctor({ SLACK_BOT_TOKEN: 'xoxp-a-person' });
    expect(well).toBe(false);
    expect(report).toContain('SLACK_BOT_TOKEN must be the bot token of the Slack app');
    expect(report).toContain('SLACK_SIGNING_SECRET must be set for Slack');
    expect(report).toMatch(
      /^- +Slack +not checked, as SLACK_BOT_TOKEN and SLACK_SIGNING_SECRET can't be used$/m,
    );
    expect(slack.world.calls).toEqual([]);
  });
});

describe('the doctor, of the request URL', () => {
  /** Something on loopback that answers what is posted to /slack/events. */
  async function answering(
    answer: (request: IncomingMessage, body: string) => [number, string],
  ): Promise<string> {
    const server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        const [status, said] = answer(request, Buffer.concat(parts).toString('utf8'));
        response.writeHead(status, { location: 'https://elsewhere.example.com/' }).end(said);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    stops.push(() => new Promise((resolve) => server.close(resolve)));
    const address = server.address();
    return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  }

  function isSigned({ headers }: IncomingMessage, body: string): boolean {
    const signed = `v0:${String(headers['x-slack-request-timestamp'])}:${body}`;
    const hash = createHmac('sha256', signingSecret).update(signed).digest('hex');
    return headers['x-slack-signature'] === `v0=${hash}`;
  }

  it('does what Slack does, and what a stranger would do', async () => {
    const PUBLIC_URL = await answering((request, body) =>
      isSigned(request, body) ? [200, body] : [401, ''],
    );
    const { report, well } = await doctor({ ...BY_HTTP, PUBLIC_URL: `${PUBLIC_URL}/` });
    expect(well).toBe(true);
    expect(report).toContain(`${PUBLIC_URL}/slack/events answers Slack’s challenge, and nobody else’s.`);
    expect(report).toContain('Slack sends to https addresses only');
  });

  it('finds a Kept that is running well, and its workspace connected', async () => {
    const { SLACK_BOT_TOKEN, SLACK_SIGNING_SECRET } = BY_HTTP;
    const kept = await runningKept({ databaseUrl: null, redisUrl: null }, undefined, {
      dataDir: path.join(dir, 'data'),
      slack: {
        apiUrl: slack.apiUrl,
        receive: { by: 'http', signingSecret: SLACK_SIGNING_SECRET },
        install: { by: 'token', botToken: SLACK_BOT_TOKEN },
      },
    });
    stops.push(kept.stop);
    const PUBLIC_URL = `http://127.0.0.1:${kept.port}`;
    const { report } = await eventually(async () => {
      const found = await doctor({ ...BY_HTTP, PUBLIC_URL });
      return found.report.includes('Team T1 is connected.') ? found : null;
    }, 30_000);
    expect(report).toContain(`${PUBLIC_URL}/slack/events answers Slack’s challenge, and nobody else’s.`);
    expect(report).toContain('0 wrong');
    const other = await doctor({ ...BY_HTTP, PUBLIC_URL, SLACK_SIGNING_SECRET: 'another' });
    expect(other.report).toContain('turns down what is signed with this SLACK_SIGNING_SECRET.');
  });

  it.each([
    ['the secret is another', 401, '', 'turns down what is signed with this SLACK_SIGNING_SECRET.'],
    ['something else answers', 404, 'no such page', 'answers 404, and not with Slack’s challenge.'],
    ['a page answers', 200, '<html>', 'answers 200, and not with Slack’s challenge.'],
    ['it leads elsewhere', 301, '', 'leads elsewhere (301), and Slack doesn’t follow.'],
  ])('sees that %s', async (_, status, said, expected) => {
    const PUBLIC_URL = await answering(() => [status, said]);
    const { report, well } = await doctor({ ...BY_HTTP, PUBLIC_URL });
    expect(well).toBe(false);
    expect(report).toContain(`${PUBLIC_URL}/slack/events ${expected}`);
  });

  it('sees that strangers are answered too', async () => {
    const PUBLIC_URL = await answering((_, body) => [200, body]);
    const { report, well } = await doctor({ ...BY_HTTP, PUBLIC_URL });
    expect(well).toBe(false);
    expect(report).toContain('/slack/events answers what nobody signed.');
  });

  it('warns when it isn’t set, or nothing answers there: Kept may not be running yet', async () => {
    const unset = await doctor(BY_HTTP);
    expect(unset.well).toBe(true);
    expect(unset.report).toContain('PUBLIC_URL isn’t set, so the request URL can’t be tried.');
    const PUBLIC_URL = await nowhere();
    const silent = await doctor({ ...BY_HTTP, PUBLIC_URL });
    expect(silent.well).toBe(true);
    expect(silent.report).toContain(`Nothing answers at ${PUBLIC_URL}/slack/events.`);
  });

  it('warns when the proxy finds no Kept', async () => {
    const PUBLIC_URL = await answering(() => [502, '']);
    const { report, well } = await doctor({ ...BY_HTTP, PUBLIC_URL });
    expect(well).toBe(true);
    expect(report).toContain('/slack/events answers 502: the proxy finds no Kept.');
  });
});

describe('the doctor, of OAuth', () => {
  it('tries the client with a code that is none, and the address of the installation', async () => {
    const PUBLIC_URL = await nowhere();
    const { report } = await doctor({ ...BY_OAUTH, PUBLIC_URL });
    expect(report).toContain('OAuth: Slack knows SLACK_CLIENT_ID and SLACK_CLIENT_SECRET.');
    expect(report).toContain(`Nothing answers at ${PUBLIC_URL}/slack/install.`);
  });

  it('sees a wrong client, and that there is no address to come back to', async () => {
    slack.fault({ method: 'oauth.v2.access', times: 1, what: 'error', error: 'bad_client_secret' });
    const { report, well } = await doctor(BY_OAUTH);
    expect(well).toBe(false);
    expect(report).toContain('Slack turns the client of SLACK_CLIENT_ID down (bad_client_secret).');
    expect(report).toContain('PUBLIC_URL isn’t set, and Slack leads people back to it');
    expect(report).not.toContain('a-client-secret');
  });

  it('asks for no workspace what can’t be reached', async () => {
    expect((await doctor(BY_OAUTH)).report).toContain('Nothing is kept of it yet');
    const { report } = await doctor({ ...BY_OAUTH, SLACK_API_URL: `${await nowhere()}/api/` });
    expect(report.match(/Slack can’t be reached/g)).toHaveLength(2);
    expect(report).not.toContain('Nothing is kept of it yet');
  });
});

describe('the doctor, of connected workspaces', () => {
  it('says of each how it stands', async () => {
    const old = randomBytes(32).toString('base64');
    await connected([
      { team: 'T1', home: 'C1' },
      { team: 'T2', status: 'disconnected' },
      { team: 'T3', key: randomBytes(32).toString('base64') },
      { team: 'T4', token: 'xoxb-gone' },
      { team: 'T5', key: old },
      { team: 'T6', expiresAt: Date.now() - 1 },
    ]);
    const { report, well } = await doctor({ ...BY_OAUTH, KEPT_ENCRYPTION_KEY: `${KEY},${old}` });
    expect(well).toBe(false);
    expect(report).toContain('Team T1: its token answers: Team T1, where Kept is @kept.');
    expect(report).toContain('Team T1: its home channel #care has Kept in it.');
    expect(report).toContain('Team T2 is disconnected: the app was removed, or its token revoked.');
    expect(report).toContain('Team T3: no key of KEPT_ENCRYPTION_KEY opens its token.');
    expect(report).toContain('Slack turns Team T4: its token down (invalid_auth).');
    expect(report).toContain('Team T5: its token answers');
    expect(report).toContain('Team T6: its token has run out; Kept renews it when it runs.');
    expect(report).not.toContain('xoxb-');
  });

  it('sees what is wrong with a home channel', async () => {
    const homes = { T1: 'CO', T2: 'CA', T3: 'CS', T4: 'CI', T5: 'CQ' };
    await connected(Object.entries(homes).map(([team, home]) => ({ team, home })));
    const { report, well } = await doctor({ ...BY_OAUTH, KEPT_ENCRYPTION_KEY: KEY });
    expect(well).toBe(false);
    expect(report).toContain('Team T1: its home channel #without-bot doesn’t have Kept in it.');
    expect(report).toContain('Team T2: its home channel #archived is archived.');
    expect(report).toContain('Team T3: its home channel #acme-shared is shared with another company.');
    expect(report).toContain('Team T4: its home channel #acme-invited is shared with another company.');
    expect(report).toContain('Slack turns Team T5: its home channel down (channel_not_found).');
  });

  it('looks at the one of a bot token, also while Kept is running', async () => {
    stops.push(await connected([{ team: 'T1' }], { goOn: true }));
    const { report, well } = await doctor(BY_SOCKET);
    expect(well).toBe(true);
    expect(report).toContain(`Kept is running on ${path.join(dir, 'data')}`);
    expect(report).toContain('Team T1 is connected.');
    expect(report).toContain('Team T1 has no home channel for the team’s own talk yet.');
  });
});

type Given = {
  team: string;
  key?: string;
  token?: string;
  expiresAt?: number;
  status?: 'disconnected';
  home?: string;
};

/** Connects teams in the data directory, as Kept does; with `goOn` its database stays open until the answer is called. */
async function connected(teams: readonly Given[], { goOn = false } = {}): Promise<() => Promise<void>> {
  const embedded = await startEmbedded({ dataDir: path.join(dir, 'data'), log: silentLog() });
  const db = openDatabase(embedded.poolConfig, () => undefined);
  await migrate(db);
  for (const { team, key = KEY, token = `xoxb-${team}`, expiresAt = null, status, home } of teams) {
    const connections = createConnections(db, createSeal([key]));
    const id = WorkspaceId.parse(randomUUID());
    const zone = Zone.parse('Europe/Berlin');
    const made = newWorkspace({ id, name: NonBlank.parse(team), zone, country: 'DE', currency: 'EUR' }, []);
    const homeChannels = home === undefined ? {} : { [`slack/${team}`]: home };
    await connections.connect({
      kind: 'slack',
      externalId: team,
      facts: () => factsOf(team),
      secret: { token, refreshToken: null, expiresAt } satisfies SlackSecret,
      workspace: { ...made, workspace: { ...made.workspace, homeChannels } },
      identities: [],
    });
    if (status !== undefined) await connections.setStatus(id, `slack/${team}`, status);
  }
  await db.destroy();
  if (!goOn) await embedded.stop();
  return embedded.stop;
}

function factsOf(teamId: string): SlackFacts {
  return {
    teamId,
    enterpriseId: null,
    name: `Team ${teamId}`,
    url: `https://${teamId.toLowerCase()}.slack.com/`,
    appId: 'A1',
    botUserId: 'UBOT',
    botId: 'B1',
    scopes: [],
    installedBy: 'U1',
  };
}
