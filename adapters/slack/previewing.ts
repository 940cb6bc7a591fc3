import type { Log } from '../../src/app/deps.ts';
import { withFaults } from '../../src/conversation/sent-form.ts';
import { withTyped } from '../../src/conversation/typed-card.ts';
import { cardView, formContextOf } from './answer.ts';
import { troubleOf } from './errors.ts';
import { readForm, refilled } from './filled-form.ts';
import { drawFormView } from './form-view.ts';
import type { Asked } from './gated-deps.ts';
import type { Change } from './pressed.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';
import type { Sources } from './source-text.ts';
import { typedInto } from './typed-into.ts';

/** Draws a form again when something in it has changed. Nothing is saved, so nothing is owed. */
export type Previewing = (connection: SlackConnection, userId: string, change: Change) => Promise<void>;

/** A change that was made before our last drawing stood there comes within this time. */
const REMEMBERED_MS = 5_000;

/**
 * One view's changes, one after the other. `hash` is of our last drawing, and `superseded` of those before it: a
 * change that was made in one of them builds on the last.
 */
type Line = { turn: number; hash: string; superseded: Set<string>; last: Promise<void> };

/** Answers live fields. Of changes that come faster than they are drawn, the last says all that those before it do. */
export function createPreviewing(parts: {
  asked: Asked;
  sources: Sources;
  clientOf: ClientOf;
  log: Log;
}): Previewing {
  const { asked, sources, clientOf, log } = parts;
  const lines = new Map<string, Line>();

  async function draw(
    connection: SlackConnection,
    userId: string,
    change: Change,
    line: Line,
  ): Promise<void> {
    const { view, meta, set } = change;
    const known = await asked.people.memberFor(connection, userId);
    if (!known.ok) {
      return;
    }
    const who = { workspaceId: connection.workspaceId, memberId: known.member.id };
    const filled = await readForm({ people: asked.people, sources }, connection, view, meta);
    const values = set === null ? filled.values : { ...filled.values, [set.field]: set.value };
    const reply = await asked.hear(who, { kind: 'preview', ...filled.intent, values });
    if (reply.kind !== 'form' && reply.kind !== 'card') {
      return;
    }
    const drawn =
      reply.kind === 'card'
        ? await cardView(asked, connection, withTyped(reply.card, typedInto(view)))
        : drawFormView(
            withFaults(reply.form, filled.faults),
            refilled(meta, reply.form, values, set === null ? [] : [set.field]),
            await formContextOf(asked, connection, reply.form),
          );
    const client = await clientOf(connection);
    const updated = await client.views.update({
      view_id: view.id,
      hash: line.superseded.has(view.hash) ? line.hash : view.hash,
      view: drawn,
    });
    if (set !== null) {
      // What Kept has filled in makes fields anew; a change that was made before it doesn't know them.
      line.superseded.clear();
    } else if (updated.view?.hash !== undefined) {
      line.superseded.add(view.hash).add(line.hash);
      line.hash = updated.view.hash;
    }
  }

  return async (connection, userId, change) => {
    const { id } = change.view;
    const line = lines.get(id) ?? {
      turn: 0,
      hash: change.view.hash,
      superseded: new Set(),
      last: Promise.resolve(),
    };
    lines.set(id, line);
    line.turn += 1;
    const turn = line.turn;
    const before = line.last;
    line.last = (async () => {
      await before;
      if (turn !== line.turn && change.set === null) {
        return;
      }
      try {
        await draw(connection, userId, change, line);
      } catch (error) {
        const trouble = troubleOf(error);
        const isHarmless =
          trouble.kind === 'refused' && (trouble.code === 'hash_conflict' || trouble.code === 'not_found');
        log[isHarmless ? 'debug' : 'warn']({ trouble, err: error }, 'a form was not drawn again');
      }
    })();
    await line.last;
    setTimeout(() => turn === line.turn && lines.delete(id), REMEMBERED_MS).unref();
  };
}
