import { createMiddleware } from 'hono/factory';
import type { Pace } from '../../src/app/pace.ts';
import type { Seen } from './as-member.ts';
import { refuse } from './guard.ts';

/** Of what changes something, only so much at a time: 429 with how long to wait (`retry-after`, in s) otherwise. */
export function unhurried(pace: Pace) {
  return createMiddleware<Seen>(async (c, next) => {
    if (c.req.method === 'GET' || c.req.method === 'HEAD') {
      return next();
    }
    const { workspaceId, memberId } = c.get('who');
    const tooFast = await pace.take({ of: 'asked', workspaceId, person: memberId });
    if (tooFast === null) {
      return next();
    }
    c.header('retry-after', String(Math.ceil(tooFast.againInMs / 1_000)));
    return refuse(c, 429, 'That is more at once than Kept takes in. Wait a few seconds, then send it again.');
  });
}
