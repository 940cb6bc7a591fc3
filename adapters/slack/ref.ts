/** How a post in Slack is referred to: `<channel>:<ts>`. */
export function refOf(channel: string, ts: string): string {
  return `${channel}:${ts}`;
}

/** The channel and the time of a post. Throws where it is the reference of no post in Slack. */
export function splitRef(ref: string): { channel: string; ts: string } {
  const [channel, ts] = ref.split(':');
  if (channel === undefined || ts === undefined) {
    throw new Error('Not the reference of a Slack message');
  }
  return { channel, ts };
}
