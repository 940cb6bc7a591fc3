import { describe, expect, it } from 'vitest';
import type { CaseFile } from '../../src/domain/case-file.ts';
import { check } from '../chaos/checker/check.ts';
import { lateRests } from '../chaos/checker/late-rests.ts';
import { promised, type Story } from '../support/case-story.ts';
import { playedOut, recordingOf } from '../support/chaos-recording.ts';
import { ben, MINUTE, SECOND, text } from '../support/domain-fixtures.ts';

/** A broken promise whose ladder was climbed to its top, and which rests until its next round. */
function resting(setting: Parameters<typeof promised>[1] = {}) {
  const { s } = promised('2026-03-04 11:00', setting);
  for (let steps = 0; steps < 500; steps += 1) {
    s.passes(MINUTE);
    if (isResting(s.file)) return s;
  }
  throw new Error('It never rests');
}

function isResting(file: CaseFile): boolean {
  const climb = climbIn(file);
  return climb !== undefined && climb.calls.every(({ round }) => round < climb.round);
}

function climbIn({ promises }: CaseFile) {
  const climb = promises.flatMap((one) => (one.status === 'broken' ? [one.climb] : []))[0];
  return climb === undefined || climb.status === 'taken' ? undefined : climb;
}

describe('a rest that was noticed late', () => {
  it('puts the next round off by as much as it may be late, and no more', () => {
    // given
    const { file, policy } = resting();
    const restsUntil = climbIn(file)?.nextAt ?? 0;
    // when
    const states = lateRests(file, { graceAt: () => 5.5 * SECOND, policy });
    // then
    const lateMs = states.map((state) => (climbIn(state)?.nextAt ?? 0) - restsUntil);
    expect(lateMs).toEqual([250, 500, 1_000, 2_000, 4_000]);
    expect(states[0]?.case).toEqual(file.case);
  });

  it('may have been noticed sooner than is taken for granted, as soon as it was over and no sooner', () => {
    // given one that was looked at 40 ms later, for something else
    const { file, policy } = resting({ terms: { severity: 'critical' } });
    const restsUntil = climbIn(file)?.nextAt ?? 0;
    const promises = file.promises.map((one) =>
      one.status === 'broken' && one.climb.status !== 'taken'
        ? { ...one, climb: { ...one.climb, nextAt: restsUntil + 40 } }
        : one,
    );
    const nextAtOf = (graceMs: number) =>
      lateRests({ ...file, promises }, { graceAt: () => graceMs, policy }).map(
        (state) => (climbIn(state)?.nextAt ?? 0) - restsUntil,
      );
    // then
    expect(nextAtOf(100)).toEqual([0]);
    expect(nextAtOf(20)).toEqual([]);
  });

  it('needn’t have been noticed yet when a run ends, but long before', () => {
    // given a case that was left alone until a round of its ladder was over
    const { s } = promised();
    let before = recordingOf(s);
    for (let steps = 0; !isResting(s.file) && steps < 5_000; steps += 1) {
      before = recordingOf(s);
      s.passes(10 * SECOND);
    }
    const dueAt = before.kept.cases[0]?.alarmAt ?? 0;
    const isOtherwise = (endedAt: number) =>
      check({ ...before, calmAt: endedAt, endedAt }).findings.some(({ what }) =>
        what.startsWith('A case stands otherwise'),
      );
    // then
    expect(isResting(s.file)).toBe(true);
    expect(isOtherwise(dueAt + 2 * SECOND)).toBe(false);
    expect(isOtherwise(dueAt + 20 * SECOND)).toBe(true);
  });

  it('may have been over or not when its ladder was left; of one that is climbed still, it shows', () => {
    // given a broken promise, left as it is or kept late
    const isOtherwise = (s: Story) => {
      const recording = recordingOf(s);
      const [one] = recording.kept.cases;
      if (one === undefined) throw new Error('No case');
      one.promises = one.promises.map((promise) =>
        promise.status === 'broken' && promise.climb.status !== 'taken'
          ? { ...promise, climb: { ...promise.climb, round: promise.climb.round + 1 } }
          : promise,
      );
      return check(recording).findings.some(({ what }) => what.startsWith('A case stands otherwise'));
    };
    const left = playedOut();
    const promiseId = left.file.promises[0]?.id;
    if (promiseId === undefined) throw new Error('No promise');
    left.does(ben, { do: 'keep', promiseId, proof: text('Wrote to them') });
    // then
    expect(isOtherwise(playedOut())).toBe(true);
    expect(isOtherwise(left)).toBe(false);
  });

  it('is nothing that befalls a climb under way', () => {
    const { s } = promised();
    expect(lateRests(s.file, { graceAt: () => MINUTE, policy: s.policy })).toEqual([]);
  });
});
