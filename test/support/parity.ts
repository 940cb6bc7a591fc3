import type { Intent } from '../../src/conversation/intent.ts';

/** What each surface does for an intent, as the README says it. A cell that begins with a dash says why it doesn't. */
type Row = { what: string; console: string; slack: string; teams: string };

/** The catalogue of intents; the record knows when one is missing. */
export const PARITY: Record<Intent['kind'], Row> = {
  command: {
    what: 'Words to Kept',
    console: '`/care …`, `@Kept …`, its direct message',
    slack: '`/care …`, `@Kept …`, its direct message',
    teams: '`@Kept …`, its chat; Teams has no slash commands for apps',
  },
  'open from message': {
    what: '*Open care case* on a message',
    console: 'the message’s menu',
    slack: 'the message’s shortcut',
    teams: 'the message’s menu, in a dialog',
  },
  press: {
    what: 'Buttons of a card',
    console: 'yes',
    slack: 'yes',
    teams: 'yes, answered in the card’s place',
  },
  preview: {
    what: 'A form that answers before it is sent',
    console: 'as one types',
    slack: 'as a field is left',
    teams: 'by *Check*: a card doesn’t tell of typing',
  },
  submit: {
    what: 'A form',
    console: 'a dialog',
    slack: 'a modal',
    teams: 'a card in place, or a dialog',
  },
  suggest: {
    what: 'Customers found as one types',
    console: 'yes',
    slack: 'yes',
    teams: 'yes; a phone that can’t takes the whole name',
  },
  home: {
    what: '*My promises* and *at risk in my team*, standing ready',
    console: '– `/care home` and the board show it',
    slack: 'App Home',
    teams: 'the personal tab',
  },
  said: {
    what: 'A word in a case’s thread is a sign of life',
    console: 'yes',
    slack: 'yes',
    teams: 'yes, where the app’s permission to read the channel was granted',
  },
};

/** The rest of what is different, which no intent stands for. */
const ALSO: readonly Row[] = [
  {
    what: 'Answers for one person’s eyes',
    console: 'in the room',
    slack: 'in the channel, to them alone',
    teams:
      'in the channel behind a button that opens for them alone ([why](docs/decisions/0015-one-persons-eyes-in-teams.md))',
  },
  {
    what: 'The draft for the customer',
    console: 'copied by a click',
    slack: 'copied from its block',
    teams: 'copied from its field: a card can’t reach the clipboard',
  },
  {
    what: 'A link to a case unfolds',
    console: '– its rooms have no links to unfold',
    slack: 'where the team alone reads along',
    teams: 'where the team alone reads along',
  },
  {
    what: 'Private and shared channels',
    console: '– it has none',
    slack: 'yes; shared ones hear nothing internal',
    teams: '– not yet: Teams doesn’t tell a bot reliably who reads along there',
  },
  {
    what: 'Away, and not to be disturbed',
    console: '`/care away`',
    slack: '`/care away`, status, Do Not Disturb',
    teams: '`@Kept away`, and presence where the permission was granted',
  },
];

/** The table as it stands in the README. */
export function parityTable(): string {
  const rows = [...Object.values(PARITY), ...ALSO].map(
    (row) => `| ${row.what} | ${row.console} | ${row.slack} | ${row.teams} |`,
  );
  return ['| | console | Slack | Teams |', '| --- | --- | --- | --- |', ...rows].join('\n');
}
