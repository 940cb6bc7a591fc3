import { z } from 'zod';
import { unreachable } from '../../src/domain/unreachable.ts';
import { type Button, buttonsOf, type Input, inputsOf, wordsOf } from './playground-cards.ts';
import { names, people } from './playground-team.ts';

/** What came of a press. */
export type Outcome =
  | { kind: 'card'; card: unknown }
  | { kind: 'message'; text: string }
  | { kind: 'error'; text: string }
  /** The client didn't even send it: what must be filled in is empty. */
  | { kind: 'unfilled'; labels: string[] };

const Data = z.record(z.string(), z.unknown()).catch({});
const Does = z.object({ kept: z.object({ do: z.string() }) });

/** What it says. */
export function wordsIn(outcome: Outcome): string {
  switch (outcome.kind) {
    case 'card':
      return wordsOf(outcome.card);
    case 'message':
    case 'error':
      return outcome.text;
    case 'unfilled':
      return outcome.labels.join(', ');
    default:
      return unreachable(outcome);
  }
}

/** What was typed into a card, by the id of the input. */
export type Typed = { get: (id: string) => string | undefined; set: (id: string, value: string) => void };

/** A card with the eyes of one person: what they typed into it stays until another card stands in its place. */
export type CardForm = ReturnType<typeof cardForm>;

/** `card` gives it as it stands, `send` presses. */
export function cardForm({
  card,
  typed,
  send,
}: {
  card: () => unknown;
  typed: Typed;
  send: (action: Button['action'], data: Record<string, unknown>) => Promise<Outcome>;
}) {
  const valueOf = (input: Input) => typed.get(input.id) ?? input.value;

  function need(label: string): Input {
    const inputs = inputsOf(card());
    const found =
      inputs.find((input) => input.id === `f.${label}`) ??
      inputs.find((input) => input.label.startsWith(label));
    if (found !== undefined) return found;
    const labels = inputs.map(({ id, label: named }) => `${named} (${id})`).join(', ');
    throw new Error(`No field ${label} among ${labels}: ${wordsOf(card())}`);
  }

  async function press(label: string, is?: (button: Button) => boolean): Promise<Outcome> {
    const buttons = buttonsOf(card());
    const button = buttons.find((one) => (is === undefined ? one.label === label : is(one)));
    if (button === undefined) {
      throw new Error(
        `No button ${label} among ${buttons.map((one) => one.label).join(', ')}: ${wordsOf(card())}`,
      );
    }
    const { action } = button;
    const taken = action['associatedInputs'] !== 'none' ? inputsOf(card()) : [];
    const unfilled = taken.filter((input) => input.isRequired && valueOf(input) === '');
    if (unfilled.length > 0) {
      return { kind: 'unfilled', labels: unfilled.map((input) => input.label) };
    }
    const filled = taken
      .filter((input) => valueOf(input) !== '')
      .map((input) => [input.id, valueOf(input)] as const);
    return send(action, { ...Data.parse(action['data']), ...Object.fromEntries(filled) });
  }

  return {
    words: () => wordsOf(card()),
    labels: () => inputsOf(card()).map(({ label }) => label),
    buttons: () => buttonsOf(card()).map(({ label }) => label),
    /** What stands in a field, as its label or its id (without `f.`) names it. */
    value: (label: string) => valueOf(need(label)),
    choices: (label: string) => need(label).choices.map(({ title }) => title),
    /**
     * Types or picks. A person who isn't among the choices is found in the directory, as Teams finds them, and a
     * customer who isn't is named as a new one.
     */
    put: (values: Record<string, string>) => {
      for (const [label, value] of Object.entries(values)) {
        const input = need(label);
        const isNew = inputsOf(card()).find(({ id }) => id === input.id.replace('f.', 'new.'));
        const known = input.type === 'Input.ChoiceSet' ? picked(input, value) : value;
        if (known !== null) typed.set(input.id, known);
        else if (isNew !== undefined) typed.set(isNew.id, value);
        else
          throw new Error(`No choice ${value} among ${input.choices.map(({ title }) => title).join(', ')}`);
      }
    },
    press: (label: string) => press(label),
    /** Whether it can still be sent. */
    isOpen: () => buttonsOf(card()).some(does('submit')),
    /** Presses the button that sends the form. */
    submit: () => press('(that sends it)', does('submit')),
    /** Presses the first button that has it checked. */
    check: () => press('(that checks it)', does('preview')),
    back: () => press('(that leads back)', does('back')),
  };
}

function does(what: string) {
  return ({ action }: Button) => Does.safeParse(action['data']).data?.kept.do === what;
}

/** The value of a choice; null where nothing of the kind can be chosen. */
function picked(input: Input, value: string): string | null {
  const choice = input.choices.find(({ title, value: own }) => title.startsWith(value) || own === value);
  if (choice !== undefined) return choice.value;
  const person = names.find((name) => name === value || people[name].realName === value);
  return person === undefined ? null : people[person].personId;
}
