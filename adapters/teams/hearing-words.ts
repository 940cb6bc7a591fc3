import { elsewhereWords, heardWords, inOwnWords } from '../../src/conversation/heard-words.ts';

const OWN = 'your own chat with Kept';
const ADD_KEPT = 'To have cases here, add Kept to this conversation.';

/** What Kept says in Teams when something can't go the ordinary way, and when it says hello. */
export const hearingWords = {
  ...heardWords,
  notInstalled:
    'Kept isn’t set up for your organisation, or not any more. Whoever looks after your Teams apps can add it again.',
  tooFast:
    'That is more at once than Kept takes in from one place, so this wasn’t done. Please wait a few seconds, then try it again.',
  notNow: 'Kept can’t look that up right now. Nothing is lost: please try it again in a minute.',
  slow: 'This takes longer than it should. What comes of it will stand in this conversation.',
  tryingAgain:
    'Kept couldn’t do this right now and tries again by itself. What comes of it will stand in this conversation.',
  sendAgain: 'Send again',
  unreadable: 'Kept couldn’t read that, so nothing was done. Please try it again, or begin anew.',
  notYours: 'This belongs to somebody else. Please begin your own: write to Kept.',
  tooOld: 'That was too long ago to go on with. Please begin anew: write to Kept.',
  begin: 'Begin anew: write to Kept what has happened, or “list” to see what there is.',
  gaveUp:
    'Kept tried several times and couldn’t do this: something is wrong on its side, and it has been logged.',
  twice: 'This came twice and was done once.',
  back: 'Nothing was changed.',
  settled: ' is done with this.',
  veiled: (name: string) => `For ${name}`,
  noThread: 'This case has no thread in Teams.',
  dialog: 'Kept',
  formApart: 'This message is about to change, so your form comes in one of its own.',
  restGone:
    'What came after this isn’t there any more: please add what is missing. If nothing is, send it as it is.',
  elsewhere: elsewhereWords(ADD_KEPT),
  inOwnMessages: inOwnWords(OWN, ADD_KEPT),
  onlyYou:
    'Only you see it there. Write “team” to Kept: Settings there chooses a channel where the team does.',
  nowhere:
    'Kept has no place to talk of this case: add it to a channel of your team, or for yourself, and choose the channel under “team”, Settings.',
  notOpenToYou:
    'The talk of this case is in somebody’s own chat with Kept, which only they see. Write “team” to Kept: Settings there chooses a channel where the team does. This is the case:',
  linkTitle: 'A care case',
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
