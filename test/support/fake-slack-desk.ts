import { randomBytes } from 'node:crypto';
import { createAudience } from '../../adapters/slack/audience.ts';
import { createClients } from '../../adapters/slack/clients.ts';
import type { SlackFacts } from '../../adapters/slack/facts.ts';
import { createSlackSurface } from '../../adapters/slack/surface.ts';
import { deliverDue } from '../../src/app/deliver-due.ts';
import { wakeDue } from '../../src/app/wake-due.ts';
import type { Card } from '../../src/conversation/card.ts';
import { draw } from '../../src/conversation/draw.ts';
import { loadView } from '../../src/conversation/load.ts';
import type { CaseId, WorkspaceId } from '../../src/domain/ids.ts';
import { createConnections } from '../../src/store/connections.ts';
import { createSeal } from '../../src/store/seal.ts';
import { connectSecond, connectTeam } from './chat-tenant.ts';
import { startFakeSlack } from './fake-slack.ts';
import { keptLog, type LogLine } from './kept-log.ts';
import { useCases } from './use-cases.ts';

const facts: SlackFacts = {
  teamId: 'T1',
  enterpriseId: null,
  name: 'Team T1',
  url: 'https://team-t1.slack.com/',
  appId: 'A1',
  botUserId: 'UBOT',
  botId: 'B1',
  scopes: [],
  installedBy: 'U1',
};

/** The example team's people in the fake Slack's team T1, by their names. */
const SLACK_IDS = { Ada: 'U1', Sam: 'U2', Leo: 'U3', Mia: 'U4', Dora: 'U5' };

/**
 * The use cases on a real store, delivering to a fake Slack as Kept does: real outbox, real client, real HTTP.
 * Both have the same clock, which a test turns.
 */
export async function slackDesk() {
  const on = await useCases();
  const fake = await startFakeSlack({ signingSecret: 'fake', now: on.clock.now });
  const connections = createConnections(on.db, createSeal([randomBytes(32).toString('base64')]));
  const id = await connectTeam(on, { kind: 'slack', externalId: 'T1', facts }, SLACK_IDS);
  const tokens = new Map([
    ['slack/T1', 'xoxb-T1'],
    ['slack/T2', 'xoxb-T2'],
  ]);
  let renewed: string | null = null;
  const log: LogLine[] = [];
  const keepingLog = keptLog(log);
  const deps = { ...on.deps, log: keepingLog };

  /** A process's side of Slack, with nothing remembered. */
  function newSurface() {
    const tokenOf = async ({ id: of }: { id: string }) => tokens.get(of) ?? '';
    const clientOf = createClients({ apiUrl: fake.apiUrl, tokenOf, log: keepingLog });
    const audience = createAudience({ clientOf, clock: on.clock.now, seen: () => {} });
    const threadOf = async (workspaceId: WorkspaceId, caseId: CaseId) =>
      on.deps.store.post(workspaceId, `${caseId}/card`);
    const surface = createSlackSurface({
      deps: { log: keepingLog, clock: on.clock.now, connections, threadOf },
      clientOf,
      audience,
      forgetToken: (of) => {
        tokens.set(of, renewed ?? tokens.get(of) ?? '');
      },
    });
    return { surface, audience, clientOf };
  }
  let process = newSurface();

  const deliver = () =>
    deliverDue<Card>({
      ...deps,
      surfaces: new Map([['slack', process.surface]]),
      draw: async ({ workspaceId, caseId }, key, say) => {
        const view = await loadView(on.deps, { workspaceId }, caseId);
        if (view === null) throw new Error('The case is missing');
        return { drawn: draw(view, key, say), file: view.file, team: view.team };
      },
    });

  const keyOf = (metadata: unknown): string =>
    JSON.stringify(metadata).replace(/^.*"key":"([^"]*)".*$/, '$1');

  return {
    ...on,
    fake,
    connections,
    log,
    get surface() {
      return process.surface;
    },
    get audience() {
      return process.audience;
    },
    /** Another process takes over, which remembers nothing. */
    restart: () => {
      process = newSurface();
    },
    /** Another process has renewed the token: it is seen when the old one was forgotten. */
    renewOnRefusal: (value: string) => {
      renewed = value;
    },
    /** Another workspace, of team T2, whose people and channels have the ids of the first one's. */
    connectSecondTeam: async () => {
      const theirs = { ...facts, teamId: 'T2', name: 'Team T2', url: 'https://team-t2.slack.com/' };
      const tenant = { kind: 'slack' as const, externalId: 'T2', facts: theirs };
      const { workspaceId, id: connection } = await connectSecond(connections, tenant);
      return { workspaceId, connection };
    },
    openIn: (title: string, channel: string) => on.open(title, { connection: id, channel }),
    deliver,
    /** Delivers as often as it takes, with the clock going on by `stepMs` in between. */
    settle: async (times = 4, stepMs = 61_000) => {
      for (let run = 0; run < times; run += 1) {
        await deliver();
        on.clock.forward(stepMs);
      }
      await deliver();
    },
    wake: () => wakeDue(on.deps),
    /** The keys of a case's messages as they stand in a channel, in order. */
    keysIn: (channel: string, caseId: CaseId, team = 'T1') =>
      fake
        .messages(team, channel)
        .map(({ metadata }) => keyOf(metadata))
        .filter((key) => key.startsWith(caseId))
        .map((key) => key.replace(caseId, 'case')),
    owed: async (caseId: CaseId) =>
      on.db
        .selectFrom('kept.outbox')
        .select(['key', 'attempts', 'error', 'tried_at as doubtSince'])
        .where('case_id', '=', caseId)
        .where('sent_at', 'is', null)
        .orderBy('id')
        .execute(),
    stop: async () => {
      await fake.stop();
      await on.stop();
    },
  };
}
