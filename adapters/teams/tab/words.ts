/** What the tab itself says. */
export const words = {
  loading: 'Looking up your promises…',
  sending: 'One moment…',
  outside: 'This page is a tab of Microsoft Teams. Open Kept there.',
  noToken:
    'Teams didn’t say who you are. Perhaps your admin has to allow it for Kept once; then press Try again.',
  unreachable: 'Kept can’t be reached right now. What you typed is still here; try again in a moment.',
  older: 'Kept has a newer version of this page. Please reload the tab.',
  unread: 'This card can’t be shown here. Please look at it in your chat with Kept.',
  cardOf: { home: 'My promises', other: 'Kept' },
} as const;
