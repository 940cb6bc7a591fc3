import type { AskAnswer } from '../domain/ask.ts';
import type { CarePromise, RiskReason } from '../domain/care-promise.ts';
import type { Severity } from '../domain/policy.ts';
import type { ToneMark } from '../domain/tone.ts';
import type { ActionId } from './card.ts';
import { commandWords } from './command-words.ts';
import { formWords } from './form-words.ts';
import { teamWords } from './team-words.ts';

/** Every text that Kept says, in English; those of commands, of forms and of the team stand beside it. Another language is another object of this shape. */
export const words = {
  people: { somebody: 'somebody who has left', nobody: 'nobody yet', kept: 'Kept' },

  actions: {
    open: 'Open care case',
    promise: 'Make a promise',
    keep: 'Kept',
    move: 'Move it',
    'hand over': 'Hand over',
    withdraw: 'Withdraw',
    take: 'I’ll take it',
    ask: 'Need authority',
    approve: 'Approve',
    'approve within': 'Approve within…',
    'another option': 'Another option',
    decline: 'Decline with an option',
    'not mine': 'Not mine',
    close: 'Close the case',
    reopen: 'Reopen',
    'on it': 'I’m on it',
    go: 'Open thread',
    show: 'Show',
    authority: 'Set authority',
    workspace: 'Settings',
  } satisfies Record<ActionId, string>,

  severityName: {
    minor: 'minor',
    normal: 'normal',
    serious: 'serious',
    critical: 'critical',
  } satisfies Record<Severity, string>,

  severity: {
    minor: 'Minor',
    normal: 'Normal',
    serious: 'Serious',
    critical: 'Critical, around the clock',
  } satisfies Record<Severity, string>,

  risk: {
    'no sign of life': 'no word from the owner since the last reminder',
    'owner away': 'the owner is away then',
    'owner paused': 'the owner has notifications paused until after it',
    'owner left': 'the owner has left the workspace',
    'ask undecided': 'authority has not decided yet',
    'customer deadline': 'the customer’s own deadline comes before it',
  } satisfies Record<RiskReason, string>,

  tone: {
    blames: 'sounds like blame',
    dismisses: 'sounds like a brush-off',
    'promises nothing': 'promises nothing they can hold us to',
  } satisfies Record<ToneMark['fault'], string>,

  card: {
    stakes: (customer: string) => `What it means for ${customer}`,
    owner: 'Owner',
    promise: 'Promise',
    hold: 'Did it hold',
    deadline: 'Customer deadline',
    severity: 'Severity',
    authority: 'Waiting for authority',
    happened: 'What happened',
    solved: 'What solved it',
    contact: 'Contact',
    from: 'Opened from',
    fromMessage: 'Opened from ',
    message: 'a message',
    number: (number: number) => `Case ${number}`,
    by: ', by ',
    contacts: (to: string) => (to === '' ? ' contacts the customer' : ` contacts ${to}`),
    waiting: 'No promise yet: the customer does not know when they hear from us.',
    onTrack: 'On track.',
    atRisk: 'At risk: ',
    broken: 'Broken: the time has passed and the customer has heard nothing.',
    closed: 'Closed.',
    opened: 'Opened by ',
  },

  history: {
    heading: (customer: string) => `What we know of ${customer}`,
    first: 'This is their first case with us.',
    record: ({
      kept,
      movedEarly,
      broken,
      latest,
    }: Record<'kept' | 'movedEarly' | 'broken', number> & { latest: number | null }) =>
      `${latest === null ? 'Promises so far' : `Promises in their last ${latest} cases`}: ${kept} kept, ${movedEarly} moved early, ${broken} broken.`,
    notes: 'Notes',
    earlier: (number: number, status: string) => `Case ${number} (${status})`,
    internal: 'For the team only.',
  },

  wants: {
    heading: 'Who owns it, what will you do, and when do they hear from us?',
    again: 'Still no promise on this case. Who owns it, and when do they hear from us?',
    channel: (title: string) => `Nobody has taken this on yet: ${title}`,
    why: {
      opened: 'The customer is waiting for a word.',
      kept: 'Kept. Is the case done, or what is the next promise?',
      taken: ' has taken this on. What do we promise now?',
      withdrawn: 'The promise was withdrawn. What do we promise instead?',
      reopened: 'The case is open again. What do we promise now?',
    },
    answered: { promised: 'Answered: there is a promise now.', closed: 'Answered: the case is closed.' },
  },

  promise: {
    made: ' promised: ',
    until: '. The customer hears from us ',
    end: '.',
    hold: 'We look again whether it held ',
    by: 'Reminders come here before then.',
  },

  nudge: {
    halfway: ', halfway there: ',
    soon: ', soon due: ',
    due: ', now. Kept? ',
    dueAt: ' is due ',
    since: {
      live: 'Another reminder has come since.',
      kept: 'Kept.',
      moved: 'Moved.',
      withdrawn: 'Withdrawn.',
      broken: 'Missed.',
    } satisfies Record<CarePromise['status'], string>,
  },

  risk_card: {
    heading: 'At risk: ',
    because: 'Why: ',
    calling: ' has been called.',
    over: 'The risk is over.',
    missed: 'Missed.',
  },

  broken: {
    heading: 'Broken: ',
    text: ' promised it for ',
    rest: '. The customer has heard nothing from us. Whoever can, take it: a word now is worth more than a fix later.',
    settled: 'Settled since.',
  },

  call: {
    atRisk: ' needs you: a promise is at risk',
    broken: ' needs you: a promise was broken',
    waiting: ' needs you: nobody has made a promise',
    ask: ' needs your decision',
    left: 'Due ',
    done: 'What has been done',
    nothing: 'Nothing is on record since it was promised.',
    need: 'What they need',
    amount: 'Amount',
    days: 'Days',
    options: 'Options',
    recommendation: 'Recommendation',
    askedBy: 'Asked by',
    over: 'No longer needed: ',
    mine: 'It is yours now: ',
    passed: 'You have passed it on: ',
    next: 'The next who may decide it is called.',
    missed: 'Missed: ',
    taken: ' has it.',
    settled: 'the matter is settled.',
    yours: 'It is yours to answer until ',
    thenNext: '; then the next one up is called.',
  },

  passedOn: { text: 'No answer from you in time, so ', rest: ' has been called now. You can still take it.' },
  nobody: {
    text: 'Nobody on the ladder can be reached now. Kept keeps looking and calls the first who is back. Meanwhile it stands here and on the board: ',
    alone:
      'There is nobody on the ladder to call: no lead and no authority holder. It stands here and on the board: ',
    undecided: 'Nobody is left who could decide it. It stands here and on the board: ',
    left: 'Nobody is left who could decide it.',
    away: 'Nobody else who could decide it can be reached now.',
    over: 'The ladder is needed no more, or somebody on it is back: ',
  },
  taken: { text: ' has taken it on: ' },
  handed: { text: ' handed it over to ', rest: '. The promise stays: ' },
  keptCard: { text: ' kept the promise', late: ' kept the promise, late', proof: 'Proof' },
  moved: {
    early: ' moved the promise early to ',
    late: ' moved the promise after its time to ',
    reason: 'Reason',
    told: 'The customer has been told.',
    untold: 'The customer has not been told yet. Words for them:',
    missed: 'The miss stays on record.',
  },
  withdrawnCard: { text: ' withdrew the promise', reason: 'Reason' },
  closedCard: { text: ' closed the case', solved: 'What solved it' },
  reopenedCard: { text: ' opened the case again' },

  ask: {
    made: ' asks for a decision: ',
    by: 'Needed by ',
    decided: {
      approved: ' approved it',
      'approved within': ' approved it, within a limit',
      'another option': ' offers another option',
      declined: ' declined, and offers an option',
    } satisfies Record<AskAnswer['answer'], string>,
    limit: 'Limit',
    option: 'Option',
    reason: 'Reason',
    note: 'Note',
    forYou: ', here are the words for the customer.',
    open: 'Nobody has decided yet.',
    over: 'Decided.',
    ended: 'It ended with the case.',
  },

  draft: {
    hello: (contact: string) => (contact === '' ? 'Hello,' : `Hi ${contact},`),
    stakes: (stakes: string) => `I know what this means for you: ${stakes}`,
    action: (action: string) => `This is what we do now: ${action}`,
    contact: (who: string, when: string) => `${who} will be in touch with you by ${when}.`,
    moved: (before: string, reason: string) =>
      `I promised to be in touch by ${before}. It takes us longer, and you should know that before the time, not after: ${reason}`,
    movedLate: (before: string, reason: string) =>
      `I promised to be in touch by ${before} and was not. I am sorry for that. ${reason}`,
    approved: (need: string) => `I have asked those who decide it, and the answer is yes: ${need}`,
    within: (need: string, limit: string) =>
      `I have asked those who decide it. This is what we can do: ${need}, within ${limit}`,
    option: (option: string) => `I have asked those who decide it. This is what we can offer you: ${option}`,
  },

  ...commandWords,
  ...formWords,
  ...teamWords,

  no: {
    notFound: 'That is not here any more, or it is not for you to see.',
    closed: 'The case is closed. Reopen it first.',
    open: 'The case is open already.',
    promiseOver: (status: string, by: string, when: string) =>
      `That promise was ${status} by ${by}, ${when}. Nothing was changed.`,
    brokenOver: 'That promise is broken. Keep it late, move it, or take it on.',
    askOver: (by: string, when: string) => `${by} decided this ${when}. Nothing was changed.`,
    askWithdrawn: 'That ask ended with its case. Nothing was changed.',
    taken: (name: string) => `${name} has it already.`,
    left: (name: string) => `${name} has left the workspace. Choose somebody else.`,
    sameOwner: (name: string) => `${name} owns it already.`,
    past: 'That time has passed meanwhile. Say one that is still to come.',
    standing: (name: string) =>
      `A promise of ${name}’s still stands on this case. Keep, move or withdraw it first.`,
    authority: 'That is not yours to decide: your limit does not cover it.',
    nobody: formWords.form.ask.nobody,
    notCalled: 'You have not been called for this.',
    stale: 'That has changed since. Here is how it stands now.',
    admin: (names: string) => `The team and its settings are changed by ${names}. Please ask there.`,
    cycle: (name: string) => `${name} would answer to themselves in the end. Choose somebody else.`,
    lastAdmin: (name: string) =>
      `${name} is the only one who may change the team. Name somebody else for it first.`,
  },

  timeline: {
    opened: 'opened the case',
    'asked for a promise': 'asked for a promise',
    promised: 'promised: ',
    ownedBy: '; owner ',
    nudged: 'reminded the owner: ',
    'sign of life': 'gave a sign of life',
    'at risk': 'at risk: ',
    'risk over': 'gave a sign of life, no longer at risk',
    'risk cleared': 'found it no longer at risk',
    broken: 'the promise was broken',
    kept: 'kept the promise: ',
    'kept late': 'kept the promise late: ',
    'moved early': 'moved the promise early: ',
    'moved late': 'moved the promise after its time: ',
    'handed over': 'handed it over to ',
    withdrawn: 'withdrew the promise: ',
    called: 'called ',
    'nobody to call': 'found nobody to call',
    taken: 'took it on',
    asked: 'asked authority: ',
    'not mine': 'said: not mine',
    decided: 'decided: ',
    closed: 'closed the case: ',
    reopened: 'opened the case again',
  },

  receipt: { repeated: 'That was done already, once.' },
};
