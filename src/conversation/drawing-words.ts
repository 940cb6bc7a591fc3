import type { ActionId } from './card.ts';

/** The few words that only a drawing on a chat platform needs, in English. */
export const drawingWords = {
  tone: { calm: '', attention: 'Needs attention: ', urgent: 'Urgent: ', good: '' },
  draft: 'Draft, for you to send',
  nothing: '–',
  showAll: 'Show all',
  cut: 'This is cut: it is too long to be shown whole here.',
  earlier: 'Earlier',
  more: 'More',
  page: (page: number, pages: number) => `Page ${page} of ${pages}`,
  close: 'Close',
  send: 'Send',
  back: 'Back',
  copy: 'Select it all, and copy it.',
  veil: {
    asked: ' asked Kept',
    only: (name: string) => `Only ${name} can open this.`,
    open: 'Open it',
  },
  app: 'Kept',
  wait: {
    title: 'One moment…',
    opening: 'Your form opens in a moment.',
    saving: 'This is being saved. You can close it: nothing is lost.',
    typed: 'What you wrote',
  },
  field: {
    error: (error: string) => `⚠️ ${error}`,
    resolved: (words: string) => `✓ ${words}`,
    isNew: (name: string) => `“${name}” is new and will be added.`,
    rest: 'Only the first 3,000 characters fit in here. The rest is kept, and follows them.',
    fewer: 'Not every choice fits in here.',
    beginning: 'Only the beginning fits in here.',
    optional: (label: string) => `${label} (optional)`,
    check: 'Check',
    newCustomer: 'Or the name of a new one',
    thisChannel: 'This channel',
    thisChannelOf: (name: string) => `${name} (this channel)`,
    sameChannel: 'The channel that is set now',
    noChannel: 'None',
    channelHint: 'To choose another channel, write “@Kept settings” there.',
    choose: 'Choose…',
    customer: 'Type a name',
    member: 'Choose a person',
    channel: 'Choose a channel',
    pick: 'Or pick it:',
  },
  confirm: {
    sure: { title: 'Are you sure?', text: 'This happens at once.', no: 'Go back' },
    'not mine': {
      title: 'Not yours to decide?',
      text: 'It then goes to the next one up, and is not yours any more.',
    },
  } satisfies Partial<Record<ActionId, { title: string; text: string }>> & {
    sure: { title: string; text: string; no: string };
  },
};
