import type { Who } from '../../src/app/deps.ts';
import type { Block, Card } from '../../src/conversation/card.ts';
import { typed } from '../../src/conversation/view.ts';
import type { Answer } from './answer.ts';
import { isPress, type Job } from './job.ts';
import type { WholeRef } from './meta.ts';
import type { StandingOf } from './standing.ts';

/** What came of something, in few words. */
type Outcome = {
  /** What stood there before. */
  under: WholeRef | null;
  tone?: Card['tone'];
} & ({ said: string } | { blocks: readonly Block[] });

/**
 * Says what came of a press: on top of what stood there before, as it stands now; where nothing stood there, by
 * itself, and in a dialog as a last word.
 */
export type InPlace = (job: Job, who: Who, outcome: Outcome) => Promise<void>;

/** See `InPlace`. */
export function createInPlace(parts: { answer: Answer; standingOf: StandingOf }): InPlace {
  const { answer, standingOf } = parts;
  return async (job, who, outcome) => {
    const { under, tone = 'calm' } = outcome;
    if ('said' in outcome && (job.outlet.host === 'dialog' || !isPress(job.told) || isInTab(job))) {
      return answer.sentence(job, outcome.said);
    }
    const blocks: readonly Block[] =
      'said' in outcome ? [{ b: 'note', line: [typed(outcome.said)] }] : outcome.blocks;
    const standing = under === null ? null : await standingOf(job, who, under);
    if (!standing?.ok) {
      return answer.card(
        job,
        { tone, heading: [], blocks: [...blocks], actions: [] },
        { isEnd: under === null },
      );
    }
    const { card } = standing;
    return answer.card(
      job,
      { ...card, blocks: [...blocks, ...card.blocks] },
      { whole: under, isEnd: under?.of === 'heard' && job.told.where.kind === 'personal' },
    );
  };
}

function isInTab({ told }: Job): boolean {
  return told.kind === 'press' && told.how === 'tab';
}
