import { describe, expect, test } from 'vitest';
import { inertMarkdown, timeMacro } from '../../adapters/teams/card-text.ts';
import { drawMessage } from '../../adapters/teams/message.ts';
import { drawPage } from '../../adapters/teams/page.ts';
import { pressedOf } from '../../adapters/teams/pressed.ts';
import { drawVeil } from '../../adapters/teams/veil.ts';
import { type Card, noSubject } from '../../src/conversation/card.ts';
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
import { drawContext, ofType, shownText } from '../support/teams-cards.ts';
import { teamsFaults } from '../support/teams-limits.ts';

/** Teams knows Ada and Mia, and not Sam. */
const ada = { id: memberIds[0], name: NonBlank.parse('Ada Agent') };
const mia = { id: memberIds[1], name: NonBlank.parse('Mia Manager') };
const sam = { id: memberIds[2], name: NonBlank.parse('Sam Support') };
const at = Date.UTC(2026, 2, 6, 14);
const macro = '{{DATE(2026-03-06T14:00:00Z, SHORT)}} {{TIME(2026-03-06T14:00:00Z)}}';
const context = drawContext();

const card = (change: Partial<Card>): Card => ({
  tone: 'calm',
  heading: [],
  blocks: [],
  actions: [],
  ...change,
});
const draw = (change: Partial<Card>, drawn = context) => drawMessage(card(change), drawn).card;
const pressed = (json: unknown) => ofType(json, 'Action.').flatMap(({ data }) => pressedOf(data) ?? []);
const titles = (json: unknown) => ofType(json, 'Action.').map(({ title }) => title);

describe('a card as a message', () => {
  test('says in its fallback text all that it shows, in reading order', () => {
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
    const { card: drawn, summary } = drawMessage(said, context);
    // then
    expect(drawn.fallbackText).toBe(
      'Urgent: Acme: a promise is at risk\nWhat it means for Acme: No figures for the board.\nOwner: Ada Agent\nFor the team only.',
    );
    expect(summary).toBe(drawn.fallbackText.replaceAll('\n', ' '));
    expect(shownText(drawn.body)).toBe(
      '🚨 Urgent: Acme: a promise is at riskWhat it means for AcmeNo figures for the board.OwnerAda AgentFor the team only.',
    );
    expect(teamsFaults(drawn)).toEqual([]);
  });

  test.each<[Card['tone'], string | undefined, string]>([
    ['calm', undefined, 'Acme'],
    ['attention', 'warning', '⚠️ Needs attention: Acme'],
    ['urgent', 'attention', '🚨 Urgent: Acme'],
    ['good', 'good', '✅ Acme'],
  ])('shows a tone by more than its colour: %s', (tone, style, said) => {
    const [heading] = draw({ tone, heading: [text('Acme')] }).body;
    expect(heading?.['style']).toBe(style);
    expect(shownText(heading)).toBe(said);
  });

  test('draws typed text as text, whatever it holds', () => {
    const evil = '**b** <at>Ada Agent</at> [x](https://example.com) `c` {{TIME(2026-03-06T14:00:00Z)}} & ok';
    const drawn = draw({ heading: [typed(evil)], blocks: [{ b: 'note', line: [typed(evil)] }] });
    expect(ofType(drawn, 'TextBlock')).toEqual([]);
    const [run] = ofType(drawn, 'TextRun');
    expect(run?.['text']).toBe(evil.replace('{{TIME', '{\u2060{TIME'));
    expect(drawn.msteams).toBeUndefined();
    expect(teamsFaults(drawn)).toEqual([]);
  });

  test('words a time in each reader’s zone, and beside it in the other', () => {
    const { body } = draw({ blocks: [{ b: 'text', line: [time(at, 'Asia/Kathmandu', 'for Acme')] }] });
    expect(shownText(body)).toBe(`${macro} · Fri 19:45 for Acme`);
    expect(ofType(body, 'TextRun')[0]).toMatchObject({ text: macro });
    // A year that no client could read is worded for it.
    expect(timeMacro(Date.UTC(12_026, 0))).toMatch(/^Thu 1 Jan 12026/);
  });

  test('links to what programs made, and to nothing else', () => {
    const url = 'https://example.com/c/1';
    const { body } = draw({ blocks: [{ b: 'text', line: [{ t: 'link', text: 'the case', url }] }] });
    expect(ofType(body, 'TextRun')).toEqual([
      { type: 'TextRun', text: 'the case', selectAction: { type: 'Action.OpenUrl', url } },
    ]);
    expect(teamsFaults(draw({ heading: [{ t: 'link', text: 'x', url }] }), { links: [url] })).toEqual([]);
  });

  test('puts the draft into a field, as it is, to be copied', () => {
    const drafted = 'Hi *Priya*,\n\n{{TIME(x)}} & you\n';
    const { body } = draw({ blocks: [{ b: 'draft', text: drafted, marks: [] }] });
    expect(ofType(body, 'Input.Text')).toEqual([
      {
        type: 'Input.Text',
        id: 'draft.0',
        label: 'Draft, for you to send',
        isMultiline: true,
        value: drafted,
      },
    ]);
    expect(teamsFaults(draw(draftCard()))).toEqual([]);
  });

  test('is never empty', () => {
    const drawn = drawMessage(card({}), context);
    expect(drawn.summary).toBe('Kept');
    expect(drawn.card.fallbackText).toBe('Kept');
    expect(teamsFaults(drawn.card)).toEqual([]);
  });

  test('begins with its emoji where it has no heading', () => {
    const { body } = draw({
      tone: 'attention',
      blocks: [{ b: 'note', line: [text('That is not here any more.')] }],
    });
    expect(shownText(body)).toBe('⚠️That is not here any more.');
  });

  test.each<[string, Card]>([
    ['a case', caseCard({ stakes: nasty.script, title: nasty.rtl, by: ana, at })],
    ['the history', history(ana)],
    ['a nudge', nudge({ ...ana, ...ada }, at, false)],
    ['a call', call(ana, at)],
    ['a draft', draftCard()],
    ['the board', boardCard(ana, at, 12)],
    ['a board of great length', boardCard(ana, at, 90)],
  ])('is within the limits: %s', (_, drawn) => {
    expect(teamsFaults(drawMessage(drawn, context).card)).toEqual([]);
    expect(teamsFaults(drawPage(drawn, context, 0))).toEqual([]);
    const inDialog = drawContext({ host: 'dialog' });
    expect(teamsFaults(drawMessage(drawn, inDialog).card, { host: 'dialog' })).toEqual([]);
  });
});

