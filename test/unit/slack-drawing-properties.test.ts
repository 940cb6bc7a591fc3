import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawCardView, drawHomeView } from '../../adapters/slack/card-views.ts';
import { drawFormView } from '../../adapters/slack/form-view.ts';
import { drawMessage } from '../../adapters/slack/message.ts';
import { Pressed, ViewMeta } from '../../adapters/slack/meta.ts';
import { Card } from '../../src/conversation/card.ts';
import { Form } from '../../src/conversation/form.ts';
import { anyCard, anyForm } from '../support/chat-arbitraries.ts';
import { drawContext, elementsOf, formMeta, shownText } from '../support/slack-cards.ts';
import { limitFaults } from '../support/slack-limits.ts';
import { bare, typedOf } from '../support/typed-text.ts';

const RUNS = { numRuns: 60 };

/** The pages of a card's view, followed by *More* from the first to the last. */
function pagesOf(card: Card): unknown[][] {
  const pages: unknown[][] = [];
  for (let page: number | null = 0; page !== null && pages.length < 500; ) {
    const { blocks } = drawCardView(card, drawContext(), page);
    const presses = elementsOf(blocks.slice(-1)).flatMap(({ value }) =>
      typeof value === 'string' ? [Pressed.parse(JSON.parse(value))] : [],
    );
    const turns = presses.flatMap((press) => (press.do === 'whole' ? [press.page] : []));
    // Under a page of several stand its number and a row of buttons.
    pages.push(turns.length > 0 ? blocks.slice(0, -2) : blocks);
    page = turns.find((next) => next > pages.length - 1) ?? null;
  }
  return pages;
}

describe('whatever a card holds', () => {
  test('its message is within every limit, and nothing in it fires', () => {
    fc.assert(
      fc.property(anyCard, fc.boolean(), (card, known) => {
        Card.parse(card);
        const threadUrl = known ? 'https://example.slack.com/archives/C1/p1' : null;
        const whole = known ? drawContext().whole : null;
        expect(limitFaults(drawMessage(card, drawContext({ threadUrl, whole })))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('what its message leaves out is behind *Show all*', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const { blocks } = drawMessage(card, drawContext());
        const shown = bare(shownText(blocks));
        const isWhole = typedOf(card).every((text) => shown.includes(text));
        const offers = elementsOf(blocks).some(({ action_id }) => String(action_id).startsWith('whole/'));
        expect(isWhole || offers).toBe(true);
      }),
      RUNS,
    );
  });

  test('its views and its home are within every limit', () => {
    fc.assert(
      fc.property(anyCard, fc.nat(4), (card, page) => {
        const view = drawCardView(card, drawContext(), page);
        expect(limitFaults(view)).toEqual([]);
        expect(ViewMeta.parse(JSON.parse(view.private_metadata ?? ''))).toMatchObject({ kind: 'card' });
        expect(limitFaults(drawHomeView(card, drawContext()))).toEqual([]);
      }),
      RUNS,
    );
  });

  test('everything typed is found whole over the pages of its view, and every button of it', () => {
    fc.assert(
      fc.property(anyCard, (card) => {
        const pages = pagesOf(card);
        const shown = bare(pages.map(shownText).join(''));
        for (const text of typedOf(card)) expect(shown.includes(text), text.slice(0, 80)).toBe(true);
        const buttons = pages.flatMap(elementsOf).filter(({ type }) => type === 'button');
        const inLists = card.blocks.flatMap((block) =>
          block.b === 'list' ? block.items.flatMap(({ actions }) => actions) : [],
        );
        expect(buttons).toHaveLength(card.actions.length + inLists.length);
      }),
      RUNS,
    );
  });
});

describe('whatever a form holds', () => {
  test('its view is within every limit, and carries what it must', () => {
    fc.assert(
      fc.property(anyForm, (form) => {
        Form.parse(form);
        const view = drawFormView(form, formMeta(form), drawContext());
        expect(limitFaults(view)).toEqual([]);
        expect(ViewMeta.parse(JSON.parse(view.private_metadata ?? ''))).toMatchObject({ form: form.id });
        const inputs = view.blocks.filter(({ type }) => type === 'input');
        expect(inputs).toHaveLength(form.fields.length);
      }),
      RUNS,
    );
  });
});
