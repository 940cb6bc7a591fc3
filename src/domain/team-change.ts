import type { MemberId } from './ids.ts';
import { adminsOf, type Member, mayChangeTeam, type Team } from './people.ts';
import type { Rejection } from './rejection.ts';

/** What makes a member an authority holder, or not: whom they answer to, and what is theirs to decide. */
export type Authority = Pick<Member, 'leadId' | 'limit' | 'title' | 'admin'>;

type People = Pick<Team, 'members'>;

/** Why a member may not change the team, with those who may; null when they may. */
export function notAnAdmin(team: People, by: MemberId): Rejection | null {
  const member = team.members.get(by);
  return member !== undefined && mayChangeTeam(team, member)
    ? null
    : { why: 'not an admin', admins: adminsOf(team).map(({ id }) => id) };
}

/** What is wrong with giving a member this authority; null when nothing is. */
export function authorityFault(team: People, memberId: MemberId, authority: Authority): Rejection | null {
  const { leadId } = authority;
  if (leadId !== null && !team.members.get(leadId)?.active) {
    return { why: 'owner has left', memberId: leadId };
  }
  if (answersTo(team, leadId, memberId)) {
    return { why: 'answers to themselves', memberId };
  }
  const others = adminsOf(team).filter(({ id }) => id !== memberId);
  const isAdmin = team.members.get(memberId)?.admin === true;
  return isAdmin && !authority.admin && others.length === 0 ? { why: 'last admin', memberId } : null;
}

/** Whether the way up from `from` comes to `to`. */
function answersTo({ members }: People, from: MemberId | null, to: MemberId): boolean {
  const seen = new Set<MemberId>();
  for (let next = from; next !== null && !seen.has(next); next = members.get(next)?.leadId ?? null) {
    if (next === to) {
      return true;
    }
    seen.add(next);
  }
  return false;
}
