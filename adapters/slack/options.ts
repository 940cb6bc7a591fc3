import type { PlainTextOption } from '@slack/types';
import { cutText } from '../../src/conversation/cut.ts';
import { drawingWords } from '../../src/conversation/drawing-words.ts';
import type { Option } from '../../src/conversation/form.ts';
import { LIMIT } from './limits.ts';
import { plain } from './modal.ts';

/** The value of an option that stands for there being none. */
export const NO_OPTION = '-';

/** An option as Slack takes it; null when its value is too long for Slack to carry, or empty. */
export function drawOption({ value, label }: Option): PlainTextOption | null {
  if (value === '' || value.length > LIMIT.optionValue) return null;
  const words = label.trim() === '' ? drawingWords.nothing : label;
  return { value, text: plain(cutText(words, LIMIT.optionText)) };
}

/** Options for a select or a suggestion: each value once, 100 at most, with the one that is chosen among them. */
export function drawOptions(options: readonly Option[], chosen = ''): PlainTextOption[] {
  const once = [...new Map(options.map((option) => [option.value, option])).values()];
  const first = once.filter(({ value }, i) => i < LIMIT.options || value === chosen);
  const fitting = first.length > LIMIT.options ? first.toSpliced(LIMIT.options - 1, 1) : first;
  return fitting.map(drawOption).filter((option) => option !== null);
}
