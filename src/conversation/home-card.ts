import type { CaseRow, PromiseRow } from '../app/store.ts';
import { promiseOf } from '../domain/case-file.ts';
import type { MemberId } from '../domain/ids.ts';
import { ladderOf } from '../domain/ladder.ts';
import { type Member, mayChangeTeam, type Team } from '../domain/people.ts';
import { type Action, type Block, type Card, noSubject } from './card.ts';
import { atRiskCard, casesCard, mineCard } from './list-cards.ts';
import { isUnset } from './team-card.ts';
import { button, strong, text, typed } from './view.ts';
import { words } from './words.ts';

const w = words.home;

/** What a home is drawn from: the member's promises, whose are in trouble, waiting cases, and those they opened. */
export type HomeParts = {
  mine: readonly PromiseRow[];
  troubled: readonly PromiseRow[];
  waiting: readonly CaseRow[];
  opened: readonly CaseRow[];
};

/** *My promises*, *at risk in my team*, *cases I opened*: each with its buttons, or with what to do. */
export function homeCard({ mine, troubled, waiting, opened }: HomeParts, me: Member, team: Team): Card {
  const ownerOf = ({ file, promiseId }: PromiseRow) => promiseOf(file, promiseId)?.ownerId;
  const theirs = troubled.filter((row) => isOfTeam(team, me, ownerOf(row) ?? null));
  const unpromised = waiting.filter(({ file: { case: one } }) =>
    one.ownerId === me.id ? one.openedBy !== me.id : isOfTeam(team, me, one.ownerId ?? one.openedBy),
  );
  const risk = atRiskCard(theirs, unpromised, team);
  const unset = isUnset(team, me);
  const blocks: Block[] = [
    ...(unset ? [{ b: 'text' as const, line: [strong(words.team.nobodyForYou + words.team.setIt)] }] : []),
    ...section(w.mine, w.mineNone, mine.length, mineCard(mine, team)),
    ...section(w.atRisk, w.atRiskNone, itemsOf(risk), risk),
    ...section(w.opened, w.openedNone, opened.length, casesCard(opened, team)),
  ];
  const set: Action[] = unset && mayChangeTeam(team, me) ? [button('authority', noSubject)] : [];
  return {
    tone: risk.tone,
    heading: [typed(w.heading(me.name))],
    blocks,
    actions: [button('open', noSubject, 'primary'), ...set],
  };
}

/**
 * Whether somebody else's promise is a member's business too: they would be called for it, or both answer to the
 * same one, as far as they answer to anybody.
 */
function isOfTeam(team: Team, me: Member, ownerId: MemberId | null): boolean {
  if (ownerId === null || ownerId === me.id) {
    return false;
  }
  const leadId = team.members.get(ownerId)?.leadId ?? null;
  return leadId === me.leadId || ladderOf(team, ownerId).includes(me.id);
}

function section(heading: string, none: string, count: number, card: Card): Block[] {
  const blocks: Block[] = count === 0 ? [{ b: 'note', line: [text(none)] }] : card.blocks;
  return [{ b: 'text', line: [strong(heading)] }, ...blocks];
}

function itemsOf({ blocks }: Card): number {
  return blocks.reduce((count, block) => count + (block.b === 'list' ? block.items.length : 0), 0);
}
