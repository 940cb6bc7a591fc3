import type { Card, Inline } from './card.ts';
import { stateLine, titleOf, toneOf } from './case-card.ts';
import { member, moment, nameOf, text, typed, unsettledOf, type View } from './view.ts';
import { words } from './words.ts';

/** A case in short, for a link to it: what is at stake, how it stands, whose it is, and when the customer hears. */
export function shortCard(view: View): Card {
  const { file, customer } = view;
  const { ownerId, stakes, number } = file.case;
  const owner = ownerId === null ? text(words.people.nobody) : member(view, ownerId);
  return {
    tone: toneOf(view),
    heading: titleOf(view),
    blocks: [
      { b: 'quote', label: words.card.stakes(customer.name), text: stakes },
      { b: 'text', line: stateLine(view) },
      {
        b: 'facts',
        rows: [
          { label: words.card.owner, value: [owner] },
          ...(file.case.status === 'open' ? [{ label: words.short.next, value: nextContact(view) }] : []),
        ],
      },
      { b: 'note', line: [text(words.card.number(number))] },
    ],
    actions: [],
  };
}

function nextContact(view: View): Inline[] {
  const next = unsettledOf(view).find(({ kind }) => kind === 'contact');
  return next === undefined
    ? [text(words.short.none)]
    : [moment(view, next.followUpAt), text(words.short.by), typed(nameOf(view, next.contactBy))];
}
