/** What is found on the way through a message or view, and what must occur but once in it. */
export type Walk = {
  faults: string[];
  actionIds: Map<string, number>;
  blockIds: Map<string, number>;
  inputs: number;
  /** What links of ours begin with. */
  links: readonly string[];
};
export type Row = Record<string, unknown>;

export function isRecord(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function records(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function atMost({ faults }: Walk, what: string, count: number, most: number): void {
  if (count > most) faults.push(`${what}: ${count}, at most ${most}`);
}

/** A value as words; what is none shows as JSON, and is found to be too long or wrong. */
export function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

export function textFaults(
  walk: Walk,
  object: unknown,
  where: string,
  most: number,
  only?: 'plain_text',
): void {
  const { type, text } = isRecord(object) ? object : {};
  if (typeof text !== 'string' || (type !== 'plain_text' && type !== 'mrkdwn')) {
    walk.faults.push(`${where}: no text object`);
    return;
  }
  if (only !== undefined && type !== only) walk.faults.push(`${where}: ${type}, only ${only}`);
  if (text.trim() === '') walk.faults.push(`${where}: empty`);
  atMost(walk, where, text.length, most);
  if (type === 'mrkdwn') markupFaults(walk, text, where);
}

/** What is ours in angle brackets: a time, and a link of our own. */
const LINK = /<(https?:[^<>|]+)\|[^<>|]+>/g;
const DATE = /<!date\^\d+\^[^<>|^]+\|[^<>|]+>/g;

export function markupFaults({ faults, links }: Walk, text: string, where: string): void {
  const isOurs = (url: string) => links.some((begin) => url.startsWith(begin));
  const rest = text.replaceAll(DATE, '').replaceAll(LINK, (link, url: string) => (isOurs(url) ? '' : link));
  if (/[<>]/.test(rest)) faults.push(`${where}: live markup, ${/[<>].{0,20}/s.exec(rest)?.[0]}`);
  if (/&(?!amp;|lt;|gt;)/.test(rest)) faults.push(`${where}: an & that is not escaped`);
  if (/@(?:here|channel|everyone|group)\b/i.test(rest)) faults.push(`${where}: a broadcast`);
  if (/https?:\/\/|mailto:\w/i.test(rest)) faults.push(`${where}: a link`);
  if (/(^|[\s(])([*_~`])\S(?:[^\n]*?\S)?\2(?=$|[\s.,;:)!?])/m.test(rest)) faults.push(`${where}: markup`);
  if (/^\s*&gt;/m.test(rest)) faults.push(`${where}: a quote`);
}
