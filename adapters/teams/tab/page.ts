import { z } from 'zod';
import type { TabAnswer, TabChoices, TabPress } from '../tab-wire.ts';
import { type DrawnCard, drawCard } from './card.ts';
import type { Host } from './host.ts';
import type { Kept, Said } from './kept.ts';
import { themeOf } from './look.ts';
import { words } from './words.ts';

/** What stands in the page. */
type OnShow = { card: Record<string, unknown>; isHome: boolean };

/** A press that saves nothing: what was typed stays, whatever comes of it. */
const Look = z.object({ kept: z.object({ do: z.literal('preview') }) });
/** A card that is older is asked for again when one comes back to the tab. */
const FRESH_FOR_MS = 30_000;

/**
 * The tab: the home card; a press brings the card that takes its place, or a sentence and the home card anew.
 * Whatever fails leaves what stands there, with what was typed.
 */
export function createPage(root: Document, host: Host, kept: Kept): { home(): Promise<void> } {
  const element = elementsOf(root);
  let onShow: OnShow | null = null;
  let drawn: DrawnCard | null = null;
  let found: TabChoices = [];
  let isBusy = false;
  let shownAt = 0;
  let theme = themeOf(host.theme);
  let again: () => Promise<void> = home;

  async function home(): Promise<void> {
    await during(words.loading, home, kept.home, (answer) => show(answer, { isHome: true }));
  }

  function press(data: Record<string, unknown>): void {
    let pressed: TabPress = { id: crypto.randomUUID(), data };
    const send = () =>
      during(
        words.sending,
        async () => {
          pressed = anew(pressed, drawn?.typed() ?? {});
          await send();
        },
        () => kept.press(pressed),
        (answer) => show(answer, { isLook: Look.safeParse(data).success }),
      );
    void send();
  }

  /** One thing at a time: what is pressed meanwhile is not heard. */
  async function during(
    saying: string,
    repeat: () => Promise<void>,
    ask: () => Promise<Said<TabAnswer>>,
    then: (answer: TabAnswer) => Promise<void>,
  ): Promise<void> {
    if (isBusy) {
      return;
    }
    busy(true, saying);
    const said = await ask();
    busy(false, '');
    element.trouble.hidden = said.ok;
    if (said.ok) {
      await then(said.answer);
    } else {
      again = repeat;
      element.why.textContent = said.why;
      element.tryAgain.focus();
    }
  }

  function busy(now: boolean, saying: string): void {
    isBusy = now;
    element.said.textContent = saying;
    element.card.ariaBusy = String(now);
    element.card.inert = now;
    element.refresh.disabled = now;
    element.back.disabled = now;
  }

  async function show(answer: TabAnswer, { isHome = false, isLook = false }): Promise<void> {
    if (answer.kind === 'sentence') {
      if (!isHome && !isLook) {
        await home();
      }
      element.said.textContent = answer.text;
      return;
    }
    const isFirst = onShow === null;
    onShow = { card: answer.card, isHome };
    shownAt = Date.now();
    found = [];
    draw({});
    if (!isFirst) {
      root.defaultView?.scrollTo(0, 0);
      element.card.focus({ preventScroll: true });
    }
  }

  function draw(typed: Record<string, string>): void {
    root.documentElement.dataset['theme'] = theme;
    if (onShow === null) {
      return;
    }
    const look = { theme, locale: host.locale, before: { typed, found } };
    drawn = drawCard(onShow.card, look, { press, open: host.open, suggest });
    element.card.replaceChildren(drawn?.element ?? words.unread);
    element.card.ariaLabel = onShow.isHome ? words.cardOf.home : words.cardOf.other;
    element.back.hidden = onShow.isHome;
    element.refresh.hidden = !onShow.isHome;
  }

  async function suggest(query: string): Promise<TabChoices> {
    const said = await kept.suggest(query);
    const answer = said.ok ? said.answer : [];
    found = [...found, ...answer];
    return answer;
  }

  const heed = (button: HTMLButtonElement, act: () => Promise<void>) =>
    button.addEventListener('click', () => void act());
  heed(element.refresh, home);
  heed(element.back, home);
  heed(element.tryAgain, () => again());
  host.onTheme((name) => {
    theme = themeOf(name);
    draw(drawn?.typed() ?? {});
  });
  root.addEventListener('visibilitychange', () => {
    if (!root.hidden && onShow?.isHome === true && Date.now() > shownAt + FRESH_FOR_MS) {
      void home();
    }
  });
  draw({});
  return { home };
}

/** A press tried again: the same one, so that it is done once; another, if what it holds was changed meanwhile. */
function anew({ id, data }: TabPress, typed: Record<string, string>): TabPress {
  const changes = Object.entries(typed).filter(([name, value]) => name in data && data[name] !== value);
  return changes.length === 0
    ? { id, data }
    : { id: crypto.randomUUID(), data: { ...data, ...Object.fromEntries(changes) } };
}

/** The parts of index.html. */
export function elementsOf(root: Document) {
  const button = z.instanceof(HTMLButtonElement);
  const element = z.instanceof(HTMLElement);
  return {
    back: button.parse(root.querySelector('#back')),
    refresh: button.parse(root.querySelector('#refresh')),
    said: element.parse(root.querySelector('#said')),
    trouble: element.parse(root.querySelector('#trouble')),
    why: element.parse(root.querySelector('#trouble p')),
    tryAgain: button.parse(root.querySelector('#trouble button')),
    card: element.parse(root.querySelector('#card')),
  };
}
