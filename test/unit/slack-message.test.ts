import { describe, expect, test } from 'vitest';
import { drawCardView, drawHomeView, drawWaitView } from '../../adapters/slack/card-views.ts';
import { drawMessage } from '../../adapters/slack/message.ts';
import { Pressed, ViewMeta } from '../../adapters/slack/meta.ts';
import { type Block, type Card, noSubject } from '../../src/conversation/card.ts';
import { NonBlank } from '../../src/domain/ids.ts';
import { memberIds } from '../support/chat-arbitraries.ts';
import {
  action,
  boardCard,
  call,
  caseCard,
  draftCard,
  history,
  member,
  nasty,
  nudge,
  strong,
  text,
  time,
  typed,
} from '../support/console-cards.ts';
import { ana } from '../support/fake-console.ts';
import { drawContext, elementsOf, shownText } from '../support/slack-cards.ts';
import { limitFaults } from '../support/slack-limits.ts';

/** Slack knows Ada, and not Sam. */
const ada = { id: memberIds[0], name: NonBlank.parse('Ada Agent') };
const sam = { id: memberIds[2], name: NonBlank.parse('Sam Support') };
const at = Date.UTC(2026, 2, 6, 14);
const context = drawContext();

const card = (change: Partial<Card>): Card => ({
  tone: 'calm',
  heading: [],
  blocks: [],
  actions: [],
  ...change,
});
const pressed = (blocks: readonly unknown[]) =>
  elementsOf(blocks).flatMap(({ value }) =>
    typeof value === 'string' ? [Pressed.parse(JSON.parse(value))] : [],
  );
const json = (value: unknown) => JSON.stringify(value);

