import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import type { Log } from '../app/deps.ts';
import type { Counted, Pace, TooFast } from '../app/pace.ts';
import { unreachable } from '../domain/unreachable.ts';

/** A rush of a few seconds, as when a team comes back from a meeting, is none. */
const WINDOW_S = 10;
/** Of what a workspace may do, one person may do so much: a stuck key of theirs is not at the cost of their team. */
const PERSONS_SHARE = 5;
/** The log says of a workspace once in so long that it is too fast: a flood must not fill it. */
const LOG_EVERY_S = 60;

/**
 * Counts in this process' memory: what it protects is this process' share of the database, it has to answer while
 * Redis or Postgres are away, and a process more may take in as much more. `perSecond` is what one workspace may do,
 * on average over ten seconds.
 */
export function createPace(perSecond: number, log: Pick<Log, 'warn'>): Pace {
  const whole = limiter('workspace', perSecond);
  const own = limiter('person', perSecond / PERSONS_SHARE);
  const told = limiter('told', 1 / WINDOW_S);
  const links = limiter('links', perSecond);
  const logged = new RateLimiterMemory({ keyPrefix: 'logged', points: 1, duration: LOG_EVERY_S });

  return {
    take: async (counted: Counted): Promise<TooFast | null> => {
      switch (counted.of) {
        case 'links':
          return take(links, 'all');
        case 'told':
          return take(told, `${counted.workspaceId}/${counted.person}`);
        case 'asked':
        case 'overheard': {
          const { of, workspaceId, person } = counted;
          // A person who is too fast uses up nothing more of their team's.
          const theirs = await take(own, `${of}/${workspaceId}/${person}`);
          const tooFast = theirs ?? (await take(whole, `${of}/${workspaceId}`));
          if (tooFast !== null && (await take(logged, `${of}/${workspaceId}`)) === null) {
            const who = theirs === null ? 'workspace' : 'person';
            log.warn({ workspaceId, of, who, ...tooFast }, 'it comes too fast; said once a minute at most');
          }
          return tooFast;
        }
        default:
          return unreachable(counted);
      }
    },
  };
}

function limiter(keyPrefix: string, perSecond: number): RateLimiterMemory {
  return new RateLimiterMemory({
    keyPrefix,
    points: Math.max(1, Math.round(perSecond * WINDOW_S)),
    duration: WINDOW_S,
  });
}

async function take(by: RateLimiterMemory, key: string): Promise<TooFast | null> {
  try {
    await by.consume(key);
    return null;
  } catch (refused) {
    if (!(refused instanceof RateLimiterRes)) {
      throw refused;
    }
    return { againInMs: refused.msBeforeNext };
  }
}
