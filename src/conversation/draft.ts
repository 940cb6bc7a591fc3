import type { AskAnswer, DecidedAsk } from '../domain/ask.ts';
import type { CarePromise } from '../domain/care-promise.ts';
import type { MemberId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import { formatInstant } from '../domain/instant.ts';
import { checkTone } from '../domain/tone.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Block } from './card.ts';
import { nameOf, type View } from './view.ts';
import { words } from './words.ts';

const w = words.draft;

type Draftable = Pick<View, 'customer' | 'team'> & { stakes: string };

/** Words to tell the customer what was promised: name, what, who, when. */
export function promiseDraft(
  view: View,
  promise: Pick<CarePromise, 'ownerId' | 'action' | 'contactBy' | 'contactTo' | 'followUpAt'>,
): Block {
  return draftOf({ ...view, stakes: view.file.case.stakes }, promise.contactTo, promise.ownerId, [
    w.action(promise.action),
    w.contact(nameOf(view, promise.contactBy), whenFor(view, promise.followUpAt, promise.contactBy)),
  ]);
}

/** Words to tell the customer that a promise was moved: what was said before, why, and what now holds. */
export function movedDraft(
  view: View,
  move: { before: Instant; reason: string; to: CarePromise; late: boolean },
): Block {
  const { to } = move;
  const before = whenFor(view, move.before, to.contactBy);
  return draftOf({ ...view, stakes: view.file.case.stakes }, to.contactTo, to.ownerId, [
    (move.late ? w.movedLate : w.moved)(before, move.reason),
    w.contact(nameOf(view, to.contactBy), whenFor(view, to.followUpAt, to.contactBy)),
  ]);
}

/** Words to tell the customer what authority has decided. */
export function answerDraft(view: View, ask: DecidedAsk): Block {
  const said = answerLine(ask.need, ask.answer);
  return draftOf({ ...view, stakes: view.file.case.stakes }, view.customer.contact, ask.askedBy, [said]);
}

function answerLine(need: string, answer: AskAnswer): string {
  switch (answer.answer) {
    case 'approved':
      return w.approved(need);
    case 'approved within':
      return w.within(need, answer.limit);
    case 'another option':
    case 'declined':
      return w.option(answer.option);
    default:
      return unreachable(answer);
  }
}

function draftOf(view: Draftable, to: string, from: CarePromise['ownerId'], lines: readonly string[]): Block {
  const contact = to === '' ? view.customer.contact : to;
  const draft = [w.hello(contact), w.stakes(view.stakes), ...lines, nameOf(view, from)].join('\n\n');
  // The stakes are the customer's own words, which are not for us to mend.
  const marks = checkTone(lines.join('\n\n')).map(({ words: said, fault }) => ({
    words: said,
    why: words.tone[fault],
  }));
  return { b: 'draft', text: draft, marks };
}

/** A time as the customer reads it: the date, for words are sent later than drafted, in their zone or that of who contacts them, named. */
function whenFor({ customer, team }: Pick<View, 'customer' | 'team'>, at: Instant, by: MemberId): string {
  const zone = customer.zone ?? team.members.get(by)?.zone ?? team.workspace.zone;
  return `${formatInstant(at, zone)} (${zone.replaceAll('_', ' ')})`;
}
