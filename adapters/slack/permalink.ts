import type { SlackFacts } from './facts.ts';

/** The address of a post (`<channel>:<ts>`) in Slack, as chat.getPermalink gives it. */
export function permalink({ url }: Pick<SlackFacts, 'url'>, ref: string): string {
  const [channel = '', ts = ''] = ref.split(':');
  return `${url}archives/${channel}/p${ts.replace('.', '')}`;
}
