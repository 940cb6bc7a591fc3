import { elsewhereWords, heardWords, inOwnWords } from '../../src/conversation/heard-words.ts';

const OWN = 'your own messages with Kept';
const ADD_KEPT = 'To have cases here, add Kept with /invite.';

/** What Kept says in Slack when something can't go the ordinary way. */
export const hearingWords = {
  ...heardWords,
  notInstalled:
    'Kept isn’t installed here, or not any more. Whoever looks after your Slack apps can add it again; what was promised is still there.',
  notSavedYet:
    'Your form isn’t saved yet: something in it has to be changed. What you wrote is all still there.',
  notSaved: 'Kept can’t save anything right now. Nothing is lost: please send it again in a minute.',
  tooFast:
    'That is more at once than Kept takes in from one place, so this wasn’t done. Please wait a few seconds, then send it again.',
  unreadable: 'Kept couldn’t read that, so nothing was done. Please try it again, or begin anew with /care.',
  notYours: 'This belongs to somebody else. Please begin your own with /care.',
  tooOld: 'That was too long ago to go on with. Please begin anew with /care.',
  expired:
    'Slack lets a form open only within 3 seconds, and that time was over. What you wrote is all here.',
  formIsReady: 'Shall this be a care case? The form has what you wrote.',
  openForm: 'Open the form',
  begin: 'Begin anew with /care, or see what there is with /care list.',
  gaveUp:
    'Kept tried several times and couldn’t do this: something is wrong on its side, and it has been logged. What you wrote is still there.',
  gaveUpForm:
    'Kept couldn’t save this: something is wrong on its side, and it has been logged. What you wrote is still there: a button in your messages with Kept tries it again.',
  twice: 'This came twice and was done once. You can close this.',
  takenTwice: 'This came twice and was taken once. What came of it is at the case: /care list leads there.',
  noThread: 'This case has no thread in this Slack workspace.',
  elsewhere: elsewhereWords(ADD_KEPT),
  inOwnMessages: inOwnWords(OWN, ADD_KEPT),
  onlyYou: 'Only you see it there. /care team, Settings, chooses a channel where the team does.',
  notOpenToYou:
    'The talk of this case is in somebody’s own messages with Kept, which only they see. /care team, Settings, chooses a channel where the team does. This is the case:',
};
