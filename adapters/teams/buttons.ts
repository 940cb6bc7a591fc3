import { asksFirst } from '../../src/conversation/asks-first.ts';
import type { Action } from '../../src/conversation/card.ts';
import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { type Element, inert, plainText } from './card-text.ts';
import type { DrawContext } from './drawn.ts';
import { LIMIT } from './limits.ts';
import { META_VERSION, type Pressed, VERB } from './meta.ts';

/** What a button does, without the version that it is stamped with. */
export type Press = Pressed extends infer One ? (One extends { v: unknown } ? Omit<One, 'v'> : never) : never;

type Options = {
  style?: Action['style'];
  /** Goes along beside what the button does. */
  along?: Element;
  /** Whether what stands in the card's inputs goes along; with all of them by default. */
  inputs?: 'none';
  tooltip?: string;
};

const STYLE = { primary: 'positive', danger: 'destructive', plain: null } as const;

/** A button of ours: where cards live Action.Execute, with Action.Submit for clients that know no other. */
export function pressButton(
  host: DrawContext['host'],
  label: string,
  press: Press,
  { style = 'plain', along = {}, inputs, tooltip = '' }: Options = {},
): Element {
  const title = titleOf(label);
  const kept: Pressed = { v: META_VERSION, ...press };
  const shared = {
    title,
    data: { kept, ...along },
    ...(STYLE[style] === null ? {} : { style: STYLE[style] }),
    ...(inputs === undefined ? {} : { associatedInputs: inputs }),
  };
  const submit = { type: 'Action.Submit', ...shared };
  const more = tooltip.trim() === '' ? {} : { tooltip: inert(cutText(tooltip, LIMIT.tooltip)) };
  return host === 'dialog'
    ? { ...submit, ...more }
    : { type: 'Action.Execute', verb: VERB, ...shared, ...more, fallback: submit };
}

/** An action as a button. `about` is what it is about, for there are many of the same name in a list. */
export function actionButton(
  context: DrawContext,
  action: Action,
  { about = '', url = null }: { about?: string; url?: string | null } = {},
): Element {
  const { id, label, style, subject } = action;
  const isLink = url !== null && /^https?:\/\//.test(url) && url.length <= LIMIT.link;
  if (id === 'go' && isLink) {
    return { type: 'Action.OpenUrl', title: titleOf(label), url };
  }
  const tooltip = about.trim() === '' ? '' : `${label}: ${about}`;
  const press: Press = { do: 'act', action: id, subject, under: context.whole };
  const button = pressButton(context.host, label, press, { style, tooltip, inputs: 'none' });
  const asked = asksFirst(action);
  return asked === null ? button : askingButton(button, asked);
}

/** A button that says what will follow, with the one that does it under it: cards have no other way to ask. */
function askingButton(button: Element, { title, text }: { title: string; text: string }): Element {
  const { title: label } = button;
  const body = [plainText(title, { bold: true }), plainText(text, {}, { spacing: 'None' })];
  const card = { type: 'AdaptiveCard', body, actions: [button] };
  return { type: 'Action.ShowCard', title: label, card };
}

/** Buttons in rows that a narrow card has room for. */
export function buttonRows(buttons: readonly Element[]): Element[] {
  const rows: Element[][] = [];
  let room = 0;
  for (const button of buttons) {
    const size = String(button['title']).length;
    const row = rows.at(-1);
    if (row !== undefined && row.length < LIMIT.rowButtons && size <= room) {
      row.push(button);
      room -= size;
    } else {
      rows.push([button]);
      room = LIMIT.rowText - size;
    }
  }
  return rows.map((actions, i) => ({
    type: 'ActionSet',
    ...(i === 0 ? {} : { spacing: 'Small' }),
    actions,
  }));
}

function titleOf(label: string): string {
  const words = label.replaceAll(/\s+/g, ' ').trim();
  return inert(cutText(words === '' ? drawingWords.nothing : words, LIMIT.buttonText));
}
