import { z } from 'zod';
import type { TabChoices } from '../tab-wire.ts';

type Element = Record<string, unknown>;

/** Mentions as a card brings them: `text` stands in its texts, `mentioned.name` is whom it means. */
const Mentions = z.object({
  msteams: z.object({
    entities: z.array(z.object({ text: z.string(), mentioned: z.object({ name: z.string() }) })),
  }),
});
const Customers = z.object({
  choices: z.array(z.looseObject({ value: z.string() })),
  'choices.data': z.object({ dataset: z.literal('customers') }),
});
const NO_CHOICE = '-';
const Typed = z.object({ type: z.string().startsWith('Input.'), id: z.string() });

/** What was done in a card before it is drawn once more. */
export type Before = {
  /** What stood in its inputs, by their ids. */
  typed: Readonly<Record<string, string>>;
  /** The customers that were found. */
  found: TabChoices;
};

/**
 * A card as the tab shows it. Nobody is called by looking at it, so mentions are names; what Teams would look up
 * elsewhere stands as a list, and what was done in it before is there again.
 */
export function readable(card: Element, { typed, found }: Before): Element {
  const mentions = Mentions.safeParse(card).data?.msteams.entities ?? [];
  const named = (text: string) =>
    mentions.reduce((so, mention) => so.replaceAll(mention.text, `**${mention.mentioned.name}**`), text);

  function within(name: string, value: unknown): unknown {
    switch (name) {
      case 'text':
        return typeof value === 'string' ? named(value) : value;
      // What a button carries goes back as it came.
      case 'data':
        return value;
      default:
        return any(value);
    }
  }

  function any(value: unknown): unknown {
    if (Array.isArray(value)) {
      return value.map(any);
    }
    return typeof value === 'object' && value !== null ? element({ ...value }) : value;
  }

  function element(source: Element): Element {
    const shown = Object.fromEntries(
      Object.entries(source).map(([name, value]) => [name, within(name, value)]),
    );
    const input = Typed.safeParse(shown).data;
    if (input === undefined) {
      return shown;
    }
    const value = typed[input.id];
    return { ...shown, ...lookedUp(shown, found), ...(value === undefined ? {} : { value }) };
  }

  return element(card);
}

/** Customers are found by the tab as one types, without the choice that stands for there being none; others are a list. */
function lookedUp(input: Element, found: TabChoices): Element {
  if (input['type'] !== 'Input.ChoiceSet' || input['style'] !== 'filtered') {
    return {};
  }
  const customers = Customers.safeParse(input).data;
  if (customers === undefined) {
    return { style: 'compact' };
  }
  const own = customers.choices.filter(({ value }) => value !== NO_CHOICE);
  const more = found.filter(({ value }) => !own.some((choice) => choice.value === value));
  return { choices: [...own, ...more], 'choices.data': undefined };
}
