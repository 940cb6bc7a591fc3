import type { Finding } from '../../src/app/finding.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { checkIngress } from './check-ingress.ts';
import { checkOAuth } from './check-oauth.ts';
import { checkToken, checkWorkspace, checkWorkspaces, type SlackRecords } from './check-workspaces.ts';
import type { SlackConfig } from './slack-config.ts';
import { newClients } from './web-client.ts';

type Parts = {
  config: SlackConfig;
  publicUrl: string | null;
  /** Lets look at what is kept, as long as it is open; where it can't be opened, its own findings say so. */
  withRecords: (look: (records: SlackRecords) => Promise<Finding[]>) => Promise<Finding[]>;
  /** Epoch ms. */
  now: number;
};

/** Looks at all that Slack and Kept need of each other, and says of each what to do. It changes nothing. */
export async function checkSlack({ config, publicUrl, withRecords, now }: Parts): Promise<Finding[]> {
  const { install, apiUrl } = config;
  switch (install.by) {
    case 'token': {
      const client = newClients(apiUrl)(install.botToken);
      const { findings, teamId } = await checkToken(client, 'SLACK_BOT_TOKEN');
      return [
        ...findings,
        ...(await checkIngress(config, publicUrl)),
        ...(teamId === null ? [] : await withRecords((records) => checkWorkspace(records, client, teamId))),
      ];
    }
    case 'oauth': {
      const { findings, isReached } = await checkOAuth({ ...install, apiUrl, publicUrl });
      return [
        ...findings,
        ...(await checkIngress(config, publicUrl)),
        // Asking for each workspace what can't be reached takes long and tells nothing new.
        ...(isReached ? await withRecords((records) => checkWorkspaces(records, apiUrl, now)) : []),
      ];
    }
    default:
      return unreachable(install);
  }
}
