import { type Finding, warning, wrong } from '../../src/app/finding.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Trouble, troubleOf } from './errors.ts';

/** What to do about the codes that Slack turns a token or an app down with. */
const MEND: Record<string, string> = {
  invalid_auth: 'Copy the token again from the app’s page: whole, and of this app.',
  not_authed: 'Copy the token again from the app’s page: whole, and of this app.',
  not_allowed_token_type: 'A bot token begins with xoxb-, an app-level one with xapp-: see which is where.',
  token_revoked: 'Install the app again.',
  token_expired: 'Install the app again. Where its tokens rotate, use OAuth: Kept renews them then.',
  account_inactive: 'The app was removed from the workspace: install it again.',
  team_access_not_granted: 'Let an admin of the org allow the app in this workspace.',
  missing_scope: 'Give it the scopes of adapters/slack/manifest.yaml, and install it again.',
  invalid_client_id: 'Copy SLACK_CLIENT_ID again from Basic Information.',
  bad_client_secret: 'Copy SLACK_CLIENT_SECRET again from Basic Information.',
  channel_not_found: 'It was deleted, or is private and Kept is not in it: /invite @Kept there.',
};

/** What went wrong when Slack was asked for `what`, and what to do. */
export function troubleFinding(what: string, trouble: Trouble): Finding {
  switch (trouble.kind) {
    case 'limited':
      return warning(
        `Slack was asked too much just now: ${what} was not looked at.`,
        'Look again in a minute.',
      );
    case 'refused':
      return wrong(
        `Slack turns ${what} down (${trouble.code}).`,
        MEND[trouble.code] ?? 'Slack’s documentation of its Web API says what that code means.',
      );
    case 'doubtful':
      return wrong(
        `Slack can’t be reached, so ${what} was not looked at (${trouble.error}).`,
        'See that this machine reaches Slack by https: DNS, firewall, and SLACK_API_URL where it is set.',
      );
    default:
      return unreachable(trouble);
  }
}

/** The findings of a look at Slack; of one that failed, why, and never a stack. */
export async function asked(what: string, ask: () => Promise<Finding[]>): Promise<Finding[]> {
  try {
    return await ask();
  } catch (error) {
    return [troubleFinding(what, troubleOf(error))];
  }
}
