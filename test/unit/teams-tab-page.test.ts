import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { marked } from '../../adapters/teams/tab/marked.ts';
import { readable } from '../../adapters/teams/tab/readable.ts';

describe('texts of cards in the tab', () => {
  test.each([
    ['bold words', 'a **b c** d', '<p>a <strong>b c</strong> d</p>'],
    ['lines', 'a\nb', '<p>a<br>b</p>'],
    ['what stands alone', '2 ** 3 ** 4', '<p>2 ** 3 ** 4</p>'],
    ['other marks', '_a_ [b](https://c.example) `d` # e', '<p>_a_ [b](https://c.example) `d` # e</p>'],
    [
      'HTML',
      '**<img src=x onerror="a()">** & \'b\'',
      '<p><strong>&lt;img src=x onerror=&quot;a()&quot;&gt;</strong> &amp; &#39;b&#39;</p>',
    ],
  ])('%s', (_, text, html) => {
    expect(marked(text)).toBe(html);
  });

  test('nothing that a text holds becomes an element of its own', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('*', '<', '>', '"', '&', 'a', ' ', '\n') }), (text) => {
        expect(marked(text).replaceAll(/<\/?(?:p|strong)>|<br>/gu, '')).not.toMatch(/[<>"]/u);
      }),
    );
  });
});

describe('a card made readable', () => {
  const nothing = { typed: {}, found: [] };
  const card = (...body: object[]) => ({ type: 'AdaptiveCard', body });

  test('mentions are names, and what a button carries stays as it is', () => {
    const text = '<at>Ada</at> owns it, <at>Ada (2)</at> helps';
    const press = { type: 'Action.Execute', data: { text, kept: { do: 'act' } } };
    const msteams = {
      entities: [
        { type: 'mention', text: '<at>Ada</at>', mentioned: { id: 'x', name: 'Ada' } },
        { type: 'mention', text: '<at>Ada (2)</at>', mentioned: { id: 'y', name: 'Ada (2)' } },
      ],
    };
    expect(readable({ ...card({ type: 'TextBlock', text }, press), msteams }, nothing)).toMatchObject({
      body: [{ text: '**Ada** owns it, **Ada (2)** helps' }, press],
    });
  });

  test('people stand as a list; customers are looked up, and no choice stands for none', () => {
    const none = { title: '–', value: '-' };
    const sam = { title: 'Sam', value: 'member:1' };
    const choose = { type: 'Input.ChoiceSet', style: 'filtered' };
    const people = { type: 'Data.Query', dataset: 'graph.microsoft.com/users' };
    const customers = { type: 'Data.Query', dataset: 'customers' };
    expect(
      readable(
        card(
          { ...choose, id: 'f.owner', choices: [none, sam], 'choices.data': people },
          { ...choose, id: 'f.customer', choices: [none], 'choices.data': customers },
        ),
        { ...nothing, found: [{ title: 'Acme', value: '1' }] },
      ),
    ).toMatchObject({
      body: [
        { style: 'compact', choices: [none, sam] },
        { style: 'filtered', choices: [{ title: 'Acme', value: '1' }], 'choices.data': undefined },
      ],
    });
  });

  test('what was typed is there again, however deep', () => {
    const input = { type: 'Input.Text', id: 'f.proof', value: 'before' };
    const container = { type: 'Container', items: [input] };
    expect(readable(card(container), { ...nothing, typed: { 'f.proof': 'after' } })).toMatchObject({
      body: [{ items: [{ value: 'after' }] }],
    });
    expect(readable(card(container), nothing)).toEqual(card(container));
  });
});
