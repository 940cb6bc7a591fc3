import { describe, expect, it } from 'vitest';
import { lateRests } from '../chaos/checker/late-rests.ts';
import type { story } from '../support/case-story.ts';
import { promised } from '../support/case-story.ts';
import { MINUTE, SECOND } from '../support/domain-fixtures.ts';

/** A broken promise whose ladder was climbed to its top, and which rests until its next round. */
function resting() {
  const { s } = promised();
  for (let steps = 0; steps < 500; steps += 1) {
    s.passes(MINUTE);
    const found = climbIn(s.file);
    if (found !== undefined && found.calls.every(({ round }) => round < found.round)) return s.file;
  }
  throw new Error('It never rests');
}

function climbIn({ promises }: ReturnType<typeof story>['file']) {
  const climb = promises.flatMap((one) => (one.status === 'broken' ? [one.climb] : []))[0];
  return climb === undefined || climb.status === 'taken' ? undefined : climb;
}

describe('a rest that was noticed late', () => {
  it('puts the next round off by as much as it may be late, and no more', () => {
    // given
    const file = resting();
    const restsUntil = climbIn(file)?.nextAt ?? 0;
    // when
    const states = lateRests(file, { graceAt: () => 5.5 * SECOND });
    // then
    const lateMs = states.map((state) => (climbIn(state)?.nextAt ?? 0) - restsUntil);
    expect(lateMs).toEqual([250, 500, 1_000, 2_000, 4_000]);
    expect(states[0]?.case).toEqual(file.case);
  });

  it('is nothing that befalls a climb under way', () => {
    const { s } = promised();
    expect(lateRests(s.file, { graceAt: () => MINUTE })).toEqual([]);
  });
});
