import { z } from 'zod';

const Words = z.string().catch('');
const Choice = z.object({ title: z.string(), value: z.string() });
const Node = z.looseObject({
  type: Words,
  id: Words,
  label: Words,
  title: Words,
  text: Words,
  value: Words,
  choices: z.array(Choice).catch([]),
});
type Node = z.infer<typeof Node>;

/** What can be filled in on a card. */
export type Input = {
  id: string;
  type: string;
  label: string;
  value: string;
  choices: { title: string; value: string }[];
  isRequired: boolean;
};

/** What can be pressed on a card. */
export type Button = { label: string; action: Node };

/** All words that a reader of a card sees, in their order and in a line; macros of dates as they are. */
export function wordsOf(card: unknown): string {
  return textsIn(card).join(' ').replaceAll(/\s+/gu, ' ').trim();
}

/** What can be pressed on a card, in its order; what only opens others is none of them, those that it opens are. */
export function buttonsOf(card: unknown): Button[] {
  return nodesIn(card)
    .filter(({ type }) => type.startsWith('Action.') && type !== 'Action.ShowCard')
    .map((action) => ({ label: action.title, action }));
}

/** Labels of the buttons of a card. */
export function labelsOf(card: unknown): string[] {
  return buttonsOf(card).map(({ label }) => label);
}

/** What can be filled in on a card, in its order. */
export function inputsOf(card: unknown): Input[] {
  return nodesIn(card)
    .filter(({ type }) => type.startsWith('Input.'))
    .map(({ id, type, label, value, choices, isRequired }) => ({
      id,
      type,
      label,
      value,
      choices,
      isRequired: isRequired === true,
    }));
}

/** The order in which the parts of an element are read. */
const PARTS = ['columns', 'rows', 'cells', 'items', 'body', 'inlines', 'facts', 'actions', 'card'];

function nodesIn(it: unknown): Node[] {
  if (Array.isArray(it)) return it.flatMap(nodesIn);
  const node = Node.safeParse(it).data;
  if (node === undefined || node['isVisible'] === false) return [];
  const tap = node['selectAction'];
  return [node, ...PARTS.flatMap((part) => nodesIn(node[part])), ...nodesIn(tap)];
}

function textsIn(it: unknown): string[] {
  return nodesIn(it).flatMap((node) => {
    const { type, label, title, text, value, choices } = node;
    if (type === 'TextRun') return [];
    if (type === 'RichTextBlock') return [shown(runsIn(node['inlines']))];
    if (type === 'TextBlock') return [shown(text.replaceAll(/<at>(.*?)<\/at>/gu, '$1'))];
    const chosen = choices.find((choice) => choice.value === value)?.title ?? value;
    const isFilled = type === '' || type.startsWith('Input.');
    return [label, title, isFilled ? chosen : ''].filter((one) => one !== '').map(shown);
  });
}

function runsIn(inlines: unknown): string {
  return z
    .array(z.union([z.string(), z.object({ text: z.string() }).transform(({ text }) => text)]))
    .catch([])
    .parse(inlines)
    .join('');
}

/** Without what is invisible. */
function shown(text: string): string {
  return text.replaceAll('\u2060', '');
}
