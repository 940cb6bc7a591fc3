import { describe, expect, it } from 'vitest';
import { drawForm } from '../../adapters/teams/form-card.ts';
import { drawMessage } from '../../adapters/teams/message.ts';
import { drawPage } from '../../adapters/teams/page.ts';
import { drawTabCard } from '../../adapters/teams/tab-card.ts';
import type { Card } from '../../src/conversation/card.ts';
import type { Form } from '../../src/conversation/form.ts';
import { words } from '../../src/conversation/words.ts';
import { drawContext, formMeta } from '../support/teams-cards.ts';

const help: Card = {
  tone: 'calm',
  heading: [{ t: 'text', text: 'What Kept understands' }],
  blocks: [
    { b: 'text', line: [{ t: 'text', text: words.show.which }] },
    { b: 'note', line: [{ t: 'typed', text: 'they said /care list' }] },
    { b: 'quote', label: '', text: 'and /care mine' },
  ],
  actions: [],
};
const form: Form = {
  id: 'ask',
  nonce: '5f2e2c0a-7a3a-4a44-9d0f-0d6a4f3f8a11',
  title: 'Ask',
  intro: help.blocks.slice(0, 1),
  fields: [
    {
      name: 'amount',
      label: 'How much?',
      hint: 'See /care team.',
      required: false,
      live: false,
      value: '/care 5',
      error: 'Nobody may: /care team, Set authority, gives one.',
      input: { kind: 'line' },
    },
  ],
  notes: help.blocks.slice(0, 1),
  submit: 'Ask',
  subject: { caseId: null, promiseId: null, askId: null },
  source: null,
};

describe('in Teams, which has no slash commands', () => {
  it.each([
    ['a message', drawMessage(help, drawContext())],
    ['a page', drawPage(help, drawContext(), 0)],
    ['the tab', drawTabCard(help, drawContext())],
  ])('%s names commands by @Kept, and leaves what people typed', (_name, drawn) => {
    const shown = JSON.stringify(drawn);
    expect(shown).toContain('@Kept show 12. @Kept list shows');
    expect(shown.match(/\/care \w+/gu)?.every((said) => ['/care list', '/care mine'].includes(said))).toBe(
      true,
    );
    expect(shown).toContain('they said /care list');
    expect(shown).toContain('and /care mine');
  });

  it('a form does so in its hints, its errors and around its fields', () => {
    const shown = JSON.stringify(drawForm(form, formMeta(form), drawContext()).body);
    expect(shown.match(/\/care \w+/gu)).toEqual(['/care 5']);
    expect(shown).toContain('@Kept team, Set authority');
  });
});
