import type { SlackFacts } from './facts.ts';
import { splitRef } from './ref.ts';

/** The address of a post (`<channel>:<ts>`) in Slack, as chat.getPermalink gives it. */
export function permalink({ url }: Pick<SlackFacts, 'url'>, ref: string): string {
  const { channel, ts } = splitRef(ref);
  return `${url}archives/${channel}/p${ts.replace('.', '')}`;
}
