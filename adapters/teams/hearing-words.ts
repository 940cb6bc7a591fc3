/** What Kept says in Teams when something can't go the ordinary way, and when it says hello. */
export const hearingWords = {
  notInstalled:
    'Kept isn’t set up for your organisation, or not any more. Whoever looks after your Teams apps can add it again.',
  notTaken:
    'Kept can’t write anything down right now, so this wasn’t taken in. Please send it again in a minute.',
  notNow: 'Kept can’t look that up right now. Nothing is lost: please try it again in a minute.',
  slow: 'This takes longer than it should. What comes of it will stand in this conversation.',
  tryingAgain:
    'Kept couldn’t do this right now and tries again by itself. What comes of it will stand in this conversation.',
  sendAgain: 'Send again',
  written: 'You wrote',
  warned:
    'Nothing is saved yet: please look at what stands against it. If you mean it all the same, send it again.',
  unreadable: 'Kept couldn’t read that, so nothing was done. Please try it again, or begin anew.',
  notYours: 'This belongs to somebody else. Please begin your own: write to Kept.',
  tooOld: 'That was too long ago to go on with. Please begin anew: write to Kept.',
  oldButton: 'This button is from an older version of Kept, so it did nothing.',
  oldButtonNow:
    'This button is from an older version of Kept, so it did nothing. Here is where things stand:',
  oldForm:
    'This form is from an older version of Kept, so nothing was saved. What you wrote is here, to be copied:',
  begin: 'Begin anew: write to Kept what has happened, or “list” to see what there is.',
  gaveUp:
    'Kept tried several times and couldn’t do this: something is wrong on its side, and it has been logged.',
  lost: 'What you wrote is here, to be copied:',
  twice: 'This came twice and was done once.',
  done: 'Done.',
  saved: 'Saved.',
  back: 'Nothing was changed.',
  settled: ' is done with this.',
  veiled: (name: string) => `For ${name}`,
  go: 'The case’s thread is here:',
  openThread: 'Open thread',
  noThread: 'This case has no thread in Teams.',
  dialog: 'Kept',
  /** Where a case's talk is, and why. */
  elsewhere: {
    mixed: (place: string) =>
      `People from outside read along here, so the team’s talk of this case is in ${place}.`,
    direct: (place: string) => `The team’s talk of this case is in ${place}, where the team sees it.`,
    unseen: (place: string) =>
      `Kept can’t see who reads along here, so the team’s talk of this case is in ${place}. To have cases here, add Kept to this conversation.`,
  },
  teamChannel: 'the team’s channel',
  /** The same where the team has no channel for it: who else would see it, and how to mend that. */
  inOwnMessages: {
    mixed: 'People from outside read along here, so the talk of this case is in your own chat with Kept.',
    direct: 'The talk of this case is in your own chat with Kept.',
    unseen:
      'Kept can’t see who reads along here, so the talk of this case is in your own chat with Kept. To have cases here, add Kept to this conversation.',
  },
  onlyYou:
    'Only you see it there. Write “team” to Kept: Settings there chooses a channel where the team does.',
  nowhere:
    'Kept has no place to talk of this case: add it to a channel of your team, or for yourself, and choose the channel under “team”, Settings.',
  notOpenToYou:
    'The talk of this case is in somebody’s own chat with Kept, which only they see. Write “team” to Kept: Settings there chooses a channel where the team does. This is the case:',
  linkTitle: 'A care case',
  add: (name: string) => `Add “${name}”`,
  /** Said once, where Kept is added. */
  hello: {
    heading: 'Hello, this is Kept.',
    what: 'Kept sees to it that every promise made to a customer is kept: who does what, and when the customer hears back. It reminds in time, and goes for help when a promise is at risk.',
    personal:
      'Write here what has happened, as “Acme export down since noon, board meeting at 5pm”, and it becomes a care case. “help” shows what else there is.',
    shared:
      'Mention Kept with what has happened, as “@Kept Acme export down since noon, board meeting at 5pm”, or choose “Open care case” on any message. “@Kept help” shows what else there is.',
    open: 'Open a care case',
  },
};
