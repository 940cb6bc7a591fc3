/** What the words after `/care` are answered with, in English: a part of `words`. */
export const commandWords = {
  list: {
    mine: 'My promises',
    openNone: 'There are no open promises.',
    mineNone: 'You have no open promises.',
    atRisk: 'At risk now',
    atRiskNone: 'Nothing is at risk now.',
    all: 'Care cases',
    allNone: 'No care cases yet. Open the first one with /care and what has happened.',
    waiting: 'no promise yet',
    since: ', since ',
    broken: 'broken, due ',
    due: 'due ',
    owner: ' owns it, ',
    unsaid: 'Could not be said anywhere: ',
    disconnected: 'Disconnected: ',
    reconnect:
      '. Its app was removed or its token taken back. What is owed there waits; install Kept there again.',
    board: 'Board',
    open: 'Open promises',
    more: (count: number) => `And ${count} more.`,
  },

  show: {
    timeline: 'Timeline',
    link: 'Its address, for tickets and mails: ',
    which: 'Which case? Say its number, like: /care show 12. /care list shows what there is.',
    notFound: (number: string) => `There is no case ${number} here. /care list shows what there is.`,
  },

  away: {
    done: (until: string) => `You are away until ${until}.`,
    open: 'You are away until you say /care back.',
    promised: ' What you promised for that time goes to your ladder now.',
    back: 'Welcome back. You can be called on again.',
    past: 'That time has passed. Say one that is still to come, like: /care away until Monday 9am',
    unread: 'That time can’t be read. Say it like: /care away until Monday 9am, or: /care away',
  },

  policy: {
    heading: 'The plan of this workspace',
    shares: (half: string, soon: string, risk: string) =>
      `Reminders at ${half} and ${soon} of the time; at risk from ${risk} on when the owner has given no sign of life.`,
    waiting: (again: string, channel: string, ladder: string) =>
      `A case without a promise is asked for one at once, after ${again}, in the channel after ${channel}, up the ladder after ${ladder}.`,
    climb: (least: string, after: string) =>
      `Each authority holder has a third of what is left, never under ${least}; after a miss ${after}, and the round again every hour of working time.`,
    grace: (least: string, most: string) =>
      `Broken after a grace of a tenth of the time, between ${least} and ${most}.`,
    clock: (severities: string) => `Around the clock: ${severities}. All others in working time.`,
    quiet: (from: string, to: string) => `Quiet hours ${from} to ${to}, in each member’s own zone.`,
    ladder: 'Your ladder: ',
  },

  help: {
    heading: 'What Kept does for you',
    hello: 'Hello. Say what has happened to a customer, and it becomes a care case. Or one of these:',
    welcome: 'You’re welcome.',
    unknown: 'That is no command, and too little for a case. What has happened, and to whom? You wrote: ',
    intro: 'Kept sees to it that every promise made to a customer is kept.',
    commands: [
      ['/care Acme export down since noon, board meeting at 5pm', 'opens a care case'],
      ['/care mine', 'shows your promises'],
      ['/care at risk', 'shows what is at risk now'],
      ['/care list', 'shows the cases'],
      ['/care board', 'shows everything that is promised, what is at risk first'],
      ['/care show 12', 'shows one case with its timeline'],
      ['/care away until Monday', 'you are away: what you promised goes to your ladder'],
      ['/care back', 'you are here again'],
      ['/care home', 'shows what is yours: promises, your team’s risks, the cases you opened'],
      ['/care policy', 'shows the plan: when Kept reminds, and whom it calls'],
      ['/care team', 'shows who is called and who may decide what, and sets it'],
      ['/care help', 'shows this'],
    ],
  },
};
