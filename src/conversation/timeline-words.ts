import type { AskAnswer } from '../domain/ask.ts';
import type { Happening, TimelineEvent } from '../domain/timeline.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { Inline } from './card.ts';
import { member, moment, text, typed, type View } from './view.ts';
import { words } from './words.ts';

const w = words.timeline;

/** One entry of the timeline as a line: who, and what. */
export function timelineLine(view: View, { by, what }: TimelineEvent): Inline[] {
  const who = by === null ? text(words.people.kept) : member(view, by);
  // A risk that passed by itself passed by nobody's sign.
  const cleared = what.kind === 'risk over' && by === null;
  return [who, text(' '), ...(cleared ? [text(w['risk cleared'])] : saying(view, what))];
}

function answerDetail(answer: AskAnswer): Inline[] {
  switch (answer.answer) {
    case 'approved':
      return [];
    case 'approved within':
      return [text(' '), typed(answer.limit)];
    case 'another option':
    case 'declined':
      return [text(': '), typed(answer.option)];
    default:
      return unreachable(answer);
  }
}

function saying(view: View, what: Happening): Inline[] {
  switch (what.kind) {
    case 'promised':
      return [
        text(w.promised),
        typed(what.action),
        text(words.card.by),
        moment(view, what.followUpAt),
        text(w.ownedBy),
        member(view, what.ownerId),
      ];
    case 'nudged':
      return [text(w.nudged), text(what.step)];
    case 'at risk':
      return [text(w['at risk']), text(words.risk[what.why])];
    case 'kept':
      return [text(what.late ? w['kept late'] : w.kept), typed(what.proof)];
    case 'moved': {
      const said = what.early ? w['moved early'] : w['moved late'];
      return [text(said), typed(what.reason), text(words.card.by), moment(view, what.followUpAt)];
    }
    case 'handed over':
      return [text(w['handed over']), member(view, what.to)];
    case 'withdrawn':
      return [text(w.withdrawn), typed(what.reason)];
    case 'called':
      return [text(w.called), member(view, what.holderId)];
    case 'asked':
      return [text(w.asked), typed(what.need), text(words.card.by), moment(view, what.by)];
    case 'decided':
      return [text(w.decided), text(what.answer.answer), ...answerDetail(what.answer)];
    case 'closed':
      return [text(w.closed), typed(what.solved)];
    default:
      return [text(w[what.kind])];
  }
}
