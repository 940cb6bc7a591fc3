import type { KnownBlock, View } from '@slack/types';
import type { Card } from '../../src/conversation/card.ts';
import type { Form } from '../../src/conversation/form.ts';
import type { MemberId } from '../../src/domain/ids.ts';
import type { FormMeta, WholeRef } from './meta.ts';

/** What drawing needs to know of the place it draws for. */
export type DrawContext = {
  /** Slack ids of members, as far as this connection knows them. */
  userIds: ReadonlyMap<MemberId, string>;
  /** Where *Open thread* leads (a permalink); null where it isn't known, then it is a button like the others. */
  threadUrl: string | null;
  /** What a *Show all* button of a cut card refers to; null: it is cut with words alone. */
  whole: WholeRef | null;
};

/** A message: `text` says all that the blocks say, for notifications and screen readers. */
export type DrawnMessage = { blocks: KnownBlock[]; text: string };

export type DrawMessage = (card: Card, context: DrawContext) => DrawnMessage;
/** A card as a modal; `page` for one that has more than a modal holds. */
export type DrawCardView = (card: Card, context: DrawContext, page: number) => View;
/** A card as an App Home tab. */
export type DrawHomeView = (card: Card, context: DrawContext) => View;
/** A form as a modal. `meta.filled` says how often each field was filled in by Kept. */
export type DrawFormView = (form: Form, meta: FormMeta, context: DrawContext) => View;
/** The modal that stands while something is looked up; `typed` is shown, so that nobody fears for it. */
export type DrawWaitView = (what: 'opening' | 'saving', heard: string, typed: string) => View;
