import type { Command } from '../../../src/domain/decide.ts';
import { type MemberId, NonBlank } from '../../../src/domain/ids.ts';
import type { TimelineEvent } from '../../../src/domain/timeline.ts';
import type { Snapshot } from './recording.ts';

type Case = Snapshot['cases'][number];

/** What somebody did, as the timeline tells it. */
export type Doing = { by: MemberId; command: Command };

/**
 * The commands that can have written these entries of one moment, the likeliest first. What the entries don't hold
 * (who contacts whom, how much is asked for) is taken from the promise and the ask themselves.
 */
export function doingsIn(careCase: Case, events: readonly TimelineEvent[]): Doing[] {
  return events.flatMap((event): Doing[] => {
    const { by, what } = event;
    if (by === null) {
      return [];
    }
    const command = commandOf(careCase, events, what);
    return command === null ? [] : [{ by, command }];
  });
}

function commandOf(
  careCase: Case,
  events: readonly TimelineEvent[],
  what: TimelineEvent['what'],
): Command | null {
  const promise = (id: string) => careCase.promises.find((one) => one.id === id);
  const isWith = (kind: TimelineEvent['what']['kind']) => events.some((event) => event.what.kind === kind);
  switch (what.kind) {
    case 'promised': {
      const made = promise(what.promiseId);
      // Of a move, or of a close, it is the new promise.
      if (made === undefined || made.movedFrom !== null || made.kind === 'hold') return null;
      const { contactBy, contactTo } = made;
      const { promiseId: id, ownerId, followUpAt } = what;
      return {
        do: 'promise',
        terms: { id, ownerId, action: nonBlank(what.action), contactBy, contactTo, followUpAt },
      };
    }
    case 'kept':
      return { do: 'keep', promiseId: what.promiseId, proof: nonBlank(what.proof) };
    case 'moved': {
      const to = careCase.promises.find(({ movedFrom }) => movedFrom === what.promiseId);
      if (to === undefined) return null;
      const { followUpAt, reason, customerTold } = what;
      return {
        do: 'move',
        promiseId: what.promiseId,
        to: { id: to.id, followUpAt, reason: nonBlank(reason), customerTold },
      };
    }
    case 'handed over':
      return { do: 'hand over', promiseId: what.promiseId, to: what.to };
    case 'withdrawn':
      return isWith('reopened')
        ? null
        : { do: 'withdraw', promiseId: what.promiseId, reason: nonBlank(what.reason) };
    case 'taken':
      return { do: 'take', matter: what.matter };
    case 'asked': {
      const ask = careCase.asks.find(({ id }) => id === what.askId);
      if (ask === undefined) return null;
      const { id, promiseId, need, money, days, by, options, recommendation } = ask;
      return { do: 'ask', terms: { id, promiseId, need, money, days, by, options, recommendation } };
    }
    case 'decided':
      return { do: 'answer', askId: what.askId, answer: what.answer };
    case 'not mine':
      return { do: 'not mine', askId: what.askId };
    case 'closed': {
      const hold = events.flatMap(({ what: one }) => (one.kind === 'promised' ? [one] : []))[0];
      return hold === undefined
        ? null
        : {
            do: 'close',
            solved: nonBlank(what.solved),
            holdId: hold.promiseId,
            holdAt: hold.followUpAt,
            holdAction: nonBlank(hold.action),
          };
    }
    case 'reopened': {
      if (isWith('taken')) return null;
      const withdrawn = events.flatMap(({ what: one }) => (one.kind === 'withdrawn' ? [one.reason] : []))[0];
      return { do: 'reopen', reason: nonBlank(withdrawn ?? 'reopened') };
    }
    case 'sign of life':
    case 'risk over':
      return { do: 'sign' };
    default:
      return null;
  }
}

/** Entries of one moment belong together: what one transaction wrote has one time. */
export function momentsOf(timeline: readonly TimelineEvent[]): TimelineEvent[][] {
  const moments: TimelineEvent[][] = [];
  for (const event of timeline) {
    const last = moments.at(-1);
    if (last?.[0]?.at === event.at) last.push(event);
    else moments.push([event]);
  }
  return moments;
}

function nonBlank(text: string): NonBlank {
  return NonBlank.parse(text);
}
