import { unreachable } from '../../../src/domain/unreachable.ts';

/** What an address of the console shows. `home` is the room list; on wide screens with the first room beside it. */
export type View =
  | { view: 'home' }
  | { view: 'board' }
  | { view: 'room'; room: string }
  | { view: 'thread'; room: string; rootId: string };

/** A view and whose eyes one sees with; null while nobody is chosen. */
export type Address = { view: View; as: string | null };

/** Reads a path and its query; what isn't an address of ours is the home view. */
export function readAddress(path: string, query: string): Address {
  const as = new URLSearchParams(query).get('as');
  const [first, room, t, rootId] = path.split('/').slice(1).map(decoded);
  if (first === 'board' && room === undefined) return { view: { view: 'board' }, as };
  if (first !== 'r' || !room) return { view: { view: 'home' }, as };
  return t === 't' && rootId
    ? { view: { view: 'thread', room, rootId }, as }
    : { view: { view: 'room', room }, as };
}

/** The path and query of an address. */
export function writeAddress({ view, as }: Address): string {
  const query = as === null ? '' : `?as=${encodeURIComponent(as)}`;
  return `${pathOf(view)}${query}`;
}

function pathOf(view: View): string {
  switch (view.view) {
    case 'home':
      return '/';
    case 'board':
      return '/board';
    case 'room':
      return `/r/${inPath(view.room)}`;
    case 'thread':
      return `/r/${inPath(view.room)}/t/${inPath(view.rootId)}`;
    default:
      return unreachable(view);
  }
}

function inPath(part: string): string {
  // A colon is fine in a path, and `dm:…` reads better with it.
  return encodeURIComponent(part).replaceAll('%3A', ':');
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A stray % in a hand-typed address: taken as it stands, it will simply not be found.
    return part;
  }
}
