/** What Kept says in every chat when something can't go the ordinary way. */
export const heardWords = {
  notTaken:
    'Kept can’t write anything down right now, so this wasn’t taken in. Please send it again in a minute.',
  written: 'You wrote',
  warned:
    'Nothing is saved yet: please look at what stands against it. If you mean it all the same, send it again.',
  oldButton: 'This button is from an older version of Kept, so it did nothing.',
  oldButtonNow:
    'This button is from an older version of Kept, so it did nothing. Here is where things stand:',
  oldForm:
    'This form is from an older version of Kept, so nothing was saved. What you wrote is here, to be copied:',
  lost: 'What you wrote is here, to be copied:',
  done: 'Done.',
  saved: 'Saved.',
  go: 'The case’s thread is here:',
  openThread: 'Open thread',
  teamChannel: 'the team’s channel',
  add: (name: string) => `Add “${name}”`,
};

/** Where a case's talk is, and why, where the team has a channel for it. `addKept`: how to have cases there. */
export function elsewhereWords(addKept: string) {
  return {
    mixed: (place: string) =>
      `People from outside read along here, so the team’s talk of this case is in ${place}.`,
    direct: (place: string) => `The team’s talk of this case is in ${place}, where the team sees it.`,
    unseen: (place: string) =>
      `Kept can’t see who reads along here, so the team’s talk of this case is in ${place}. ${addKept}`,
  };
}

/** The same where it has none. `own`: what somebody's own conversation with Kept is called. */
export function inOwnWords(own: string, addKept: string) {
  return {
    mixed: `People from outside read along here, so the talk of this case is in ${own}.`,
    direct: `The talk of this case is in ${own}.`,
    unseen: `Kept can’t see who reads along here, so the talk of this case is in ${own}. ${addKept}`,
  };
}
