import { createSender } from './fake-slack-sender.ts';
import { type Fault, serveFakeSlack } from './fake-slack-server.ts';
import {
  type FakeMessage,
  type FakeTeam,
  type FakeWorld,
  fakeTeam,
  giveResponseUrl,
  giveTrigger,
  nextTs,
} from './fake-slack-world.ts';
import { limitFaults } from './slack-limits.ts';

/**
 * A Slack for tests, on a loopback port: what the ready-made ones don't have (429, lost answers, expired triggers,
 * several teams with the same ids, guests, shared channels), and the sender of Slack's signed requests.
 * A team's first token is `xoxb-<team>`.
 */
export async function startFakeSlack(options: {
  signingSecret: string;
  teams?: FakeTeam[];
  /** Epoch ms; the time of messages and triggers. */
  now?: () => number;
  /** What links of ours in a message's text begin with. */
  links?: readonly string[];
  /** Sees every message (`{ text, blocks }`), view and unfurl that Slack was given. */
  onBlocks?: (what: unknown, where: string) => void;
}) {
  const teams = options.teams ?? [fakeTeam('T1'), fakeTeam('T2')];
  const faultsSeen: string[] = [];
  const faults: Fault[] = [];
  let keptUrl: string | null = null;
  const world: FakeWorld = {
    now: options.now ?? Date.now,
    baseUrl: '',
    teams: new Map(teams.map((team) => [team.id, team])),
    tokens: new Map(
      teams.map(({ id }) => [`xoxb-${id}`, { team: id, org: false, expiresAt: null, revoked: false }]),
    ),
    codes: new Map(),
    refreshTokens: new Map(),
    rotation: null,
    views: [],
    ephemerals: [],
    unfurls: [],
    responses: [],
    calls: [],
    triggers: new Map(),
    responseUrls: new Map(),
    lastTs: 0,
    saw: (what, where) => {
      options.onBlocks?.(what, where);
      // An unfurl has no text of its own: the message that it hangs under has.
      const walked = where === 'unfurl' && isRecord(what) ? { text: 'unfurled', ...what } : what;
      faultsSeen.push(...limitFaults(walked, { links: options.links ?? [] }));
    },
  };
  const server = await serveFakeSlack(world, faults);
  const sender = createSender(world, options.signingSecret, () => {
    if (keptUrl === null) throw new Error('Tell the fake where Kept listens: fake.keptAt(url)');
    return keptUrl;
  });
  const team = (id: string): FakeTeam => {
    const found = world.teams.get(id);
    if (found === undefined) throw new Error(`There is no fake team ${id}`);
    return found;
  };

  return {
    ...sender,
    apiUrl: `${world.baseUrl}/api/`,
    stop: server.stop,
    world,
    /** What breaks a limit of Slack's in any message or view that it was given: none, in a good test. */
    limitFaults: faultsSeen,
    team,
    /** Where Kept listens, without a slash at the end. */
    keptAt: (url: string) => {
      keptUrl = url;
    },
    addTeam: (added: FakeTeam, token = `xoxb-${added.id}`) => {
      world.teams.set(added.id, added);
      world.tokens.set(token, { team: added.id, org: false, expiresAt: null, revoked: false });
    },
    /** A token for all teams of a team's org. */
    addOrgToken: (token: string, teamId: string) => {
      world.tokens.set(token, { team: teamId, org: true, expiresAt: null, revoked: false });
    },
    /** A code that OAuth exchanges for a token. */
    addCode: (code: string, given: { team: string; user: string; org?: boolean }) => {
      world.codes.set(code, { org: false, ...given });
    },
    /** From now on tokens are given for so many seconds, with a refresh token. */
    rotate: (expiresIn: number) => {
      world.rotation = { expiresIn };
    },
    /** Gives what takes it back. */
    fault: (fault: Fault): (() => void) => {
      faults.push(fault);
      return () => {
        const at = faults.indexOf(fault);
        if (at >= 0) faults.splice(at, 1);
      };
    },
    /** Takes every fault back that has not happened yet. */
    heal: () => {
      faults.length = 0;
    },
    /** What stands in a channel, oldest first; of one thread where `threadTs` is given. */
    messages: (teamId: string, channel: string, threadTs?: string): FakeMessage[] =>
      team(teamId).messages.filter(
        (message) => message.channel === channel && (threadTs === undefined || message.threadTs === threadTs),
      ),
    /** The direct messages of Kept to a person. */
    directs: (teamId: string, user: string): FakeMessage[] =>
      team(teamId).messages.filter(({ channel }) => channel === `D${user}`),
    /** A person says something; no event is sent of it. */
    say: (what: {
      team: string;
      channel: string;
      user: string;
      text: string;
      threadTs?: string;
    }): FakeMessage => {
      const message: FakeMessage = {
        team: what.team,
        channel: what.channel,
        ts: nextTs(world),
        threadTs: what.threadTs ?? null,
        user: what.user,
        botId: null,
        text: what.text,
        blocks: [],
        metadata: null,
        edits: 0,
      };
      team(what.team).messages.push(message);
      return message;
    },
    calls: (method: string) => world.calls.filter((call) => call.method === method),
    /** The view that a person has before them; undefined when none is open. */
    view: (teamId: string, user: string) =>
      world.views.findLast((v) => v.open && v.type === 'modal' && v.team === teamId && v.user === user),
    home: (teamId: string, user: string) =>
      world.views.find((v) => v.type === 'home' && v.team === teamId && v.user === user),
    get views() {
      return world.views;
    },
    get ephemerals() {
      return world.ephemerals;
    },
    get unfurls() {
      return world.unfurls;
    },
    get responses() {
      return world.responses;
    },
    trigger: (teamId: string, user: string) => giveTrigger(world, teamId, user),
    responseUrl: (teamId: string, channel: string, user: string) =>
      giveResponseUrl(world, teamId, channel, user),
    /** Makes every trigger that was given older than it may be. */
    expireTriggers: () => {
      for (const trigger of world.triggers.values()) trigger.at -= 3_001;
    },
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

export type FakeSlack = Awaited<ReturnType<typeof startFakeSlack>>;
