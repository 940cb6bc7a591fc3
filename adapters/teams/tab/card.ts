import {
  type Action,
  AdaptiveCard,
  Choice,
  ChoiceSetInput,
  ExecuteAction,
  type Input,
  OpenUrlAction,
  SerializationContext,
  SubmitAction,
  Versions,
} from 'adaptivecards';
import type { TabChoices } from '../tab-wire.ts';
import { lookOf, type Theme } from './look.ts';
import { marked } from './marked.ts';
import { type Before, readable } from './readable.ts';

AdaptiveCard.onProcessMarkdown = (text, result) => {
  result.outputHtml = marked(text);
  result.didProcess = true;
};

/** What a card that stands in the page asks for. */
export type Asks = {
  press(data: Record<string, unknown>): void;
  open(url: string): void;
  suggest(query: string): Promise<TabChoices>;
};

const TYPED_FOR_MS = 250;

/** A card in the page; `typed` gives what stands in its inputs now, by their ids. */
export type DrawnCard = { element: HTMLElement; typed: () => Record<string, string> };

/** Draws a card, with what was done in it before; null when it is none. */
export function drawCard(
  card: Record<string, unknown>,
  { theme, locale, before }: { theme: Theme; locale: string; before: Before },
  asks: Asks,
): DrawnCard | null {
  const drawn = new AdaptiveCard();
  drawn.hostConfig = lookOf(theme);
  drawn.lang = locale;
  drawn.parse(readable(card, before), new SerializationContext(Versions.v1_6));
  drawn.onExecuteAction = (action) => carryOut(drawn, action, asks);
  drawn.onAnchorClicked = (_, anchor) => {
    asks.open(anchor.href);
    return true;
  };
  const element = drawn.render();
  if (element === undefined) {
    return null;
  }
  lookUpCustomers(drawn, asks);
  return { element, typed: () => inputsOf(drawn) };
}

function carryOut(card: AdaptiveCard, action: Action, asks: Asks): void {
  if (action instanceof OpenUrlAction && action.url !== undefined) {
    asks.open(action.url);
  } else if (action instanceof ExecuteAction || action instanceof SubmitAction) {
    const isAlone = action.associatedInputs === 'none';
    asks.press({ ...dataOf(action), ...(isAlone ? {} : inputsOf(card)) });
  }
}

function dataOf({ data }: ExecuteAction | SubmitAction): object {
  return typeof data === 'object' ? data : {};
}

/** All of them, for what was emptied is news, too. */
function inputsOf(card: AdaptiveCard): Record<string, string> {
  return Object.fromEntries(
    card.getAllInputs().flatMap((input) => (input.id === undefined ? [] : [[input.id, valueOf(input)]])),
  );
}

function valueOf(input: Input): string {
  const value: unknown = input.value;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** The customers that Kept finds join the choices of their field as one types. */
function lookUpCustomers(card: AdaptiveCard, asks: Asks): void {
  for (const input of card.getAllInputs()) {
    const box = input instanceof ChoiceSetInput && input.style === 'filtered' ? textBoxOf(input) : null;
    if (!(input instanceof ChoiceSetInput) || box === null) {
      continue;
    }
    showTitle(input, box);
    // The library names what is around the box, and the box by its placeholder.
    const named = input.renderedElement?.querySelector('[aria-labelledby]');
    box.setAttribute('aria-labelledby', named?.getAttribute('aria-labelledby') ?? '');
    // A name that is new is no mistake, and Kept says itself what is wrong.
    input.isValid = () => true;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    box.addEventListener('input', () => {
      clearTimeout(waiting);
      waiting = setTimeout(() => void lookUp(input, box, asks), TYPED_FOR_MS);
    });
  }
}

async function lookUp(input: ChoiceSetInput, box: HTMLInputElement, asks: Asks): Promise<void> {
  const query = box.value.trim();
  if (query === '' || input.choices.some(({ title }) => title === query)) {
    return;
  }
  for (const { title, value } of await asks.suggest(query)) {
    if (!input.choices.some((known) => known.value === value)) {
      input.choices.push(new Choice(title, value));
      box.list?.append(new Option(title, title));
    }
  }
}

function textBoxOf(input: ChoiceSetInput): HTMLInputElement | null {
  return input.renderedElement?.querySelector<HTMLInputElement>('input[list]') ?? null;
}

/** The library puts a choice's value there, which is an id. */
function showTitle(input: ChoiceSetInput, box: HTMLInputElement): void {
  const chosen = input.choices.find(({ value }) => value === input.defaultValue);
  if (chosen?.title !== undefined) {
    box.value = chosen.title;
  }
}
