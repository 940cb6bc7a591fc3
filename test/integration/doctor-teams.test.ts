import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { UnsecuredJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ConversationFacts, TeamsFacts } from '../../adapters/teams/facts.ts';
import type { Authority } from '../../adapters/teams/teams-config.ts';
import { newWorkspace } from '../../src/app/set-up.ts';
import { checkTeamsOf } from '../../src/chat-check.ts';
import { NonBlank, WorkspaceId } from '../../src/domain/ids.ts';
import { examine, isWell, reportOf } from '../../src/operation/doctor.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections } from '../../src/store/connections.ts';
import { openDatabase } from '../../src/store/database.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createSeal } from '../../src/store/seal.ts';
import { silentLog } from '../support/engines.ts';

type Env = Record<string, string>;

const APP = '00000000-0000-0000-0000-00000000000a';
const TENANT = '00000000-0000-0000-0000-00000000000b';
const OTHER = '00000000-0000-0000-0000-00000000000c';
const BY_SECRET = {
  MICROSOFT_APP_ID: APP,
  MICROSOFT_APP_PASSWORD: 'a-client-secret',
  MICROSOFT_APP_TENANT_ID: TENANT,
};
const MANAGED = {
  MICROSOFT_APP_ID: APP,
  MICROSOFT_APP_TENANT_ID: TENANT,
  MICROSOFT_APP_TYPE: 'UserAssignedMSI',
};

let dir: string;
let microsoft: Awaited<ReturnType<typeof startMicrosoft>>;
const stops: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  dir = mkdtempSync(path.join(tmpdir(), 'kept-doctor-teams-'));
  microsoft = await startMicrosoft();
});
afterEach(async () => {
  for (const stop of stops.splice(0).toReversed()) await stop();
  rmSync(dir, { recursive: true, force: true });
});

type Answer = [status: number, said: string, contentType?: string];

/** Something on loopback that answers. Gives its address. */
async function answering(answer: (request: IncomingMessage, body: string) => Answer): Promise<string> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const [status, said, type = 'application/json'] = answer(
        request,
        Buffer.concat(parts).toString('utf8'),
      );
      response
        .writeHead(status, { 'content-type': type, location: 'https://elsewhere.example.com/' })
        .end(said);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  stops.push(
    () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  );
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}

/** Microsoft's sign-in and keys. `refuse` turns the app down with a code, `granted` is what Graph's tokens say. */
async function startMicrosoft() {
  const said = { refuse: null as string | null, granted: [] as string[], keys: true, asked: [] as string[] };
  const url = await answering((request, body) => {
    const form = new URLSearchParams(body);
    said.asked.push(`${request.method} ${request.url} ${form.get('scope') ?? ''}`.trim());
    if (request.url === '/keys') {
      return said.keys
        ? [200, JSON.stringify({ jwks_uri: 'https://login.example.com/keys' })]
        : [404, '<html>'];
    }
    if (said.refuse !== null) {
      return [401, JSON.stringify({ error: said.refuse, error_description: 'a-client-secret is wrong' })];
    }
    const isOurs = form.get('client_id') === APP && form.get('client_secret') === 'a-client-secret';
    const token = new UnsecuredJWT({ roles: said.granted }).encode();
    return isOurs
      ? [200, JSON.stringify({ access_token: token, expires_in: 3600 })]
      : [401, JSON.stringify({ error: 'invalid_client' })];
  });
  const authority: Authority = {
    openIdMetadataUrl: `${url}/keys`,
    issuer: 'https://api.botframework.com',
    loginUrl: url,
  };
  return { said, authority };
}

/** What the doctor says of Teams in this environment. */
async function doctor(env: Env, authority = microsoft.authority) {
  const whole = { KEPT_DATA_DIR: path.join(dir, 'data'), PORT: '0', ...env };
  const results = await examine({
    env: whole,
    nodeVersion: '22.0.0',
    askRedis: () => Promise.resolve([]),
    askSlack: () => Promise.resolve([]),
    askTeams: (config) => checkTeamsOf(config, authority),
  });
  return { report: reportOf(results, whole), well: isWell(results) };
}

/** An address on loopback where nobody listens. */
async function nowhere(): Promise<string> {
  const url = await answering(() => [200, '']);
  await stops.pop()?.();
  return url;
}

