/** `<@U1|ann>`, `<#C1|care>`, `<!here>`, `<https://…|words>`: how Slack writes what isn't plain in a message. */
const TOKEN =
  /<(?:(@)([UW][A-Z0-9]+)|(#)([CG][A-Z0-9]+)|(!)([^<>|]+)|((?:https?|mailto|tel):[^<>|]+))(?:\|([^<>]*))?>/gu;

/** The people whom a message of Slack's mentions, by their ids. */
export function mentioned(text: string): string[] {
  return [...new Set([...text.matchAll(TOKEN)].flatMap((match) => (match[1] ? [match[2] ?? ''] : [])))];
}

/** A message as people read it: names in place of ids, links as they were typed, nothing escaped. */
export function plainText(text: string, names: ReadonlyMap<string, string>): string {
  const read = text.replaceAll(
    TOKEN,
    (
      whole,
      at?: string,
      user?: string,
      hash?: string,
      _channel?: string,
      bang?: string,
      special?: string,
      link?: string,
      label = '',
    ) => {
      if (at !== undefined) return `@${names.get(user ?? '') ?? (label === '' ? 'somebody' : label)}`;
      if (hash !== undefined) return label === '' ? '#channel' : `#${label}`;
      if (bang !== undefined) return label === '' ? `@${(special ?? '').split('^')[0]}` : label;
      if (link === undefined) return whole;
      const address = link.replace(/^(?:mailto|tel):/u, '');
      return label === '' || label === address || address.endsWith(`//${label}`)
        ? address
        : `${label} (${address})`;
    },
  );
  return read.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

/** A message without the mentions of somebody, as of the one it is said to. */
export function withoutMention(text: string, userId: string): string {
  return text.replaceAll(new RegExp(`\\s*<@${userId}(?:\\|[^<>]*)?>[:,]?\\s*`, 'gu'), ' ').trim();
}
