/** The made-up team whose Slack the tests run. Guests and shared channels are told apart by the wire. */
export const people = {
  Ada: { id: 'U01ADA', name: 'ada', real_name: 'Ada Agent', tz: 'Europe/Berlin' },
  Sam: { id: 'U02SAM', name: 'sam', real_name: 'Sam Support', tz: 'Europe/London' },
  Leo: { id: 'U03LEO', name: 'leo', real_name: 'Leo Lead', tz: 'Europe/Berlin' },
  Mia: { id: 'U04MIA', name: 'mia', real_name: 'Mia Manager', tz: 'Europe/Berlin' },
  Dora: { id: 'U05DORA', name: 'dora', real_name: 'Dora Director', tz: 'Europe/Berlin' },
  Gus: { id: 'U06GUS', name: 'gus', real_name: 'Gus Guest', tz: 'Europe/Berlin' },
} as const;
export type Person = keyof typeof people;

export const KEPT_BOT = 'U0KEPT';
/** What links into this Slack begin with. */
export const SLACK_URL = 'http://example.slack.local/';
export const TEAM_ID = 'T01EXAMPLE';
export const APP_ID = 'A01KEPT';
export const SIGNING_SECRET = 'a-signing-secret-of-the-tests';
export const BOT_TOKEN = 'xoxb-of-the-tests';
export const APP_TOKEN = 'xapp-of-the-tests';

/** `partner` is shared with another company. */
export const channels = { care: 'C01CARE', general: 'C02GENERAL', partner: 'C03PARTNER' } as const;
export type Channel = keyof typeof channels;

/** The configuration that local-slack reads. */
export function slackTeam(app: { mode: 'events' | 'socket'; requestUrl: string }) {
  const team = Object.values(people).flatMap(({ id }) => (id === people.Gus.id ? [] : [id]));
  return {
    workspace: { name: 'Example', domain: 'example', teamId: TEAM_ID },
    apps: [
      {
        appId: APP_ID,
        botUserId: KEPT_BOT,
        botName: 'Kept',
        botToken: BOT_TOKEN,
        appToken: APP_TOKEN,
        signingSecret: SIGNING_SECRET,
        ...app,
      },
    ],
    users: Object.values(people),
    channels: [
      { id: channels.care, name: 'care', members: [...team, KEPT_BOT] },
      { id: channels.general, name: 'general', members: [...team, people.Gus.id] },
      { id: channels.partner, name: 'partner', members: [...team, people.Gus.id, KEPT_BOT] },
    ],
  };
}
