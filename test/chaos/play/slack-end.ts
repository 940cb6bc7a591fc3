import { z } from 'zod';
import { type FakeSlack, startFakeSlack } from '../../support/fake-slack.ts';
import { fakeTeam } from '../../support/fake-slack-world.ts';
import type { Arrival, Shown } from '../checker/recording.ts';
import type { Fault } from '../rig/fault.ts';
import { ALWAYS, endFaults, often } from './end-faults.ts';

export const SIGNING_SECRET = 'the-signing-secret-of-chaos';

/** A Slack that records what it took in, and can be broken. */
export async function startSlackEnd() {
  const teams = ['T1', 'T2'].map((id) => {
    const team = fakeTeam(id);
    for (const user of team.users.values()) user.tz = 'Etc/UTC';
    return team;
  });
  const fake = await startFakeSlack({ signingSecret: SIGNING_SECRET, teams });
  return {
    fake,
    arrivals: () => arrivalsOf(fake),
    shown: () => shownBy(fake),
    faults: faultsOf(fake),
    env: {
      SLACK_API_URL: fake.apiUrl,
      SLACK_SIGNING_SECRET: SIGNING_SECRET,
      SLACK_CLIENT_ID: '1.1',
      SLACK_CLIENT_SECRET: 'the-client-secret-of-chaos',
      SLACK_STATE_SECRET: 'the-state-secret-of-chaos',
    },
    stop: fake.stop,
  };
}

const Metadata = z.looseObject({ event_payload: z.looseObject({ key: z.string() }) });

/** What Kept posted, by the time that Slack gave it: its own, when it took it in. */
function arrivalsOf(fake: FakeSlack): Arrival[] {
  return [...fake.world.teams.values()].flatMap((team) =>
    team.messages
      .filter(({ botId }) => botId !== null)
      .map((message): Arrival => {
        const { channel, ts, threadTs } = message;
        const direct = team.channels.get(channel)?.kind === 'im';
        return {
          at: Math.floor(Number(ts) * 1_000),
          connection: `slack/${team.id}`,
          where: direct
            ? { kind: 'direct', person: channel.slice(1) }
            : { kind: 'channel', id: channel, thread: threadTs },
          ref: `${channel}:${ts}`,
          key: Metadata.safeParse(message.metadata).data?.event_payload.key ?? null,
          payload: JSON.stringify([message.text, message.blocks]),
          isCut: false,
          by: null,
        };
      }),
  );
}

/** Everything that came with a team's token: posts, edits, views, what one person alone sees. */
function shownBy(fake: FakeSlack): Shown[] {
  const { calls, responses } = fake.world;
  return [
    ...calls.map(({ team, args, at }) => ({
      at,
      connection: `slack/${team}`,
      payload: JSON.stringify(args),
    })),
    ...responses.map(({ team, body }) => ({
      at: 0,
      connection: `slack/${team}`,
      payload: JSON.stringify(body),
    })),
  ];
}

function faultsOf(fake: FakeSlack): Fault[] {
  const fault = endFaults('slack', fake.fault);
  const POST = 'chat.postMessage';
  return [
    fault('429', 2, (random) => {
      const channel = random.pick(['C1', 'DU3', 'DU4', 'DU1']);
      const retryAfter = random.int(1, 4);
      return {
        detail: `429 for ${channel}, Retry-After ${retryAfter}`,
        what: { ...ALWAYS, method: POST, what: 'limited', retryAfter, channel, chance: often(random, 0.7) },
      };
    }),
    fault('500', 2, (random) => ({
      detail: 'half of all calls 500',
      what: { ...ALWAYS, method: '*', what: '500', chance: often(random, 0.5) },
    })),
    fault('silence', 1, (random) => ({
      detail: 'posts get no answer',
      what: { ...ALWAYS, method: POST, what: 'hang', chance: often(random, 0.6) },
    })),
    fault('accepted, no answer', 2, (random) => ({
      detail: 'posts are taken in, and get no answer',
      what: { ...ALWAYS, method: POST, what: 'hang', after: true, chance: often(random, 0.5) },
    })),
    fault('accepted and cut', 3, (random) => ({
      detail: 'posts are taken in, and the connection is cut',
      what: { ...ALWAYS, method: POST, what: 'cut after', chance: often(random, 0.6) },
    })),
    fault('accepted and 500', 2, (random) => ({
      detail: 'posts are taken in, and answered with 500',
      what: { ...ALWAYS, method: POST, what: '500', after: true, chance: often(random, 0.6) },
    })),
    fault('refused', 1, () => ({
      detail: 'every connection is cut at once',
      what: { ...ALWAYS, method: '*', what: 'cut before' },
    })),
  ];
}
