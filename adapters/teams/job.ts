import type { Shown } from './arrival.ts';
import type { Pressed, WholeRef } from './meta.ts';
import { pressedOf } from './pressed.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson } from './told.ts';

/** `isQuestion`: they may be asked the same again; `isOnce`: what it says can't be had again. */
export type Giving = { isQuestion?: boolean; isOnce?: boolean };

/** How somebody is answered. */
export type Outlet = {
  /** What its buttons have to be. */
  host: 'card' | 'dialog';
  /** Shows it to them: in the place of what they pressed, or in the conversation. */
  give: (shown: Shown, how?: Giving) => Promise<void>;
};

/** Something that a person told Kept, being worked on. */
export type Job = {
  /** Its row in the inbox. */
  heardId: string;
  /** The row with the words themselves: another one's where this is a press on *Open it*. */
  wordsId: string;
  connection: TeamsConnection;
  told: ByPerson;
  outlet: Outlet;
  /** The post that the press stands in, where that is an answer of ours, or stands for one; null elsewhere. */
  on: string | null;
};

/** What somebody pressed; null for what is no press, and for what can't be read. */
export function pressOf(told: ByPerson): Pressed | null {
  return told.kind === 'press' || told.kind === 'dialog' ? pressedOf(told.data) : null;
}

/** What stood where the press was made, before what stands there; null where it stands by itself. */
export function underOf(told: ByPerson): WholeRef | null {
  const press = pressOf(told);
  switch (press?.do) {
    case 'act':
      return press.under;
    case 'submit':
    case 'preview':
      return press.meta.under;
    default:
      return null;
  }
}

/** Whether a button of a dialog or a card was pressed, and its card can be replaced by the answer. */
export function isPress(told: ByPerson): boolean {
  return told.kind === 'press' || told.kind === 'dialog';
}
