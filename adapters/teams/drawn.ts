import type { Card } from '../../src/conversation/card.ts';
import type { Form, Option } from '../../src/conversation/form.ts';
import type { MemberId } from '../../src/domain/ids.ts';
import type { FormMeta, WholeRef } from './meta.ts';

/** JSON of an Adaptive Card, version 1.5 at most. */
export type AdaptiveCard = {
  type: 'AdaptiveCard';
  $schema: 'http://adaptivecards.io/schemas/adaptive-card.json';
  version: '1.5';
  fallbackText: string;
  body: Record<string, unknown>[];
  actions?: Record<string, unknown>[];
  msteams?: Record<string, unknown>;
  refresh?: Record<string, unknown>;
};

/** What drawing needs to know of the place it draws for. */
export type DrawContext = {
  /** Teams' or Entra's ids of members, as far as this connection knows them: they are mentioned by them. */
  userIds: ReadonlyMap<MemberId, string>;
  /** Where *Open thread* leads; null where it isn't known, then it is a button like the others. */
  threadUrl: string | null;
  /** What the card is, to be shown whole and to come back to; null: it is cut with words alone. */
  whole: WholeRef | null;
  /**
   * `card`: buttons are Action.Execute with a fallback Action.Submit. `dialog`: Action.Submit alone, the only one that
   * dialogs know.
   */
  host: 'card' | 'dialog';
  /** What stood in its place before it, to go back to; left out where it stands by itself. */
  back?: WholeRef | null;
  /** The channels that Kept knows of, for a form that asks for one. `value` is the conversation's base id. */
  channels?: readonly Option[];
  /** `none`: the client looks nothing up as one types, as the Agents Playground; left out, it does. */
  lookups?: 'none';
};

/** A message: `summary` is what notifications show. */
export type DrawnMessage = { card: AdaptiveCard; summary: string };

/** Cut to what a message may hold, with *Show all* where something was cut. */
export type DrawMessage = (card: Card, context: DrawContext) => DrawnMessage;
/** A card whole, over pages; `page` 0 is the first. */
export type DrawPage = (card: Card, context: DrawContext, page: number) => AdaptiveCard;
/** A form as a card. */
export type DrawForm = (form: Form, meta: FormMeta, context: DrawContext) => AdaptiveCard;
/**
 * What stands in a conversation with others in the place of something that is for one person's eyes: who asked, and
 * a button that shows it to them alone. `refreshFor`: the Teams id of the one for whom it opens by itself.
 */
export type DrawVeil = (veil: {
  name: string;
  said: string;
  heard: string;
  refreshFor: string | null;
}) => AdaptiveCard;