describe('the doctor, of who Kept is to Microsoft', () => {
  it('finds all well, and says nothing secret', async () => {
    const { report, well } = await doctor(BY_SECRET);
    expect(well).toBe(true);
    expect(report).toContain('Microsoft knows MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD.');
    expect(report).toContain('The keys by which Kept knows Teams’ requests can be had.');
    expect(report).toContain('The console is off, since Teams is on.');
    expect(report).toContain('Nothing is kept of it yet: the next start brings the tables for it.');
    expect(report).not.toContain('a-client-secret');
    expect(microsoft.said.asked[0]).toBe(
      `POST /${TENANT}/oauth2/v2.0/token https://api.botframework.com/.default`,
    );
  });

  it.each([
    ['invalid_client', 'Copy the value of a client secret again'],
    ['unauthorized_client', 'MICROSOFT_APP_ID and MICROSOFT_APP_TENANT_ID are those of the Azure bot'],
    ['invalid_request', 'See that MICROSOFT_APP_TENANT_ID is that of the Azure bot'],
    ['invalid_resource', 'Microsoft says what that code means'],
  ])('says that it is turned down with %s, and what to do', async (code, mend) => {
    microsoft.said.refuse = code;
    const { report, well } = await doctor(BY_SECRET);
    expect(well).toBe(false);
    expect(report).toContain(`turns MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD down (${code}).`);
    expect(report).toContain(mend);
    expect(report).not.toContain('a-client-secret');
    // Asking for Graph as well would tell nothing new.
    expect(microsoft.said.asked.filter((one) => one.includes('graph'))).toEqual([]);
  });

  it('says that the sign-in or the keys can’t be reached, and no more than that', async () => {
    const url = await nowhere();
    const authority = { ...microsoft.authority, loginUrl: url, openIdMetadataUrl: `${url}/keys` };
    const { report, well } = await doctor(BY_SECRET, authority);
    expect(well).toBe(false);
    expect(report).toMatch(/Microsoft’s sign-in gives no token \(.*ECONNREFUSED/);
    expect(report).toContain(`${url}/keys can’t be read (ECONNREFUSED), so nothing that comes from Teams`);
    expect(report).not.toMatch(/ {2}at |node_modules/);
    microsoft.said.keys = false;
    expect((await doctor(BY_SECRET)).report).toContain('/keys answers 404, and not with where the keys are.');
  });

  it('asks Azure for a token of the managed identity', async () => {
    const asked: string[] = [];
    const url = await answering((request) => {
      asked.push(request.url ?? '');
      const token = new UnsecuredJWT({}).encode();
      const expires_on = Math.floor(Date.now() / 1_000) + 3_600;
      return request.url?.includes(`client_id=${APP}`)
        ? [200, JSON.stringify({ access_token: token, expires_on })]
        : [400, JSON.stringify({ error: 'invalid_request', error_description: 'Identity not found' })];
    });
    const before = { ...process.env };
    stops.push(async () => {
      process.env = before;
    });
    process.env = { ...before, IDENTITY_ENDPOINT: `${url}/token`, IDENTITY_HEADER: 'a-header' };
    const { report, well } = await doctor(MANAGED);
    expect(well).toBe(true);
    expect(report).toContain('Azure gives a token for the managed identity of MICROSOFT_APP_ID.');
    expect(asked[0]).toContain(`client_id=${APP}`);
    const without = await doctor({ ...MANAGED, MICROSOFT_APP_ID: OTHER });
    expect(without.well).toBe(false);
    expect(without.report).toContain('Azure gives no token for the managed identity of MICROSOFT_APP_ID');
  });

  it('warns of local development, and asks nobody', async () => {
    const { report, well } = await doctor({ MICROSOFT_LOCAL_DEVELOPMENT: 'yes' });
    expect(well).toBe(true);
    expect(report).toContain('Local development: nobody is checked');
    expect(microsoft.said.asked).toEqual([]);
  });

  it('looks at nothing of Teams that can’t be used', async () => {
    const { report, well } = await doctor({ ...BY_SECRET, MICROSOFT_APP_ID: '' });
    expect(well).toBe(false);
    expect(report).toContain('MICROSOFT_APP_ID must be set for Teams');
    expect(report).toMatch(/^- +Teams +not checked, as MICROSOFT_APP_ID can't be used$/m);
    expect(microsoft.said.asked).toEqual([]);
  });
});

describe('the doctor, of Graph', () => {
  it('names what is granted, and what the rest would be for', async () => {
    microsoft.said.granted = ['User.Read.All', 'Something.Else'];
    const { report, well } = await doctor({ ...BY_SECRET, MICROSOFT_TENANTS: `${TENANT},${OTHER}` });
    expect(well).toBe(true);
    for (const tenant of [TENANT, OTHER]) {
      expect(report).toContain(`Graph, tenant ${tenant}: User.Read.All granted.`);
      expect(report).toContain(`Graph, tenant ${tenant}: Presence.Read.All is not granted, and not needed.`);
      expect(microsoft.said.asked).toContain(
        `POST /${tenant}/oauth2/v2.0/token https://graph.microsoft.com/.default`,
      );
    }
    expect(report).not.toContain('Something.Else');
  });
});

describe('the doctor, of the messaging endpoint and the tab', () => {
  const PAGE: Answer = [200, '<!doctype html>', 'text/html; charset=utf-8'];

  it('does what a stranger would do, and wants to be turned away', async () => {
    const bodies: string[] = [];
    const PUBLIC_URL = await answering((request, body) => {
      if (request.url === '/teams/tab') return PAGE;
      bodies.push(`${request.method} ${request.url} ${request.headers.authorization} ${body}`);
      return [401, ''];
    });
    const { report, well } = await doctor({ ...BY_SECRET, PUBLIC_URL: `${PUBLIC_URL}/` });
    expect(well).toBe(true);
    expect(report).toContain(`${PUBLIC_URL}/api/messages is reached, and turns down what isn’t Microsoft’s.`);
    expect(report).toContain(`${PUBLIC_URL}/teams/tab is the personal tab.`);
    expect(report).toContain('Teams sends to https addresses only');
    expect(bodies).toEqual([expect.stringMatching(/^POST \/api\/messages undefined \{"type":"message"/)]);
  });

  it.each([
    ['strangers are answered too', 200, 'answers what nobody signed.'],
    ['something else answers', 404, 'answers 404 where 401 was due.'],
    ['it leads elsewhere', 302, 'leads elsewhere (302), and Teams doesn’t follow.'],
  ])('sees that %s', async (_, status, expected) => {
    const PUBLIC_URL = await answering((request) => (request.url === '/teams/tab' ? PAGE : [status, '']));
    const { report, well } = await doctor({ ...BY_SECRET, PUBLIC_URL });
    expect(well).toBe(false);
    expect(report).toContain(`${PUBLIC_URL}/api/messages ${expected}`);
  });

  it('warns when it isn’t set, nothing answers, or the proxy finds no Kept: it may not be running yet', async () => {
    const unset = await doctor(BY_SECRET);
    expect(unset.well).toBe(true);
    expect(unset.report).toContain('PUBLIC_URL isn’t set, so the messaging endpoint can’t be tried.');
    const nobody = await nowhere();
    const silent = await doctor({ ...BY_SECRET, PUBLIC_URL: nobody });
    expect(silent.well).toBe(true);
    expect(silent.report).toContain(`Nothing answers at ${nobody}/api/messages.`);
    expect(silent.report).toContain(`Nothing answers at ${nobody}/teams/tab`);
    const PUBLIC_URL = await answering(() => [502, '']);
    const lost = await doctor({ ...BY_SECRET, PUBLIC_URL });
    expect(lost.well).toBe(true);
    expect(lost.report).toContain(`${PUBLIC_URL}/api/messages answers 502: the proxy finds no Kept.`);
    expect(lost.report).toContain(`${PUBLIC_URL}/teams/tab answers 502, and not with the personal tab.`);
  });
});

describe('the doctor, of connected tenants', () => {
  it('says of each how it stands, when it was last heard, and what its home channel is', async () => {
    const tenants = [1, 2, 3, 4, 5, 6].map((n) => `00000000-0000-0000-0000-00000000001${n}`);
    const [well = '', shut = '', without = '', gone = '', strange = '', unheard = ''] = tenants;
    const heard = Date.UTC(2026, 2, 3, 15, 4);
    const workspaces = await connected([
      { tenant: well, name: 'Acme', home: { name: 'care', shut: null }, heard },
      { tenant: shut, name: 'Bolt', home: { name: 'care', shut: 'BotNotInConversationRoster' }, heard },
      { tenant: without, name: 'Cole' },
      { tenant: gone, name: 'Dent', status: 'disconnected' },
      { tenant: strange, name: 'Else' },
      { tenant: unheard, name: 'Fray', home: null },
    ]);
    const MICROSOFT_TENANTS = [well, shut, without, gone, unheard, OTHER].join();
    const { report } = await doctor({ ...BY_SECRET, MICROSOFT_TENANTS });
    expect(report).toContain(
      `Acme (tenant ${well}, workspace ${workspaces.get(well)}) is connected, last heard Tue 3 Mar`,
    );
    expect(report).toContain('15:04 UTC.');
    expect(report).toContain('Acme: its home channel care has Kept in it.');
    expect(report).toContain('Bolt: its home channel care doesn’t let Kept in (BotNotInConversationRoster).');
    expect(report).toContain(
      `Cole (tenant ${without}, workspace ${workspaces.get(without)}) is connected, not heard`,
    );
    expect(report).toContain('Cole has no home channel for the team’s own talk yet.');
    expect(report).toMatch(/Dent \(.*\) is disconnected, not heard yet: Kept was removed there\./);
    expect(report).toMatch(/Else \(.*\) is not let in any more, not heard yet: what is owed there waits\./);
    expect(report).toContain('Fray: its home channel 19:care@thread.tacv2 was never heard of by Kept.');
    expect(report).toContain(`Tenant ${OTHER} is not connected yet`);
    expect(report).not.toMatch(/not let in any more[^]*not let in any more/);
  });

  it('says whether the workspace is there that a new tenant is to join', async () => {
    const workspaces = await connected([{ tenant: OTHER, name: 'Acme' }]);
    const joining = (id = '') => doctor({ ...BY_SECRET, MICROSOFT_WORKSPACE: id });
    const there = workspaces.get(OTHER);
    expect((await joining(there)).report).toContain(`A new tenant joins workspace ${there}.`);
    const nowhereToBe = await joining(randomUUID());
    expect(nowhereToBe.report).toContain('MICROSOFT_WORKSPACE names a workspace that isn’t here');
    expect(nowhereToBe.report).toContain(`workspace ${there})`);
  });
});

type Given = {
  tenant: string;
  name: string;
  status?: 'disconnected';
  /** Null: it is set, and nothing is known of it. */
  home?: Pick<ConversationFacts, 'name' | 'shut'> | null;
  heard?: number;
};

/** Connects tenants in the data directory, as Kept does. Gives their workspaces. */
async function connected(given: readonly Given[]): Promise<Map<string, string>> {
  const embedded = await startEmbedded({ dataDir: path.join(dir, 'data'), log: silentLog() });
  const db = openDatabase(embedded.poolConfig, () => undefined);
  await migrate(db);
  const connections = createConnections(db, createSeal([Buffer.alloc(32).toString('base64')]));
  const workspaces = new Map<string, string>();
  for (const { tenant, name, status, home, heard = 0 } of given) {
    const id = WorkspaceId.parse(randomUUID());
    const channel = '19:care@thread.tacv2';
    const made = newWorkspace(
      { id, name: NonBlank.parse(name), zone: 'Europe/Berlin', country: 'DE', currency: 'EUR' },
      [],
    );
    const homeChannels = home === undefined ? {} : { [`teams/${tenant}`]: channel };
    await connections.connect({
      kind: 'teams',
      externalId: tenant,
      facts: (): TeamsFacts => ({
        tenantId: tenant,
        name,
        botId: `28:${APP}`,
        botName: 'Kept',
        installedBy: null,
      }),
      secret: null,
      workspace: { ...made, workspace: { ...made.workspace, homeChannels } },
      identities: [],
    });
    if (status !== undefined) await connections.setStatus(id, `teams/${tenant}`, status);
    if (home) {
      const facts = { kind: 'channel', serviceUrl: 'https://smba.trafficmanager.net/emea/', ...home };
      const address = { of: `conversation/${channel}`, facts, seenAt: heard };
      await createAddresses(db).save(id, `teams/${tenant}`, address);
    }
    workspaces.set(tenant, id);
  }
  await db.destroy();
  await embedded.stop();
  return workspaces;
}