describe('a card as a message', () => {
  test('says in its text all that its blocks say, in reading order', () => {
    // given
    const said = card({
      tone: 'urgent',
      heading: [typed('Acme'), text(': a promise is at risk')],
      blocks: [
        { b: 'quote', label: 'What it means for Acme', text: 'No figures for the board.' },
        { b: 'facts', rows: [{ label: 'Owner', value: [text('Ada Agent')] }] },
        { b: 'note', line: [text('For the team only.')] },
      ],
    });
    // when
    const { text: fallback, blocks } = drawMessage(said, context);
    // then
    expect(fallback).toBe(
      'Urgent: Acme: a promise is at risk\nWhat it means for Acme: No figures for the board.\nOwner: Ada Agent\nFor the team only.',
    );
    expect(shownText(blocks)).toBe(
      ' Urgent: Acme: a promise is at riskWhat it means for AcmeNo figures for the board.Owner: Ada AgentFor the team only.',
    );
    expect(json(blocks)).toContain('{"type":"emoji","name":"rotating_light"}');
  });

  test('draws typed text as text, whatever it holds', () => {
    const evil = '<!channel> <@U1> <https://example.com|x> *b* `c` @here & ok';
    const { blocks, text: fallback } = drawMessage(
      card({ heading: [typed(evil)], blocks: [{ b: 'note', line: [typed(evil)] }] }),
      context,
    );
    expect(blocks).toEqual([
      {
        type: 'rich_text',
        elements: [
          { type: 'rich_text_section', elements: [{ type: 'text', text: evil, style: { bold: true } }] },
        ],
      },
      { type: 'context', elements: [{ type: 'plain_text', text: evil, emoji: false }] },
    ]);
    expect(fallback).toContain('&lt;!channel&gt;');
    expect(limitFaults({ blocks, text: fallback })).toEqual([]);
  });

  test('mentions members in headings and lines, and only names them in facts, lists and notes', () => {
    const line = [member(ada)];
    const blocks: Block[] = [
      { b: 'text', line },
      { b: 'note', line },
      { b: 'facts', rows: [{ label: 'Owner', value: line }] },
      { b: 'list', items: [{ line, detail: line, tone: 'calm', actions: [] }] },
    ];
    const drawn = drawMessage(card({ heading: line, blocks }), context);
    expect(json(drawn.blocks).match(/"type":"user","user_id":"U000"/g)).toHaveLength(2);
    expect(json(drawn.blocks).match(/Ada Agent/g)).toHaveLength(4);
    expect(drawn.text).not.toContain('U000');
  });

  test('names a member whom Slack does not know', () => {
    const drawn = drawMessage(card({ heading: [member(sam)] }), context);
    expect(json(drawn.blocks)).toContain('Sam Support');
    expect(json(drawn.blocks)).not.toContain('"user"');
  });

  test('shows a time in the reader’s zone, with the customer’s beside it', () => {
    const line = [text('Due '), time(at, 'Asia/Kathmandu', 'Acme'), text('.')];
    const drawn = drawMessage(
      card({
        blocks: [
          { b: 'text', line },
          { b: 'note', line: [time(at), text('.')] },
        ],
      }),
      context,
    );
    expect(json(drawn.blocks[0])).toContain(
      json({
        type: 'date',
        timestamp: at / 1_000,
        format: '{date_short_pretty} at {time}',
        fallback: 'Fri 6 Mar 2026 14:00 UTC',
      }),
    );
    expect(shownText(drawn.blocks[0])).toBe('Due  · Fri 19:45 Acme.');
    const token = `<!date^${at / 1_000}^{date_short_pretty} at {time}|Fri 6 Mar 2026 14:00 UTC>`;
    expect(drawn.blocks[1]).toEqual({
      type: 'context',
      elements: [{ type: 'mrkdwn', text: `${token}.`, verbatim: true }],
    });
    expect(drawn.text).toBe(`Due ${token} · Fri 19:45 Acme.\n${token}.`);
  });

  test('gives every button its own id and what it does, and says in a list what it is about', () => {
    const items = [1, 2].map((n) => ({
      line: [strong(`#${n} `), typed('Acme')],
      detail: [],
      tone: 'calm' as const,
      actions: [action('keep', 'Kept'), action('go', 'Open thread')],
    }));
    const actions = [action('keep', 'Kept', 'primary'), action('withdraw', 'Withdraw', 'danger')];
    const { blocks } = drawMessage(card({ blocks: [{ b: 'list', items }], actions }), context);
    const buttons = elementsOf(blocks);
    expect(new Set(buttons.map(({ action_id }) => action_id)).size).toBe(6);
    expect(buttons[0]).toMatchObject({ accessibility_label: 'Kept: #1 Acme' });
    expect(buttons.slice(4).map(({ style }) => style)).toEqual(['primary', 'danger']);
    expect(pressed(blocks).at(-1)).toEqual({ v: 1, do: 'act', action: 'withdraw', subject: noSubject });
  });

  test('links to the thread where it is known, but for other cases', () => {
    const go = action('go', 'Open thread');
    const items = [{ line: [text('Case 3')], detail: [], tone: 'calm' as const, actions: [go] }];
    const threadUrl = 'https://example.slack.com/archives/C1/p1';
    const drawn = drawMessage(
      card({ blocks: [{ b: 'list', items }], actions: [go] }),
      drawContext({ threadUrl }),
    );
    const [other, own] = elementsOf(drawn.blocks);
    expect(other).not.toHaveProperty('url');
    expect(own).toMatchObject({ action_id: 'link/1', url: threadUrl });
    expect(own).not.toHaveProperty('value');
  });

  test('asks first where something is done at once and can’t be taken back', () => {
    const actions = [
      action('not mine', 'Not mine'),
      action('decline', 'Decline', 'danger'),
      action('take', 'I’ll take it'),
    ];
    const buttons = elementsOf(drawMessage(card({ actions }), context).blocks);
    expect(buttons.map((button) => 'confirm' in button)).toEqual([true, false, false]);
  });

  test('offers the draft to be copied, and says what is wrong with it', () => {
    const { blocks } = drawMessage(draftCard(), context);
    expect(json(blocks)).toContain('rich_text_preformatted');
    expect(shownText(blocks)).toContain('“asap” It promises nothing. Write a time.');
  });

  test('cuts what is long with “…” and shows the rest behind one button', () => {
    const long = card({
      blocks: [
        { b: 'quote', label: 'Notes', text: nasty.long },
        { b: 'quote', label: 'More', text: nasty.long },
      ],
    });
    const { blocks, text: fallback } = drawMessage(long, context);
    expect(shownText(blocks)).toMatch(/word\d+…More.*word\d+…$/s);
    expect(pressed(blocks)).toEqual([{ v: 1, do: 'whole', ref: context.whole, page: 0 }]);
    expect(fallback.endsWith('…')).toBe(true);
    expect(fallback.length).toBeGreaterThan(3_900);
  });

  test('says in words that it is cut, where nothing can be referred to', () => {
    const long = card({ blocks: [{ b: 'quote', label: 'Notes', text: nasty.long }] });
    const { blocks } = drawMessage(long, drawContext({ whole: null }));
    expect(elementsOf(blocks)).toEqual([]);
    expect(shownText(blocks)).toContain('This is cut');
  });

  test('never cuts what people see as one character', () => {
    const family = '👩‍👩‍👧‍👦';
    const { blocks } = drawMessage(
      card({ blocks: [{ b: 'quote', label: '', text: family.repeat(500) }] }),
      context,
    );
    expect(shownText(blocks)).toBe(`${family.repeat(109)}…`);
  });

  test('marks a word of refusal that stands alone', () => {
    const refusal = card({
      tone: 'attention',
      blocks: [{ b: 'note', line: [text('That is not here any more.')] }],
    });
    expect(drawMessage(refusal, context)).toEqual({
      blocks: [
        {
          type: 'context',
          elements: [
            { type: 'mrkdwn', text: ':warning:', verbatim: true },
            { type: 'plain_text', text: 'That is not here any more.', emoji: false },
          ],
        },
      ],
      text: 'Needs attention: That is not here any more.',
    });
  });

  test.each<[string, Card]>([
    ['a case', caseCard({ stakes: nasty.script, title: nasty.rtl, by: ana, at })],
    ['the history', history(ana)],
    ['a nudge', nudge(ana, at, false)],
    ['a call', call(ana, at)],
    ['a draft', draftCard()],
    ['the board', boardCard(ana, at, 12)],
  ])('is within the limits: %s', (_, drawn) => {
    expect(limitFaults(drawMessage(drawn, context))).toEqual([]);
    expect(limitFaults(drawCardView(drawn, context, 0))).toEqual([]);
    expect(limitFaults(drawHomeView(drawn, context))).toEqual([]);
  });
});

