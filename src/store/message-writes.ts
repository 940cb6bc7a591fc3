import { type RawBuilder, sql } from 'kysely';
import type { CareCase } from '../domain/care-case.ts';
import type { Instant } from '../domain/instant.ts';
import type { OutMessage } from '../domain/say.ts';
import type { Columns, Gathered } from './columns.ts';

type MessageOf = { nr: number; file: CareCase; at: Instant; version: number; message: OutMessage };
/** What a decision says, as it is owed. `nr`: its place in the order that messages go out in. */
export const MESSAGE: Columns<MessageOf> = {
  nr: ['integer', ({ nr }) => nr],
  workspace_id: ['uuid', ({ file }) => file.workspaceId],
  case_id: ['uuid', ({ file }) => file.id],
  key: ['text', ({ message, version }) => (message.op === 'post' ? message.key : `${message.of}#${version}`)],
  destination: ['text', ({ file, message }) => destinationOf(file, message)],
  message: ['json', ({ message }) => withoutKey(message)],
  redraws: ['boolean', ({ message }) => message.op === 'redraw'],
  at: ['bigint', ({ at }) => at],
};

/** The part of a statement that owes them; it gives the ids of what is owed now. */
export function outboxWrite(messages: Gathered<never>): RawBuilder<unknown> {
  if (messages.count() === 0) return sql`select 0 as id where false`;
  return sql`
    insert into kept.outbox (workspace_id, case_id, key, destination, message, owed_since, due_at)
    select r.workspace_id, r.case_id, r.key,
      case when r.redraws then coalesce((select post.destination from kept.outbox post
        where post.workspace_id = r.workspace_id and post.key = r.message->>'of'), r.destination)
      else r.destination end,
      r.message, r.at, r.at
    from ${messages.rows()}
    -- What was said long ago is owed no row any more (prune.ts): where it stands remembers it.
    where not exists (select from kept.post said where said.workspace_id = r.workspace_id and said.key = r.key)
    -- A row's id is its place in the order that messages go out in, and no join keeps one.
    order by r.nr
    on conflict (workspace_id, key) do nothing returning id`;
}

/**
 * Messages of one destination keep their order; a destination that is held back holds back no other. A redraw
 * goes where its post went, and so comes after it.
 */
function destinationOf({ id }: CareCase, message: OutMessage): string {
  if (message.op === 'post' && message.to.kind === 'member') return `member/${message.to.memberId}`;
  return `case/${id}`;
}

function withoutKey(message: OutMessage) {
  return message.op === 'post'
    ? { op: message.op, to: message.to, say: message.say }
    : { op: message.op, of: message.of };
}
