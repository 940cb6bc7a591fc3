import type { MemberId } from '../domain/ids.ts';
import { formatInstant, type Zone } from '../domain/instant.ts';
import type { Team } from '../domain/people.ts';
import type { Rejection } from '../domain/rejection.ts';
import { unreachable } from '../domain/unreachable.ts';
import { nameOf } from './view.ts';
import { words } from './words.ts';

const w = words.no;

/** Why nothing was changed, in a sentence that says what to do. */
export function rejectionWords(
  rejection: Rejection,
  reader: { team: Team; zone: Zone; now: number },
): string {
  const name = (id: MemberId | null) => nameOf(reader, id);
  const when = (at: number) => formatInstant(at, reader.zone, reader.now);
  switch (rejection.why) {
    case 'not found':
      return w.notFound;
    case 'case is closed':
      return w.closed;
    case 'case is open':
      return w.open;
    case 'promise is over':
      return rejection.status === 'broken' && rejection.by === null
        ? w.brokenOver
        : w.promiseOver(rejection.status, name(rejection.by), when(rejection.at));
    case 'ask is over':
      return rejection.status === 'withdrawn'
        ? w.askWithdrawn
        : w.askOver(name(rejection.by), when(rejection.at));
    case 'already taken':
      return w.taken(name(rejection.by));
    case 'owner has left':
      return w.left(name(rejection.memberId));
    case 'same owner':
      return w.sameOwner(name(rejection.memberId));
    case 'time is past':
      return w.past;
    case 'promise still stands':
      return w.standing(name(rejection.ownerId));
    case 'no authority':
      return w.authority;
    case 'nobody may decide':
      return w.nobody;
    case 'not called':
      return w.notCalled;
    case 'not an admin':
      return w.admin(rejection.admins.map(name).join(', '));
    case 'answers to themselves':
      return w.cycle(name(rejection.memberId));
    case 'last admin':
      return w.lastAdmin(name(rejection.memberId));
    default:
      return unreachable(rejection);
  }
}
