import type { Who } from '../../src/app/deps.ts';
import type { Card } from '../../src/conversation/card.ts';
import { isQuestion } from '../../src/conversation/wanted.ts';
import type { Asked } from './gated-deps.ts';
import { HELLO, helloCard } from './hello.ts';
import type { WholeRef } from './meta.ts';
import type { Sources } from './source-text.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson } from './told.ts';
import { intentOf } from './wanted.ts';

/** What was referred to, as it stands now; or why it can't be had. */
export type Standing = { ok: true; card: Card } | { ok: false; why: 'too old' | 'not theirs' };

/** Draws again what stood somewhere: a post, or the answer to a question of the same person. */
export type StandingOf = (
  at: { connection: TeamsConnection; told: ByPerson },
  who: Who,
  ref: WholeRef,
) => Promise<Standing>;

/** See `StandingOf`. */
export function createStanding(parts: { asked: Asked; sources: Sources }): StandingOf {
  const { asked, sources } = parts;
  return async ({ connection, told }, who, ref) => {
    if (ref.of === 'post') {
      const card =
        ref.key === HELLO
          ? helloCard(told.where.kind)
          : await asked.drawPost(connection.workspaceId, ref.key);
      return card === null ? { ok: false, why: 'too old' } : { ok: true, card };
    }
    const before = await sources.told(connection, ref.id);
    if (before !== null && before.from.personId !== told.from.personId) {
      return { ok: false, why: 'not theirs' };
    }
    const intent = before === null ? null : intentOf({ heardId: ref.id, connection, told: before });
    const got = intent !== null && isQuestion(intent) ? await asked.hear(who, intent) : null;
    return got?.kind === 'card' ? { ok: true, card: got.card } : { ok: false, why: 'too old' };
  };
}