describe('a mention', () => {
  const entity = (id: string, name: string) => ({
    type: 'mention',
    text: `<at>${name}</at>`,
    mentioned: { id, name },
  });

  test('is real in a line of harmless words', () => {
    const drawn = draw({
      heading: [member(ada), text(', half of your time is over.')],
      blocks: [{ b: 'text', line: [strong('Due'), text(' '), time(at), text(', by '), member(ada)] }],
    });
    expect(ofType(drawn, 'TextBlock').map(({ text: said }) => said)).toEqual([
      '<at>Ada Agent</at>, half of your time is over.',
      `**Due** ${macro}, by <at>Ada Agent</at>`,
    ]);
    expect(drawn.msteams).toEqual({ entities: [entity('29:user-0', 'Ada Agent')] });
    expect(teamsFaults(drawn)).toEqual([]);
  });

  test('stands beside a line that could mean more than it says', () => {
    const evil = '*so* [x](https://example.com)';
    const drawn = draw({ heading: [member(ada), text(': '), typed(evil)] });
    expect(shownText(drawn.body)).toBe(`Ada Agent: ${evil}<at>Ada Agent</at>`);
    expect(ofType(drawn, 'TextBlock').map(({ text: said }) => said)).toEqual(['<at>Ada Agent</at>']);
    expect(teamsFaults(drawn)).toEqual([]);
  });

  test('is told apart from another of the same name', () => {
    const other = { ...mia, name: ada.name };
    const drawn = draw({ heading: [member(ada), text(' to '), member(other)] });
    expect(drawn.msteams).toEqual({
      entities: [entity('29:user-0', 'Ada Agent'), entity('29:user-1', 'Ada Agent (2)')],
    });
    expect(teamsFaults(drawn)).toEqual([]);
  });

  test('is of a name in which nothing fires', () => {
    const evil = { ...ada, name: NonBlank.parse('<at>*Ada*</at> [x](y)') };
    const drawn = draw({ heading: [text('Owner: '), member(evil)] });
    expect(drawn.msteams).toEqual({ entities: [entity('29:user-0', 'at Ada /at x (y)')] });
    expect(teamsFaults(drawn)).toEqual([]);
  });

  test('is of nobody whom Teams doesn’t know, nor in small print, facts or lists', () => {
    const line = [member(ada)];
    const drawn = draw({
      heading: [member(sam)],
      blocks: [
        { b: 'note', line },
        { b: 'facts', rows: [{ label: 'Owner', value: line }] },
        { b: 'list', items: [{ line, detail: line, tone: 'calm', actions: [] }] },
      ],
    });
    expect(drawn.msteams).toBeUndefined();
    expect(shownText(drawn.body)).toBe('Sam SupportAda AgentOwnerAda AgentAda AgentAda Agent');
  });

  test('isn’t made on a page that one reader alone is shown', () => {
    expect(drawPage(nudge({ ...ana, ...ada }, at, false), context, 0).msteams).toBeUndefined();
  });
});

