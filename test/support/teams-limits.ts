import { actionsFaults, elementFaults, executeFaults } from './teams-element-limits.ts';
import {
  atMost,
  isRecord,
  markdownFaults,
  plainFaults,
  type Row,
  records,
  type Walk,
  wordsOf,
} from './teams-text-limits.ts';
import { cardFaults } from './teams-validator.ts';

/** What Teams takes as one message, as JSON (https://learn.microsoft.com/microsoftteams/limits-specifications-teams). */
const MESSAGE_BYTES = 28 * 1_024;
const ADAPTIVE = 'application/vnd.microsoft.card.adaptive';

/**
 * What Teams, or Microsoft's own library, would say against a card or a message (an activity with cards in its
 * attachments), and what in it would fire that nobody of ours wrote. Its figures are its own on purpose: it checks
 * the adapter's. `host`: where the card stands; `links`: what links in text begin with.
 */
export function teamsFaults(
  cardOrActivity: unknown,
  { host = 'card', links = [] }: { host?: 'card' | 'dialog'; links?: readonly string[] } = {},
): string[] {
  const faults: string[] = [];
  const root = isRecord(cardOrActivity) ? cardOrActivity : {};
  const bytes = Buffer.byteLength(JSON.stringify(cardOrActivity) ?? '');
  atMost({ faults }, 'bytes of a message', bytes, MESSAGE_BYTES);
  if (root['type'] === 'AdaptiveCard') return [...faults, ...oneCard(root, host, links)];
  const attachments = records(root['attachments']);
  if (attachments.length === 0 && wordsOf(root['text']).trim() === '') faults.push('nothing in a message');
  for (const { contentType, content } of attachments) {
    if (contentType !== ADAPTIVE || !isRecord(content)) faults.push(`no card: ${wordsOf(contentType)}`);
    else faults.push(...oneCard(content, host, links));
  }
  if (root['summary'] !== undefined) plainFaults({ faults }, root['summary'], 'summary', 300);
  if (root['text'] !== undefined) {
    const walk: Walk = { faults, host, links, mentions: new Map(), inputs: new Map() };
    markdownFaults(walk, root['text'], 'text');
  }
  return faults;
}

function oneCard(card: Row, host: Walk['host'], links: readonly string[]): string[] {
  const faults = cardFaults(card);
  const walk: Walk = { faults, host, links, mentions: new Map(), inputs: new Map() };
  const [, major = '9', minor = '9'] = /^(\d+)\.(\d+)$/.exec(wordsOf(card['version'])) ?? [];
  if (Number(major) !== 1 || Number(minor) > 5)
    faults.push(`version ${wordsOf(card['version'])}, at most 1.5`);
  entityFaults(walk, card);
  if (wordsOf(card['fallbackText']).trim() === '') faults.push('a card without fallbackText');
  else markdownFaults(walk, card['fallbackText'], 'fallbackText');
  if (records(card['body']).length === 0) faults.push('a card without a body');
  records(card['body']).forEach((element, i) => elementFaults(walk, element, `${i + 1}`));
  if (card['actions'] !== undefined) actionsFaults(walk, card['actions'], 'actions');
  if (isRecord(card['refresh'])) refreshFaults(walk, card['refresh']);
  for (const [id, times] of walk.inputs) if (times > 1) faults.push(`input ${id}: ${times} times`);
  for (const [text, times] of walk.mentions) if (times === 0) faults.push(`nobody is called ${text}`);
  return faults;
}

function entityFaults(walk: Walk, { msteams }: Row): void {
  const entities = records(isRecord(msteams) ? msteams['entities'] : []);
  for (const { type, text, mentioned } of entities) {
    const { id, name } = isRecord(mentioned) ? mentioned : {};
    const isWhole = type === 'mention' && wordsOf(id) !== '' && text === `<at>${wordsOf(name)}</at>`;
    if (!isWhole) walk.faults.push(`a mention that is none: ${wordsOf(text)}`);
    if (walk.mentions.has(wordsOf(text))) walk.faults.push(`two people are mentioned by ${wordsOf(text)}`);
    walk.mentions.set(wordsOf(text), 0);
  }
}

/** For whom a card opens by itself: 60 people at most. */
function refreshFaults(walk: Walk, { action, userIds }: Row): void {
  if (!isRecord(action) || action['type'] !== 'Action.Execute')
    walk.faults.push('refresh: no Action.Execute');
  else executeFaults(walk, action, 'refresh', false);
  const people = Array.isArray(userIds) ? userIds.length : 0;
  if (people === 0) walk.faults.push('refresh: for nobody');
  atMost(walk, 'refresh, people', people, 60);
}
