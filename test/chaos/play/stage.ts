import type { Arrival, Shown, Snapshot } from '../checker/recording.ts';
import type { Fault } from '../rig/fault.ts';
import { consoleArrivals, consoleHand } from './console-hand.ts';
import type { Hand } from './hand.ts';
import type { Tenant } from './setting.ts';
import { startSlackEnd } from './slack-end.ts';
import { slackHand } from './slack-hand.ts';
import { startTeamsEnd } from './teams-end.ts';
import { teamsHand } from './teams-hand.ts';

/** A post that Kept hasn't noted after so long is one that it doesn't know of. */
const UNNOTED_MS = 10_000;

type Ways = { web: () => string | null; consoleUrl: () => string };

/** Everything around Kept: Slack, Teams and the console's readers, with the people who use them. */
export async function startStage() {
  const slack = await startSlackEnd();
  const teams = await startTeamsEnd();
  const faults: Fault[] = [...slack.faults, ...teams.faults];
  return {
    slack,
    teams,
    faults,
    handsOf: (tenants: readonly Tenant[], { web, consoleUrl }: Ways): Hand[] =>
      tenants.map((tenant) => {
        switch (tenant.end) {
          case 'slack':
            return slackHand({ fake: slack.fake, tenant, web });
          case 'teams':
            return teamsHand({ fake: teams.fake, tenant, web });
          default:
            return consoleHand({ tenant, url: consoleUrl });
        }
      }),
    /** What stands everywhere in the end. Kept has to be well by then: the console is read through it. */
    recorded: async (
      tenants: readonly Tenant[],
      kept: Snapshot,
      consoleUrl: () => string,
      endedAt: number,
    ): Promise<{ arrivals: Arrival[]; shown: Shown[] }> => {
      const console = tenants.find(({ end }) => end === 'console');
      const there =
        console === undefined ? null : await consoleArrivals({ tenant: console, url: consoleUrl }, kept);
      const arrivals = [
        ...slack.arrivals(),
        ...teams.arrivals(kept, endedAt - UNNOTED_MS),
        ...(there?.arrivals ?? []),
      ];
      return {
        // Kept goes on meanwhile: what came after its record was read isn't in there.
        arrivals: arrivals.filter(({ at }) => at <= endedAt).toSorted((a, b) => a.at - b.at),
        shown: [...slack.shown(), ...teams.shown()],
      };
    },
    stop: async () => {
      await slack.stop();
      await teams.stop();
    },
  };
}
