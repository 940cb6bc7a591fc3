import type { Place } from './intent.ts';

/**
 * Who reads along in a place: `team` is the team alone; `mixed` has people from outside among them; `direct` is
 * between one or a few of the team; `unseen`: nobody can tell.
 */
export type ReadersThere = 'team' | 'mixed' | 'direct' | 'unseen';

/** Where a case lives, and why that isn't where it was opened; null where it is. */
export type CasePlace = {
  place: Place;
  moved: { why: Exclude<ReadersThere, 'team'>; to: 'home' | 'own' | 'nowhere' } | null;
};

/**
 * The place for the team's talk of a case: where it was opened, if the team alone reads along there; else the
 * channel that the team has set for it, and with none set the opener's own messages with Kept. Null for `own`: Kept
 * can't write to them; then it stays where it was opened, and what is owed there takes the next way.
 */
export async function casePlaceOf(
  ask: {
    readers: () => Promise<ReadersThere>;
    home: () => Promise<string | null>;
    own: () => Promise<string | null>;
  },
  place: Place,
): Promise<CasePlace> {
  const readers = place.channel === '' ? 'direct' : await ask.readers();
  if (readers === 'team') {
    return { place, moved: null };
  }
  const { connection } = place;
  const home = await ask.home();
  if (home !== null) {
    return { place: { connection, channel: home }, moved: { why: readers, to: 'home' } };
  }
  const own = await ask.own();
  return own === null
    ? { place, moved: { why: readers, to: 'nowhere' } }
    : { place: { connection, channel: own }, moved: { why: readers, to: 'own' } };
}
