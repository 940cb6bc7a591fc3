import type { Button } from '@slack/types';
import { asksFirst } from '../../src/conversation/asks-first.ts';
import type { Action } from '../../src/conversation/card.ts';
import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import { LIMIT } from './limits.ts';
import { META_VERSION, type Pressed, type WholeRef } from './meta.ts';

/** What a button does, without the version that it is stamped with. */
type Press = Pressed extends infer One ? (One extends { v: unknown } ? Omit<One, 'v'> : never) : never;

/** Makes the buttons of one message or view: each has an `action_id` of its own. */
export type Buttons = {
  /** `about` is what a screen reader says after the label, for there are many of the same name in a list. */
  act(action: Action, options?: { about?: string; url?: string | null }): Button;
  /** Null when what it refers to is too long for a button. */
  press(label: string, press: Press, style?: Action['style']): Button | null;
};

/** The buttons of a message or view. A button that is a link has the `action_id` `link/n`, and no value. */
export function createButtons(): Buttons {
  let count = 0;
  const made = (kind: string, label: string): Button => {
    const text = cutText(label.trim() === '' ? drawingWords.nothing : label, LIMIT.buttonText);
    return {
      type: 'button',
      action_id: `${kind}/${count++}`,
      text: { type: 'plain_text', text, emoji: false },
    };
  };

  function press(label: string, what: Press, style: Action['style'] = 'plain'): Button | null {
    const value = JSON.stringify({ v: META_VERSION, ...what } satisfies Pressed);
    if (value.length > LIMIT.buttonValue) return null;
    return { ...made(what.do, label), value, ...(style === 'plain' ? {} : { style }) };
  }

  return {
    press,
    act(action, { about = '', url = null } = {}) {
      const { id, label, style, subject } = action;
      if (id === 'go' && url !== null && url.length <= LIMIT.buttonUrl) {
        return { ...made('link', label), url };
      }
      const button = press(label, { do: 'act', action: id, subject }, style) ?? made('act', label);
      const spoken =
        about.trim() === '' ? {} : { accessibility_label: cutText(`${label}: ${about}`, LIMIT.buttonText) };
      return { ...button, ...spoken, ...confirmOf(action) };
    },
  };
}

/** *Show all*, from a page on; null when nothing can be referred to. */
export function wholeButton(
  buttons: Buttons,
  label: string,
  whole: { ref: WholeRef | null; page: number },
): Button | null {
  const { ref, page } = whole;
  return ref === null ? null : buttons.press(label, { do: 'whole', ref, page });
}

/** What acts at once and can't be undone asks first; what opens a form needn't. */
function confirmOf(action: Action): Pick<Button, 'confirm'> {
  const asked = asksFirst(action);
  if (asked === null) return {};
  const { label } = action;
  const { title, text, isGrave } = asked;
  const plain = (said: string) => ({ type: 'plain_text' as const, text: said, emoji: false });
  return {
    confirm: {
      title: plain(title),
      text: plain(text),
      confirm: plain(cutText(label.trim() === '' ? drawingWords.send : label, LIMIT.confirmButton)),
      deny: plain(drawingWords.confirm.sure.no),
      ...(isGrave ? { style: 'danger' as const } : {}),
    },
  };
}
