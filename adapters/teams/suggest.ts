import { setTimeout as sleep } from 'node:timers/promises';
import { cutPoint } from '../../src/conversation/cut.ts';
import type { Option } from '../../src/conversation/form.ts';
import { memberValue } from './form-values.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import { LIMIT } from './limits.ts';
import type { TeamsConnection } from './teams-deps.ts';
import type { ByPerson } from './told.ts';

const NEW = 'new:';
const PEOPLE = 15;

type Asking = Extract<ByPerson, { kind: 'suggest' }>;

/** What is found as one types. Empty for who is no member, and after `withinMs`. */
export async function suggestions(
  asked: Asked,
  connection: TeamsConnection,
  asking: Asking,
  withinMs: number,
): Promise<Option[]> {
  const late = new AbortController();
  const tooLate = sleep(withinMs, [], { signal: late.signal }).catch(() => []);
  try {
    return await Promise.race([found(asked, connection, asking), tooLate]);
  } finally {
    late.abort();
  }
}

async function found(asked: Asked, connection: TeamsConnection, asking: Asking): Promise<Option[]> {
  const known = await asked.people.memberFor(connection, asking.from, asking.where.conversation);
  if (!known.ok) {
    return [];
  }
  if (asking.dataset === 'people') {
    return people(asked, connection, asking.query);
  }
  const who = { workspaceId: connection.workspaceId, memberId: known.member.id };
  const reply = await asked.hear(who, { kind: 'suggest', query: asking.query });
  const options = reply.kind === 'suggestions' ? reply.options : [];
  const typed = asking.query.trim();
  const name = typed.slice(0, cutPoint(typed, LIMIT.optionValue - NEW.length));
  const isThere = options.some(({ label }) => label.toLowerCase() === name.toLowerCase());
  return isThere || name === '' ? options : [...options, { value: `${NEW}${name}`, label: words.add(name) }];
}

/** Members by their names, for clients that don't look them up themselves. */
async function people(
  { connections }: Asked,
  { workspaceId, id }: TeamsConnection,
  query: string,
): Promise<Option[]> {
  const wanted = query.trim().toLowerCase();
  const members = [...(await connections.everybody(workspaceId, id)).values()];
  return members
    .filter(({ active, name }) => active && name.toLowerCase().includes(wanted))
    .toSorted((a, b) => a.name.localeCompare(b.name))
    .slice(0, PEOPLE)
    .map((member) => ({ value: memberValue(member.id), label: member.name }));
}
