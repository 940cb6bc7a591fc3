import { isRecord } from './fake-teams-world.ts';

/** What a person types or picks, by the id of the input (`f.happened`), or its end, or its label. */
export type Typing = Record<string, string>;

type Node = Record<string, unknown>;

/** Every element and action of a card, however deep it stands. */
export function nodesIn(card: unknown): Node[] {
  if (Array.isArray(card)) return card.flatMap(nodesIn);
  if (!isRecord(card)) return [];
  const inside = Object.entries(card).flatMap(([name, value]) => (name === 'data' ? [] : nodesIn(value)));
  return typeof card['type'] === 'string' ? [card, ...inside] : inside;
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : '');

export function buttonsIn(card: unknown): Node[] {
  return nodesIn(card).filter(
    (node) => textOf(node['type']).startsWith('Action.') && typeof node['title'] === 'string',
  );
}

/** The button that a test means: by its words, or by the start of them. */
export function buttonIn(card: unknown, name: string): Node {
  const buttons = buttonsIn(card);
  const found =
    buttons.find(({ title }) => title === name) ??
    buttons.find(({ title }) => textOf(title).startsWith(name));
  if (found === undefined) {
    throw new Error(
      `There is no button “${name}” among ${buttons.map(({ title }) => textOf(title)).join(', ')}`,
    );
  }
  return found;
}

export function inputsIn(card: unknown): Node[] {
  return nodesIn(card).filter((node) => textOf(node['type']).startsWith('Input.'));
}

/** What a client sends of a card's inputs: what stood in them, and over it what was typed. */
export function withTyped(card: unknown, typing: Typing): Record<string, string> {
  const inputs = inputsIn(card);
  const values: Record<string, string> = {};
  for (const { id, value } of inputs) {
    if (typeof value === 'string') values[textOf(id)] = value;
  }
  for (const [name, typed] of Object.entries(typing)) {
    const input =
      inputs.find(({ id }) => id === name || id === `f.${name}`) ??
      inputs.find(({ label }) => textOf(label).startsWith(name));
    if (input === undefined) {
      throw new Error(`There is no input “${name}” among ${inputs.map(({ id }) => textOf(id)).join(', ')}`);
    }
    values[textOf(input['id'])] = typed;
  }
  return values;
}
