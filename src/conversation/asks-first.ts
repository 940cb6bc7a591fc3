import type { Action, ActionId } from './card.ts';
import { drawingWords } from './drawing-words.ts';

/** Actions that ask for nothing more before they are done. */
const AT_ONCE: readonly ActionId[] = ['take', 'not mine', 'reopen', 'on it'];

/** What is asked before an action is done that acts at once and can't be undone; null for what needn't ask. */
export function asksFirst({ id, style }: Pick<Action, 'id' | 'style'>): {
  title: string;
  text: string;
  isGrave: boolean;
} | null {
  const words = drawingWords.confirm;
  const isGrave = style === 'danger' && AT_ONCE.includes(id);
  if (id !== 'not mine' && !isGrave) return null;
  const { title, text } = id === 'not mine' ? words['not mine'] : words.sure;
  return { title, text, isGrave };
}