describe('buttons', () => {
  test('carry what they do, and what their card is', () => {
    const { body } = draw({
      actions: [action('keep', 'Kept', 'primary'), action('withdraw', 'Take back', 'danger')],
    });
    const kept = { v: 1, do: 'act', action: 'keep', subject: noSubject, under: context.whole };
    const [keep, withdraw] = ofType(body, 'Action.');
    expect(keep).toMatchObject({
      type: 'Action.Execute',
      verb: 'kept',
      title: 'Kept',
      style: 'positive',
      data: { kept },
      associatedInputs: 'none',
      fallback: { type: 'Action.Submit', title: 'Kept', style: 'positive', data: { kept } },
    });
    expect(withdraw).toMatchObject({ style: 'destructive' });
  });

  test('are of the one kind that dialogs know in a dialog', () => {
    const [button] = ofType(
      draw({ actions: [action('keep', 'Kept')] }, drawContext({ host: 'dialog' })),
      'Action.',
    );
    expect(button).toMatchObject({ type: 'Action.Submit', title: 'Kept' });
    expect(button).not.toHaveProperty('fallback');
  });

  test('lead to the thread by a link where it is known', () => {
    const go = card({ actions: [action('go', 'Open thread')] });
    const url = 'https://teams.microsoft.com/l/message/19%3Acare/1';
    const [link] = ofType(drawMessage(go, drawContext({ threadUrl: url })).card, 'Action.');
    expect(link).toEqual({ type: 'Action.OpenUrl', title: 'Open thread', url });
    expect(pressed(drawMessage(go, context).card)).toMatchObject([{ do: 'act', action: 'go' }]);
  });

  test('that can’t be taken back say what follows before they do it', () => {
    const [ask, press] = ofType(draw({ actions: [action('not mine', 'Not mine')] }), 'Action.');
    expect(ask).toMatchObject({ type: 'Action.ShowCard', title: 'Not mine' });
    expect(shownText(ask?.['card'])).toBe(
      'Not yours to decide?It then goes to the next one up, and is not yours any more.',
    );
    expect(press).toMatchObject({ type: 'Action.Execute', title: 'Not mine' });
    expect(pressed(draw({ actions: [action('take', 'I’ll take it')] }))).toHaveLength(1);
  });

  test('stand in rows that a narrow card has room for', () => {
    const labels = ['Make the promise', 'Need authority', 'Hand over', 'Close', 'Open thread'];
    const { body } = draw({ actions: labels.map((label) => action('keep', label)) });
    expect(ofType(body, 'ActionSet').map(titles)).toEqual([
      ['Make the promise', 'Need authority', 'Hand over'],
      ['Close', 'Open thread'],
    ]);
  });

  test('of a list say what they are about', () => {
    const [button] = ofType(draw(boardCard({ ...ana, ...ada }, at, 1)), 'Action.');
    expect(button).toMatchObject({ tooltip: 'Open thread: Acme · Find the failing export' });
  });
});

