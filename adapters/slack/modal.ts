import type { KnownBlock, ModalView, PlainTextElement } from '@slack/types';
import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { LIMIT } from './limits.ts';
import type { ViewMeta } from './meta.ts';

/** Words as they are: nothing in them is read as markup, not even `:emoji:`. */
export function plain(text: string): PlainTextElement {
  return { type: 'plain_text', text, emoji: false };
}

/**
 * A modal, its title shortened where Slack takes no more.
 * @throws Error when `meta` is longer than Slack carries.
 */
export function modal(parts: {
  title: string;
  blocks: KnownBlock[];
  meta: ViewMeta;
  submit?: string;
}): ModalView {
  const { title, blocks, meta, submit } = parts;
  const metadata = JSON.stringify(meta);
  if (metadata.length > LIMIT.metadata) throw new Error(`a view's metadata of ${metadata.length} characters`);
  return {
    type: 'modal',
    callback_id: meta.kind,
    private_metadata: metadata,
    title: plain(shortTitle(title, drawingWords.app)),
    close: plain(drawingWords.close),
    ...(submit === undefined ? {} : { submit: plain(shortTitle(submit, drawingWords.send)) }),
    blocks,
  };
}

/** Words for a modal's title or button: 24 characters at most, cut after a word; `instead` where there are none. */
export function shortTitle(title: string, instead: string): string {
  const words = title.replaceAll(/\s+/g, ' ').trim();
  return cutText(words === '' ? instead : words, LIMIT.modalWords).replace(/[\s,.:;–-]+…$/, '…');
}
