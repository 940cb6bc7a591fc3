/** What Kept says of itself to who looks after it. */
export const auditWords = {
  heading: 'I checked on myself and found something',
  silent: (cases: string, many: boolean) =>
    `${cases} had nothing left to remind anybody of ${many ? 'them' : 'it'}. I watch ${many ? 'them' : 'it'} again.`,
  missing: (cases: string) => `${cases}: a message had gone missing before it was sent. I have sent it now.`,
  unsaid: (cases: string) =>
    `${cases}: a message could not be delivered, in no way that I know. Please look at what it needs.`,
  failing: (cases: string, many: boolean) =>
    `${cases}: I can’t work out what comes next, and try again every minute. Please look after ${many ? 'them' : 'it'} by hand, and tell whoever runs Kept: the log says why.`,
  stuck: (count: number) =>
    `${count === 1 ? 'A message is' : `${count} messages are`} waiting to be sent for longer than a minute. I keep trying; please have whoever runs Kept look at its log.`,
  unheard: (count: number) =>
    `${count === 1 ? 'Something that was said to me is' : `${count} things that were said to me are`} waiting for longer than a minute. I’ll get to ${count === 1 ? 'it' : 'them'}; please have whoever runs Kept look at its log.`,
  more: (count: number) => `${count} more`,
  nothingLeft: 'There is nothing for you to do.',
  canary: {
    heading: 'Everything works',
    arrived: 'My test promise came through at ',
    dot: '.',
    why: 'I make one every few minutes, see that it arrives, and change this message in its place. There is nothing for you to do.',
  },
  left: 'I say this once an hour at most. The board and the log show what is still open.',
};
