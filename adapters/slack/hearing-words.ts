/** What Kept says in Slack when something can't go the ordinary way. */
export const hearingWords = {
  notInstalled:
    'Kept isn’t installed here, or not any more. Whoever looks after your Slack apps can add it again; what was promised is still there.',
  notTaken:
    'Kept can’t write anything down right now, so this wasn’t taken in. Please send it again in a minute.',
  written: 'You wrote',
  notSavedYet:
    'Your form isn’t saved yet: something in it has to be changed. What you wrote is all still there.',
  warned:
    'Nothing is saved yet: please look at what stands against it. If you mean it all the same, send it again.',
  notSaved: 'Kept can’t save anything right now. Nothing is lost: please send it again in a minute.',
  unreadable: 'Kept couldn’t read that, so nothing was done. Please try it again, or begin anew with /care.',
  notYours: 'This belongs to somebody else. Please begin your own with /care.',
  tooOld: 'That was too long ago to go on with. Please begin anew with /care.',
  expired:
    'Slack lets a form open only within 3 seconds, and that time was over. What you wrote is all here.',
  formIsReady: 'Shall this be a care case? The form has what you wrote.',
  openForm: 'Open the form',
  oldButton: 'This button is from an older version of Kept, so it did nothing.',
  oldButtonNow:
    'This button is from an older version of Kept, so it did nothing. Here is where things stand:',
  oldForm:
    'This form is from an older version of Kept, so nothing was saved. What you wrote is here, to be copied:',
  begin: 'Begin anew with /care, or see what there is with /care list.',
  gaveUp:
    'Kept tried several times and couldn’t do this: something is wrong on its side, and it has been logged. What you wrote is still there.',
  gaveUpForm:
    'Kept couldn’t save this: something is wrong on its side, and it has been logged. What you wrote is still there: a button in your messages with Kept tries it again.',
  lost: 'What you wrote is here, to be copied:',
  twice: 'This came twice and was done once. You can close this.',
  done: 'Done.',
  saved: 'Saved.',
  go: 'The case’s thread is here:',
  openThread: 'Open thread',
  noThread: 'This case has no thread in this Slack workspace.',
  /** Where a case's talk is, and why. */
  elsewhere: {
    mixed: (place: string) =>
      `People from outside read along here, so the team’s talk of this case is in ${place}.`,
    direct: (place: string) => `The team’s talk of this case is in ${place}, where the team sees it.`,
    unseen: (place: string) =>
      `Kept can’t see who reads along here, so the team’s talk of this case is in ${place}. To have cases here, add Kept with /invite.`,
  },
  teamChannel: 'the team’s channel',
  /** The same where the team has no channel for it: who else would see it, and how to mend that. */
  inOwnMessages: {
    mixed: 'People from outside read along here, so the talk of this case is in your own messages with Kept.',
    direct: 'The talk of this case is in your own messages with Kept.',
    unseen:
      'Kept can’t see who reads along here, so the talk of this case is in your own messages with Kept. To have cases here, add Kept with /invite.',
  },
  onlyYou: 'Only you see it there. /care team, Settings, chooses a channel where the team does.',
  notOpenToYou:
    'The talk of this case is in somebody’s own messages with Kept, which only they see. /care team, Settings, chooses a channel where the team does. This is the case:',
  add: (name: string) => `Add “${name}”`,
};
