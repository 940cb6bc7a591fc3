import { elementFaults } from './slack-element-limits.ts';
import {
  atMost,
  isRecord,
  markupFaults,
  type Row,
  records,
  textFaults,
  type Walk,
  wordsOf,
} from './slack-text-limits.ts';

/**
 * What Slack would turn away in a message or view, or would fire: the limits of its Block Kit reference, ids that
 * occur twice, and markup that nobody of ours wrote. Its figures are its own on purpose: it checks the adapter's.
 * `ours.links`: what links of ours in a message's `text` begin with.
 */
export function limitFaults(messageOrView: unknown, ours: { links?: readonly string[] } = {}): string[] {
  const faults: string[] = [];
  const root = isRecord(messageOrView) ? messageOrView : {};
  const walk: Walk = {
    faults,
    actionIds: new Map(),
    blockIds: new Map(),
    inputs: 0,
    links: ours.links ?? [],
  };
  const isView = root['type'] === 'modal' || root['type'] === 'home';
  if (root['type'] !== undefined && !isView && root['blocks'] !== undefined && root['text'] === undefined) {
    faults.push(`unknown kind of view: ${wordsOf(root['type'])}`);
  }
  const blocks = Array.isArray(root['blocks']) ? root['blocks'] : [];
  atMost(walk, 'blocks', blocks.length, isView ? 100 : 50);
  blocks.forEach((block, i) => blockFaults(walk, block, `block ${i + 1}`));
  once(walk, 'action_id', walk.actionIds);
  once(walk, 'block_id', walk.blockIds);
  if (isView) viewFaults(walk, root);
  else messageFaults(walk, root, blocks);
  return faults;
}

function once({ faults }: Walk, what: string, seen: ReadonlyMap<string, number>): void {
  for (const [id, times] of seen) {
    if (times > 1) faults.push(`${what} ${id}: ${times} times`);
    if (id.length > 255) faults.push(`${what}: ${id.length}, at most 255`);
    if (id === '') faults.push(`${what} is empty`);
  }
}

function viewFaults(walk: Walk, view: Row): void {
  const bytes = Buffer.byteLength(JSON.stringify(view));
  atMost(walk, 'bytes of a view', bytes, 250_000 - 1);
  atMost(walk, 'private_metadata', wordsOf(view['private_metadata']).length, 3_000);
  atMost(walk, 'callback_id', wordsOf(view['callback_id']).length, 255);
  if (view['type'] === 'home') return;
  textFaults(walk, view['title'], 'title', 24, 'plain_text');
  for (const part of ['submit', 'close']) {
    if (view[part] !== undefined) textFaults(walk, view[part], part, 24, 'plain_text');
  }
  if (walk.inputs > 0 && view['submit'] === undefined) walk.faults.push('inputs without a submit');
}

function messageFaults(walk: Walk, message: Row, blocks: readonly unknown[]): void {
  const { text } = message;
  if (typeof text !== 'string' || text.trim() === '') walk.faults.push('a message without text');
  else {
    atMost(walk, 'text', text.length, 4_000);
    markupFaults(walk, text, 'text');
  }
  atMost(walk, 'all text of the blocks', allText(blocks), 12_000);
}

/** The characters of everything in it that is called `text`. */
function allText(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + allText(one), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inner]) =>
      sum + (key === 'text' && typeof inner === 'string' ? inner.length : allText(inner)),
    0,
  );
}

function blockFaults(walk: Walk, block: unknown, at: string): void {
  if (!isRecord(block)) {
    walk.faults.push(`${at} is no block`);
    return;
  }
  const id = block['block_id'];
  if (typeof id === 'string') walk.blockIds.set(id, (walk.blockIds.get(id) ?? 0) + 1);
  const elements = records(block['elements']);
  switch (block['type']) {
    case 'section': {
      const fields = records(block['fields']);
      if (block['text'] === undefined && fields.length === 0)
        walk.faults.push(`${at}: a section without text`);
      if (block['text'] !== undefined) textFaults(walk, block['text'], `${at}, text`, 3_000);
      atMost(walk, `${at}, fields`, fields.length, 10);
      fields.forEach((field) => textFaults(walk, field, `${at}, field`, 2_000));
      if (isRecord(block['accessory'])) elementFaults(walk, block['accessory'], `${at}, accessory`);
      break;
    }
    case 'context':
      some(walk, elements, `${at}, context elements`, 10);
      elements.forEach((element) => textFaults(walk, element, `${at}, context`, 2_000));
      break;
    case 'actions':
      some(walk, elements, `${at}, elements`, 25);
      elements.forEach((element) => elementFaults(walk, element, at));
      break;
    case 'input':
      walk.inputs += 1;
      textFaults(walk, block['label'], `${at}, label`, 2_000, 'plain_text');
      if (block['hint'] !== undefined) textFaults(walk, block['hint'], `${at}, hint`, 2_000, 'plain_text');
      if (isRecord(block['element'])) elementFaults(walk, block['element'], at);
      else walk.faults.push(`${at}: an input without an element`);
      break;
    case 'header':
      textFaults(walk, block['text'], `${at}, header`, 150, 'plain_text');
      break;
    case 'rich_text':
      some(walk, elements, `${at}, rich text`, 1_000);
      elements.forEach((element) => richFaults(walk, element, at));
      break;
    case 'divider':
      break;
    default:
      walk.faults.push(`${at}: unknown type ${wordsOf(block['type'])}`);
  }
}

function some(walk: Walk, list: readonly unknown[], what: string, most: number): void {
  if (list.length === 0) walk.faults.push(`${what}: none`);
  atMost(walk, what, list.length, most);
}

function richFaults(walk: Walk, element: Row, at: string): void {
  const type = wordsOf(element['type']);
  const parts = records(element['elements']);
  if (type === 'rich_text_list') {
    parts.forEach((part) => richFaults(walk, part, at));
    return;
  }
  if (!['rich_text_section', 'rich_text_quote', 'rich_text_preformatted'].includes(type)) {
    walk.faults.push(`${at}: unknown type ${type}`);
    return;
  }
  some(walk, parts, `${at}, ${type}`, 1_000);
  for (const part of parts) {
    const { type: kind, text } = part;
    if (kind === 'text') {
      if (typeof text !== 'string' || text === '') walk.faults.push(`${at}: an empty text`);
      else atMost(walk, `${at}, a text`, text.length, 3_000);
    } else if (kind === 'date') {
      if (!Number.isInteger(part['timestamp'])) walk.faults.push(`${at}: a date of no whole second`);
      if (!part['fallback']) walk.faults.push(`${at}: a date without a fallback`);
    } else if (kind === 'user') {
      if (!/^[UW][A-Z0-9]+$/.test(wordsOf(part['user_id']))) walk.faults.push(`${at}: a mention of nobody`);
    } else if (kind === 'broadcast' || kind === 'usergroup' || kind === 'channel') {
      walk.faults.push(`${at}: a ${kind} mention`);
    } else if (kind === 'link') {
      const url = wordsOf(part['url']);
      if (!walk.links.some((begin) => url.startsWith(begin)))
        walk.faults.push(`${at}: a link in text, ${url}`);
    } else if (kind !== 'emoji') {
      walk.faults.push(`${at}: unknown type ${String(kind)}`);
    }
    if (type === 'rich_text_preformatted' && kind !== 'text')
      walk.faults.push(`${at}: ${String(kind)} in a draft`);
  }
}
