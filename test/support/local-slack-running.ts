import { type LocalSlack, startLocalSlack } from './local-slack.ts';
import { slackClient } from './local-slack-client.ts';
import { openPage } from './local-slack-page.ts';
import { APP_TOKEN, BOT_TOKEN, SIGNING_SECRET } from './local-slack-team.ts';
import { startWire } from './local-slack-wire.ts';

/**
 * A Slack for a test: local-slack, the wire to Kept, and people to drive it. `faultsOf` looks at every view and
 * message that anybody sees; what it finds is in `faults`.
 */
export async function runningSlack(
  mode: 'events' | 'socket',
  faultsOf: (seen: unknown) => readonly string[],
) {
  const wire = await startWire(mode);
  const faults = new Set<string>();
  const stops: (() => Promise<void>)[] = [wire.stop];
  const stop = async () => {
    for (const stopOne of stops.splice(0).toReversed()) await stopOne();
  };
  try {
    const local: LocalSlack = await startLocalSlack({ mode, requestUrl: wire.requestUrl });
    stops.push(local.stop);
    const page = await openPage(local, (seen) => {
      for (const fault of faultsOf(seen)) faults.add(`${fault} in ${JSON.stringify(seen).slice(0, 400)}`);
    });
    stops.push(page.close);
    wire.behind({ local, page });
    return {
      /** What Kept is configured with. */
      config: {
        apiUrl: wire.apiUrl,
        receive:
          mode === 'events'
            ? ({ by: 'http', signingSecret: SIGNING_SECRET } as const)
            : ({ by: 'socket', appToken: APP_TOKEN } as const),
        install: { by: 'token', botToken: BOT_TOKEN } as const,
      },
      client: slackClient({ local, page, wire }),
      wire,
      faults: () => [...faults],
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
