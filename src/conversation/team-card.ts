import type { MemberId } from '../domain/ids.ts';
import { ladderOf, reachOf } from '../domain/ladder.ts';
import { adminsOf, type Limit, type Member, mayChangeTeam, type Team } from '../domain/people.ts';
import { type Action, type Block, type Card, type Inline, noSubject } from './card.ts';
import { placeLine } from './forms/place-line.ts';
import { quietLine, weekLine } from './forms/week-line.ts';
import { button, nameOf, strong, text, typed } from './view.ts';
import { words } from './words.ts';

const w = words.team;
/** More than this many are counted, not shown. */
const SHOWN = 20;

/** Who is called and who may decide what, and how the workspace is set; with buttons for who may change it. */
export function teamCard(team: Team, me: Member, connection: string): Card {
  const blocks: Block[] = [];
  if (isUnset(team, me)) {
    blocks.push({ b: 'text', line: [strong(w.nobodyForYou)] });
  }
  blocks.push({ b: 'facts', rows: [{ label: w.ladder, value: [ladderWords(team, me)] }] });
  blocks.push({ b: 'text', line: [strong(w.holders)] }, ...holders(team));
  blocks.push(...leadless(team));
  blocks.push({ b: 'text', line: [strong(w.settings)] }, settings(team, connection));
  return { tone: 'calm', heading: [text(w.heading)], blocks, actions: changes(team, me) };
}

/** The same, after a change. */
export function savedCard(team: Team, me: Member, connection: string): Card {
  const card = teamCard(team, me, connection);
  return { ...card, tone: 'good', blocks: [{ b: 'note', line: [text(w.saved)] }, ...card.blocks] };
}

/** Whether nobody would be called for a promise of this member. */
export function isUnset(team: Team, { id }: Pick<Member, 'id'>): boolean {
  return ladderOf(team, id).length === 0;
}

/** That nobody would be called for a member's promise, and how to mend it. */
export function nobodyFor(team: Team, id: MemberId): string {
  return w.nobodyFor(nameOf({ team }, id)) + w.setIt;
}

/** The ladder of a member by names, the first called first. */
export function ladderWords(team: Team, { id }: Member): Inline {
  const names = ladderOf(team, id).map((holder) => nameOf({ team }, holder));
  return names.length === 0 ? text(w.noLadder) : typed(names.join(' → '));
}

/** What a member may decide, in words. */
export function limitWords(limit: Limit | null, currency: string): string {
  if (limit === null) {
    return w.limit.nothing;
  }
  const parts = [
    ...(limit.money === null ? [] : [`${limit.money} ${currency}`]),
    ...(limit.days === null ? [] : [w.limit.days(limit.days)]),
  ];
  return parts.length === 0 ? w.limit.anything : w.limit.upTo(parts.join(w.limit.and));
}

function changes(team: Team, me: Member): Action[] {
  if (!mayChangeTeam(team, me)) {
    return [];
  }
  const style = isUnset(team, me) ? 'primary' : 'plain';
  return [button('authority', noSubject, style), button('workspace', noSubject)];
}

function holders(team: Team): Block[] {
  const { currency } = team.workspace;
  const all = [...team.members.values()]
    .filter(({ active, limit, admin }) => active && (limit !== null || admin))
    .toSorted((a, b) => reachOf(a) - reachOf(b) || a.name.localeCompare(b.name));
  const items = all.slice(0, SHOWN).map((member) => {
    const { limit, leadId, admin } = member;
    const said = [
      limitWords(limit, currency),
      ...(leadId === null ? [] : [w.answersTo(nameOf({ team }, leadId))]),
      ...(admin ? [w.admin] : []),
    ];
    const title = member.title === '' ? [] : [text(', '), typed(member.title)];
    return {
      line: [typed(member.name), ...title],
      detail: [typed(said.join('; '))],
      tone: 'calm' as const,
      actions: [],
    };
  });
  return items.length === 0
    ? [{ b: 'text', line: [text(w.noHolders)] }]
    : [{ b: 'list', items }, ...moreOf(all.length)];
}

/** Those who answer to nobody and aren't the top of somebody's ladder. */
function leadless(team: Team): Block[] {
  const leads = new Set([...team.members.values()].map(({ leadId }) => leadId));
  const found = [...team.members.values()].filter(
    ({ id, active, leadId }) => active && leadId === null && !leads.has(id),
  );
  if (found.length === 0) {
    return [];
  }
  const names = found.slice(0, SHOWN).map(({ name }) => name);
  return [
    { b: 'facts', rows: [{ label: w.leadless, value: [typed(names.join(', '))] }] },
    ...moreOf(found.length),
    { b: 'note', line: [text(w.leadlessNote)] },
  ];
}

function moreOf(count: number): Block[] {
  return count > SHOWN ? [{ b: 'note', line: [text(w.more(count - SHOWN))] }] : [];
}

function settings(team: Team, connection: string): Block {
  const { workspace } = team;
  const admins = adminsOf(team).map(({ name }) => name);
  const row = (label: string, value: string) => ({ label, value: [typed(value)] });
  const rows = [
    row(w.currency, workspace.currency),
    row(w.zone, workspace.zone),
    row(w.holidays, placeLine(workspace) || w.noHolidays),
    row(w.week, weekLine(workspace.week)),
    row(w.quiet, quietLine(workspace.quiet)),
    row(w.home, workspace.homeChannels[connection] === undefined ? w.homeUnset : w.homeSet),
    row(w.changedBy, admins.length === 0 ? w.everybody : admins.join(', ')),
  ];
  return { b: 'facts', rows };
}
