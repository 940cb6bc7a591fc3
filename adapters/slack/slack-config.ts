/** How Kept hears Slack and how it got in; read from `SLACK_…` by `src/config.ts`. */
export type SlackConfig = {
  /** Another Web API than Slack's own, as for GovSlack; null for the ordinary one. */
  apiUrl: string | null;
  receive: { by: 'http'; signingSecret: string } | { by: 'socket'; appToken: string };
  install:
    | { by: 'token'; botToken: string }
    | { by: 'oauth'; clientId: string; clientSecret: string; stateSecret: string };
};
