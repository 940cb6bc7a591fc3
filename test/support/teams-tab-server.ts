import { randomBytes } from 'node:crypto';
import { Hono } from 'hono';
import { refOf } from '../../adapters/teams/ref.ts';
import { tabPage } from '../../adapters/teams/tab.ts';
import { createTeams } from '../../adapters/teams/teams.ts';
import type { TeamsConfig } from '../../adapters/teams/teams-config.ts';
import { startWeb } from '../../adapters/web/start.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import type { Surface } from '../../src/app/surface.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import { chatDeps } from '../../src/chat-deps.ts';
import type { Card } from '../../src/conversation/card.ts';
import { converse } from '../../src/conversation/converse.ts';
import { draw } from '../../src/conversation/draw.ts';
import type { Reply } from '../../src/conversation/intent.ts';
import { loadView } from '../../src/conversation/load.ts';
import { createAddresses } from '../../src/store/addresses.ts';
import { createConnections, insertConnection } from '../../src/store/connections.ts';
import { withinWorkspaces } from '../../src/store/database.ts';
import { insertIdentity } from '../../src/store/identities.ts';
import { createInbox } from '../../src/store/inbox.ts';
import { createSeal } from '../../src/store/seal.ts';
import { valuesOf } from './console-client.ts';
import { type EntraClaims, startEntra } from './entra.ts';
import { PEOPLE, TENANT_1 } from './fake-teams-world.ts';
import { KEPT_URL } from './teams-host.ts';
import { useCases } from './use-cases.ts';

const APP_ID = 'd0000000-0000-4000-8000-000000000001';
const config: TeamsConfig = {
  identity: { by: 'secret', appId: APP_ID, password: 'not asked for', tenantId: TENANT_1 },
  tenants: [TENANT_1],
  workspace: null,
};

/** Kept in Teams on a real store, with the tab's page as it was built into `dir`, and people signed in to it. */
export async function startTabServer(dir: string) {
  const on = await useCases();
  const entra = await startEntra(on.clock.now);
  const id = `teams/${TENANT_1}`;
  const facts = {
    tenantId: TENANT_1,
    name: 'Support',
    botId: `28:${APP_ID}`,
    botName: 'Kept',
    installedBy: null,
  };
  await withinWorkspaces(on.db, [on.workspaceId], async (tx) => {
    const row = { kind: 'teams' as const, externalId: TENANT_1, status: 'connected' as const, facts };
    await insertConnection(tx, { id, workspaceId: on.workspaceId, ...row });
    for (const [name, externalId] of Object.entries(PEOPLE)) {
      await insertIdentity(tx, on.workspaceId, id, { externalId, memberId: on.memberOf(name).id });
    }
  });
  const errors: string[] = [];
  const log = { ...on.deps.log, error: (_: object, message: string) => void errors.push(message) };
  const inbox = createInbox(on.db, on.poolConfig, () => {});
  await inbox.open();
  const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
  const deps = chatDeps({ deps: { ...on.deps, log }, connections, inbox, publicUrl: KEPT_URL });
  const teams = createTeams(
    config,
    { ...deps, addresses: createAddresses(on.db) },
    { openIdMetadataUrl: entra.url, issuer: 'https://api.botframework.com', loginUrl: entra.url },
  );
  const app = new Hono().route('/teams/tab', tabPage(config, dir)).route('/', teams.routes);
  const web = await startWeb({ host: '127.0.0.1', port: 0, app, close: () => {} });

  return {
    url: `http://127.0.0.1:${web.port}`,
    /** What was logged as an error. */
    errors,
    /** Ada's, of Teams' single sign-on. */
    token: (claims: EntraClaims = {}) => {
      const ada = { tenantId: TENANT_1, personId: PEOPLE.Ada, appId: APP_ID };
      return entra.token(ada, { name: 'Ada Agent', ...claims });
    },
    /** Opens a case, with a promise on it by somebody: `Work on <title>`. */
    promise: async (
      name: string,
      title: string,
      followUp: string,
      channel: string | null = null,
    ): Promise<void> => {
      const place =
        channel === null ? { connection: 'console', channel: 'care' } : { connection: id, channel };
      const subject = { caseId: await on.open(title, place), promiseId: null, askId: null };
      const who = on.whoIs(name);
      const form = formOf(await converse(on.deps, who, { kind: 'press', action: 'promise', subject, place }));
      const values = { ...valuesOf(form), owner: who.memberId, action: `Work on ${title}`, followUp };
      const sent = { form: form.id, nonce: form.nonce, subject, values, source: null, place };
      const reply = await converse(on.deps, who, { kind: 'submit', ...sent });
      if (reply.kind === 'form') throw new Error(`Not promised: ${JSON.stringify(reply.form.fields)}`);
    },
    /** Says of everything that is owed in Teams that it was posted as that one message. */
    posted: async (conversation: string, activityId: string): Promise<void> => {
      const sent = { ok: true as const, ref: refOf(conversation, activityId) };
      const surface: Surface<Card> = {
        send: () => Promise.resolve(sent),
        redraw: () => Promise.resolve(sent),
      };
      await deliverDue<Card>({
        ...on.deps,
        surfaces: new Map([['teams', surface]]),
        draw: async ({ workspaceId, caseId }, key, say) => {
          const view = await loadView(on.deps, { workspaceId }, caseId);
          if (view === null) throw new Error('The case is missing');
          return { drawn: draw(view, key, say), file: view.file, team: view.team };
        },
      });
    },
    /** Turns the clock forward, and does what is due then. */
    later: async (ms: number): Promise<void> => {
      on.clock.forward(ms);
      await wakeDue(on.deps);
    },
    /** All cases: the customer's id and the title. */
    cases: async (): Promise<[string, string][]> => {
      const cases = await on.deps.store.transact(on.workspaceId, (tx) => tx.cases(100));
      return cases.map(({ file, customer }) => [customer.id, file.case.title]);
    },
    /** The id of the one customer that there is from the beginning. */
    acme: async (): Promise<string> => {
      const [acme] = await on.deps.store.transact(on.workspaceId, (tx) => tx.customersLike('Acme', 1));
      return acme?.id ?? '';
    },
    stop: async () => {
      await web.stop();
      await teams.stop();
      await inbox.close();
      await entra.stop();
      await on.stop();
    },
  };
}

export type TabServer = Awaited<ReturnType<typeof startTabServer>>;

function formOf(reply: Reply) {
  if (reply.kind !== 'form') throw new Error(`A form was expected, and no ${reply.kind}`);
  return reply.form;
}