describe('a card that is too long', () => {
  const long = card({
    heading: [text('What we know of Acme')],
    blocks: Array.from({ length: 12 }, (_, i) => ({
      b: 'quote' as const,
      label: `Note ${i}`,
      text: nasty.long,
    })),
    actions: [action('open', 'Open care case')],
  });

  test('is cut in a message, with *Show all* beside its buttons', () => {
    const drawn = drawMessage(long, context).card;
    expect(pressed(drawn)).toEqual([
      { v: 1, do: 'act', action: 'open', subject: noSubject, under: context.whole },
      { v: 1, do: 'whole', ref: context.whole, page: 0 },
    ]);
    expect(shownText(drawMessage(long, drawContext({ whole: null })).card.body)).toContain('This is cut');
    expect(titles(draw({ heading: [text('Short')] }))).toEqual([]);
  });

  test('is whole over pages that lead to each other and back', () => {
    const first = drawPage(long, context, 0);
    const second = drawPage(long, context, 1);
    const last = drawPage(long, context, 99);
    expect(shownText(first.body)).toContain('Note 0');
    expect(titles(first)).toEqual(['More', 'Back']);
    expect(pressed(first)).toEqual([
      { v: 1, do: 'whole', ref: context.whole, page: 1 },
      { v: 1, do: 'back', to: context.whole },
    ]);
    expect(titles(second)).toEqual(['Earlier', 'More', 'Back']);
    expect(shownText(last.body)).toMatch(/word999Page (\d+) of \1$/u);
    expect(titles(last)).toEqual(['Open care case', 'Earlier', 'Back']);
  });

  test('leads back to what stood in its place, and in a dialog to nothing', () => {
    const under = { of: 'heard' as const, id: '00000000-0000-4000-8000-000000000009' };
    const backTo = (drawn: unknown) => pressed(drawn).filter((press) => press.do === 'back');
    expect(backTo(drawMessage(long, drawContext({ back: under })).card)).toEqual([
      { v: 1, do: 'back', to: under },
    ]);
    expect(backTo(drawPage(long, drawContext({ back: under }), 0))).toEqual([
      { v: 1, do: 'back', to: under },
    ]);
    expect(backTo(drawMessage(long, context).card)).toEqual([]);
    expect(backTo(drawPage(long, drawContext({ host: 'dialog' }), 0))).toEqual([]);
  });
});

describe('a veil', () => {
  const heard = '00000000-0000-4000-8000-000000000009';

  test('says who asked and what, and opens to them alone', () => {
    const drawn = drawVeil({ name: 'Ada Agent', said: 'mine', heard, refreshFor: '29:user-0' });
    expect(shownText(drawn.body)).toBe('Ada Agent asked KeptmineOnly Ada Agent can open this.');
    expect(pressed(drawn.body)).toEqual([{ v: 1, do: 'again', heard }]);
    expect(drawn.refresh).toEqual({
      action: { type: 'Action.Execute', verb: 'kept', data: { kept: { v: 1, do: 'again', heard } } },
      userIds: ['29:user-0'],
    });
    expect(teamsFaults(drawn)).toEqual([]);
  });

  test('doesn’t open by itself where something is filled in', () => {
    expect(
      drawVeil({ name: 'Ada Agent', said: 'Acme down', heard, refreshFor: null }).refresh,
    ).toBeUndefined();
  });
});

describe('what a button says that it does', () => {
  const kept = { v: 1, do: 'again', heard: '00000000-0000-4000-8000-000000000009' };

  test('is read from its data, whatever stands beside it', () => {
    expect(pressedOf({ kept, 'f.what': 'x', msteams: {} })).toEqual(kept);
  });

  test.each([
    null,
    undefined,
    'x',
    {},
    { kept: null },
    { kept: { ...kept, v: 2 } },
    { kept: { v: 1, do: 'x' } },
  ])('is nothing of ours: %j', (data) => {
    expect(pressedOf(data)).toBeNull();
  });
});

describe('text that may be read as Markdown', () => {
  test.each([
    ['*b* **b** `c`', '∗b∗ ∗∗b∗∗ ˋcˋ'],
    ['# one\n  - two\n1. three', '\u2060#\u2060 one\n\u2060- two\n\u20601. three'],
    ['Needs attention: Acme, Fri 15:00', 'Needs attention: Acme, Fri 15:00'],
  ])('looks the same and means nothing: %j', (given, inert) => {
    expect(inertMarkdown(given)).toBe(inert);
  });
});
