import type { CaseFile } from '../domain/case-file.ts';
import type { Audience } from '../domain/say.ts';

/**
 * The next way for a message that can't be sent as it should be (invariant 8): from the channel or the thread
 * to the owner's DM, from a DM to the thread, at last to who opened the case. Null when every way was tried.
 */
export function nextWay(
  { case: careCase }: CaseFile,
  failed: Audience,
  tried: readonly Audience[],
): Audience | null {
  const ways: Audience[] = [
    { kind: 'thread' },
    { kind: 'member', memberId: careCase.ownerId ?? careCase.openedBy },
    { kind: 'member', memberId: careCase.openedBy },
  ];
  const isSame = (a: Audience, b: Audience) => JSON.stringify(a) === JSON.stringify(b);
  return ways.find((way) => ![...tried, failed].some((other) => isSame(way, other))) ?? null;
}