describe('a card as a view', () => {
  const long = card({
    heading: [text('What we know of Acme Corporation')],
    blocks: Array.from({ length: 12 }, (_, i) => ({
      b: 'quote' as const,
      label: `Note ${i}`,
      text: nasty.long,
    })),
  });

  test('shows everything, over pages that lead to each other', () => {
    const first = drawCardView(long, context, 0);
    const last = drawCardView(long, context, 99);
    expect(pressed(first.blocks)).toEqual([{ v: 1, do: 'whole', ref: context.whole, page: 1 }]);
    expect(shownText(first.blocks)).toContain('Page 1 of 2');
    expect(pressed(last.blocks)).toEqual([{ v: 1, do: 'whole', ref: context.whole, page: 0 }]);
    expect(shownText(last.blocks)).toContain('Note 11');
  });

  test('has a title that ends after a word', () => {
    expect(drawCardView(long, context, 0)).toMatchObject({ title: { text: 'What we know of Acme…' } });
    expect(drawCardView(card({}), context, 0)).toMatchObject({
      title: { text: 'Kept' },
      callback_id: 'card',
    });
  });
});

describe('the home and the wait', () => {
  test('the home has its heading large and a line above each part', () => {
    const blocks: Block[] = [
      { b: 'text', line: [text('You have no open promises.')] },
      { b: 'text', line: [strong('At risk in my team')] },
    ];
    const view = drawHomeView(
      card({ heading: [text('My promises')], blocks, actions: [action('open', 'Open care case')] }),
      context,
    );
    expect(view.blocks.map(({ type }) => type)).toEqual([
      'header',
      'rich_text',
      'divider',
      'rich_text',
      'actions',
    ]);
  });

  test('the wait shows what was typed', () => {
    const heard = '00000000-0000-4000-8000-000000000009';
    const view = drawWaitView('saving', heard, '<!channel> help');
    expect(view).toMatchObject({ title: { text: 'One moment…' }, callback_id: 'wait' });
    expect(shownText(view.blocks)).toContain('<!channel> help');
    expect(ViewMeta.parse(JSON.parse(view.private_metadata ?? ''))).toEqual({ v: 1, kind: 'wait', heard });
    expect(limitFaults(view)).toEqual([]);
  });
});
