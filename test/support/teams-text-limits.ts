export type Row = Record<string, unknown>;

/** What is found on the way through a card, and what it is looked at with. */
export type Walk = {
  faults: string[];
  host: 'card' | 'dialog';
  /** What links of ours in text begin with. */
  links: readonly string[];
  /** The texts that mention somebody, and how often each was met. */
  mentions: Map<string, number>;
  inputs: Map<string, number>;
};

export function isRecord(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function records(value: unknown): Row[] {
  return Array.isArray(value) ? value.filter(isRecord) : [];
}

export function wordsOf(value: unknown): string {
  return typeof value === 'string' ? value : value === undefined ? '' : JSON.stringify(value);
}

export function atMost({ faults }: Pick<Walk, 'faults'>, what: string, count: number, most: number): void {
  if (count > most) faults.push(`${what}: ${count}, at most ${most}`);
}

const ISO = '\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}Z';
const MACRO = new RegExp(
  `\\{\\{(?:DATE\\(${ISO}(?:, (?:SHORT|LONG|COMPACT))?\\)|TIME\\(${ISO}\\))\\}\\}`,
  'g',
);

/** Words that a client shows as they are: a label, a title, a run that is no time of ours. */
export function plainFaults(
  { faults }: Pick<Walk, 'faults'>,
  text: unknown,
  where: string,
  most: number,
): void {
  if (typeof text !== 'string' || text.trim() === '') {
    faults.push(`${where}: empty`);
    return;
  }
  atMost({ faults }, where, text.length, most);
  if (/\{\{\s*(?:DATE|TIME)/i.test(text)) faults.push(`${where}: a time that is none of ours`);
}

/** A run of text: a time of ours and nothing else, or words. */
export function runFaults(walk: Walk, text: unknown, where: string): void {
  if (typeof text !== 'string' || text === '') {
    walk.faults.push(`${where}: an empty run`);
    return;
  }
  const isTime = text.replaceAll(MACRO, '').trim() === '';
  if (isTime && text.trim() !== '') return;
  if (/\{\{\s*(?:DATE|TIME)/i.test(text)) walk.faults.push(`${where}: a time that is none of ours`);
}

/** Text that clients read as Markdown: what is in it must be ours, bold words, times and mentions. */
export function markdownFaults(walk: Walk, text: unknown, where: string): void {
  if (typeof text !== 'string' || text.trim() === '') {
    walk.faults.push(`${where}: empty`);
    return;
  }
  const rest = text
    .replaceAll(MACRO, 'time')
    .replaceAll(/<at>[^<>]*<\/at>/g, (mention) => {
      const met = walk.mentions.get(mention);
      if (met === undefined) return mention;
      walk.mentions.set(mention, met + 1);
      return 'somebody';
    })
    .replaceAll(/(^|\s)\*\*([^\s*](?:[^*\n]*[^\s*])?)\*\*(?=\s|$)/g, '$1$2');
  if (/\{\{\s*(?:DATE|TIME)/i.test(rest)) walk.faults.push(`${where}: a time that is none of ours`);
  if (/<\/?at>/i.test(rest)) walk.faults.push(`${where}: a mention of nobody`);
  if (/\*(?!\u2060)|`/.test(rest)) walk.faults.push(`${where}: markup, ${/[*`].{0,20}/s.exec(rest)?.[0]}`);
  if (/(?<!\u2060)[_~](?!\u2060)/.test(rest)) walk.faults.push(`${where}: markup`);
  if (/\](?:\(|\[|:)/.test(rest)) walk.faults.push(`${where}: a link`);
  if (/[a-z]:\/\/|(?:^|\s)www\./i.test(rest)) walk.faults.push(`${where}: a link`);
  if (/<[a-z/!?]/i.test(rest)) walk.faults.push(`${where}: a tag`);
  if (/&#?[a-z0-9]+;/i.test(rest)) walk.faults.push(`${where}: an entity`);
  if (/\\[!-/:-@[-`{-~]/.test(rest)) walk.faults.push(`${where}: a backslash that goes`);
  if (/^[^\S\n]*(?:#|>|[-+] |[-=]{2,}|\d+[.)]\s)|^ {4}/m.test(rest))
    walk.faults.push(`${where}: a line of markup`);
  if (/^[^\S\n]*\|/m.test(rest)) walk.faults.push(`${where}: a table`);
}
