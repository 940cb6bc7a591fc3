import { setTimeout as sleep } from 'node:timers/promises';
import { cutPoint } from '../../src/conversation/cut.ts';
import type { Option } from '../../src/conversation/form.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import { LIMIT } from './limits.ts';
import { drawOptions } from './options.ts';
import type { SlackConnection } from './slack-deps.ts';

const NEW = 'new:';

/** Customers as one types, and the one that is typed as a new one. Empty for who is no member, and after `withinMs`. */
export async function suggestions(
  asked: Asked,
  connection: SlackConnection,
  asking: { userId: string; query: string; withinMs: number },
): Promise<object> {
  const late = new AbortController();
  const tooLate = sleep(asking.withinMs, [], { signal: late.signal }).catch(() => []);
  try {
    return { options: drawOptions(await Promise.race([found(asked, connection, asking), tooLate])) };
  } finally {
    late.abort();
  }
}

async function found(
  asked: Asked,
  connection: SlackConnection,
  { userId, query }: { userId: string; query: string },
): Promise<Option[]> {
  const known = await asked.people.memberFor(connection, userId);
  if (!known.ok) {
    return [];
  }
  const who = { workspaceId: connection.workspaceId, memberId: known.member.id };
  const reply = await asked.hear(who, { kind: 'suggest', query });
  const options = reply.kind === 'suggestions' ? reply.options : [];
  const typed = query.trim();
  const name = typed.slice(0, cutPoint(typed, LIMIT.optionValue - NEW.length));
  const isThere = options.some(({ label }) => label.toLowerCase() === name.toLowerCase());
  return isThere || name === '' ? options : [...options, { value: `${NEW}${name}`, label: words.add(name) }];
}
