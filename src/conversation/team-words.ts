/** Every text about the team, its settings and what is one's own, in English: a part of `words`. */
export const teamWords = {
  team: {
    heading: 'Team and settings',
    saved: 'Saved. This is how it stands now.',
    nobody: 'Nobody is set to be called when a promise is at risk. Set it with /care team.',
    ladder: 'Called for you',
    noLadder: 'nobody yet',
    holders: 'Who may decide what',
    noHolders: 'Nobody may decide anything yet. Set it for the first of them.',
    leadless: 'Answer to nobody',
    leadlessNote: 'For them the authority holders are called, the smallest limit first.',
    more: (count: number) => `and ${count} more`,
    answersTo: (name: string) => `answers to ${name}`,
    admin: 'may change the team',
    limit: {
      nothing: 'decides nothing',
      anything: 'decides anything',
      upTo: (limits: string) => `decides up to ${limits}`,
      days: (days: number) => (days === 1 ? '1 day' : `${days} days`),
      and: ' and ',
    },
    settings: 'Settings',
    changedBy: 'Changed by',
    everybody: 'everybody, as long as nobody is named for it',
    currency: 'Currency',
    zone: 'Time zone',
    holidays: 'Public holidays',
    noHolidays: 'none',
    week: 'Working hours',
    quiet: 'Quiet hours',
    home: 'Channel for team talk',
    homeSet: 'set',
    homeUnset: 'none yet',
  },

  home: {
    heading: (name: string) => `Hello ${name}`,
    mine: 'My promises',
    mineNone: 'You have no open promises: nobody is waiting for you.',
    atRisk: 'At risk in my team',
    atRiskNone: 'Nothing is at risk in your team.',
    opened: 'Cases I opened',
    openedNone: 'You have opened no case yet. When a customer waits for a word from us, open one.',
  },

  elsewhere: {
    channel: 'Meant for the case’s channel, where I can’t post any more.',
    thread: 'Meant for the case’s thread, where I can’t post any more.',
    member: 'Meant for a colleague whom I can’t reach any more.',
  },

  short: { next: 'They hear from us', none: 'no time set yet', by: ', from ' },
};
