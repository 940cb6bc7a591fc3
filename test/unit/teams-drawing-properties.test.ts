import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawForm } from '../../adapters/teams/form-card.ts';
import { readValues } from '../../adapters/teams/form-values.ts';
import { drawMessage } from '../../adapters/teams/message.ts';
import { drawPage, layOut } from '../../adapters/teams/page.ts';
import { pressedOf } from '../../adapters/teams/pressed.ts';
import { drawVeil } from '../../adapters/teams/veil.ts';
import type { Card } from '../../src/conversation/card.ts';
import type { Form } from '../../src/conversation/form.ts';
import { anyCard, anyForm, nastyText } from '../support/chat-arbitraries.ts';
import { drawContext, formMeta, ofType, shownText } from '../support/teams-cards.ts';
import { teamsFaults } from '../support/teams-limits.ts';
import { bare, typedOf } from '../support/typed-text.ts';

/** What fails is of such size that making it smaller takes ages. */
const RUNS = { numRuns: 60, endOnFailure: true };
const hosts = fc.constantFrom('card' as const, 'dialog' as const);

/** What a message of a card is sent as. */
const activity = (card: Card, context = drawContext()) => {
  const drawn = drawMessage(card, context);
  const contentType = 'application/vnd.microsoft.card.adaptive';
  return { summary: drawn.summary, attachments: [{ contentType, content: drawn.card }] };
};
/** Text as a reader sees it: marks that can't be seen left out. */
const seen = (text: string) => bare(text).replaceAll('\u2060', '');

/** What a card's pages show, without their numbers and the buttons that turn them. */
function pagesOf(card: Card): unknown[][] {
  const { count, draw } = layOut(card, drawContext());
  return Array.from({ length: count }, (_, page) => draw(page).body.slice(0, count > 1 ? -2 : -1));
}

describe('whatever a card holds', () => {
  test('its message is within every limit, and nothing in it fires', () => {
    fc.assert(
      fc.property(anyCard, fc.boolean(), hosts, (card, known, host) => {
        const threadUrl = known ? 'https://teams.microsoft.com/l/message/19%3Acare/1' : null;
        const whole = known ? drawContext().whole : null;
        const context = drawContext({ threadUrl, whole, host, back: whole });
        expect(teamsFaults(activity(card, context), { host })).toEqual([]);
      }),
      RUNS,
    );
  });

  test('what its message leaves out is behind *Show all*', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const { body } = drawMessage(card, drawContext()).card;
        const shown = seen(shownText(body));
        const isWhole = typedOf(card).every((text) => shown.includes(seen(text)));
        const offers = ofType(body, 'Action.Execute').some(({ data }) => pressedOf(data)?.do === 'whole');
        expect(isWhole || offers).toBe(true);
      }),
      RUNS,
    );
  });

  test('its pages are within every limit', () => {
    fc.assert(
      fc.property(anyCard, fc.nat(4), hosts, (card, page, host) => {
        expect(teamsFaults(drawPage(card, drawContext({ host }), page), { host })).toEqual([]);
      }),
      RUNS,
    );
  });

  test('everything typed is found whole over its pages, and every button of it', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const pages = pagesOf(card);
        const shown = seen(pages.map(shownText).join(''));
        for (const text of typedOf(card)) expect(shown.includes(seen(text)), text.slice(0, 80)).toBe(true);
        const acts = pages
          .flatMap((page) => ofType(page, 'Action.Execute'))
          .filter(({ data }) => pressedOf(data)?.do === 'act');
        const inLists = card.blocks.flatMap((block) =>
          block.b === 'list' ? block.items.flatMap(({ actions }) => actions) : [],
        );
        expect(acts).toHaveLength(card.actions.length + inLists.length);
      }),
      RUNS,
    );
  });
});

describe('whatever a form holds', () => {
  test('its card is within every limit, and carries what it must', () => {
    fc.assert(
      fc.property(anyForm, hosts, (form, host) => {
        const under = drawContext().whole;
        const card = drawForm(form, formMeta(form, { under }), drawContext({ host }));
        expect(teamsFaults(card, { host })).toEqual([]);
        const presses = ofType(card, 'Action.').map(({ data }) => pressedOf(data));
        expect(presses.filter((press) => press?.do === 'submit')).toHaveLength(1);
        const ids = ofType(card, 'Input.').map(({ id }) => String(id));
        expect(ids.filter((id) => id.startsWith('f.'))).toHaveLength(form.fields.length);
      }),
      RUNS,
    );
  });

  test('what is sent of it untouched is what it was drawn with, as far as it was shown', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        const sent = sentOf(form);
        const { values, people, cut } = readValues(sent);
        for (const { name, value, input } of form.fields) {
          const isTyped = ['line', 'lines', 'time', 'number'].includes(input.kind);
          if (!isTyped) continue;
          const shown = new Map(Object.entries(cut)).get(name) ?? value.length;
          expect(values[name]).toBe(value.slice(0, shown).replaceAll('\0', ''));
          expect(Object.keys(people)).not.toContain(name);
        }
        expect(Object.keys(values)).toHaveLength(form.fields.length);
      }),
      RUNS,
    );
  });
});

/** What a client sends of a form that nobody touched: empty inputs are left out. */
function sentOf(form: Form): object {
  const card = drawForm(form, formMeta(form), drawContext());
  const [submit] = ofType(card, 'Action.Execute').filter(({ data }) => pressedOf(data)?.do === 'submit');
  const inputs = ofType(card, 'Input.').flatMap(({ id, value }) =>
    typeof value === 'string' ? [[String(id), value]] : [],
  );
  return { ...Object.fromEntries(inputs), ...Object(submit?.['data']) };
}

describe('whatever is said', () => {
  test('its veil is within every limit, and nothing in it fires', () => {
    fc.assert(
      fc.property(nastyText, nastyText, fc.option(fc.string({ minLength: 1 })), (name, said, refreshFor) => {
        const heard = '00000000-0000-4000-8000-000000000009';
        expect(teamsFaults(drawVeil({ name, said, heard, refreshFor }))).toEqual([]);
      }),
      RUNS,
    );
  });
});
