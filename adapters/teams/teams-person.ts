import type { NoMember } from '../../src/conversation/no-member.ts';
import { NonBlank, Typed } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import type { Member } from '../../src/domain/people.ts';
import type { Listed } from './bot.ts';
import type { TeamsFacts } from './facts.ts';
import type { EntraUser } from './graph.ts';

/** What is known of somebody who is a member, or is to be one; null where nobody told. */
export type Profile = { name: string | null; title: string | null; zone: string | null };

/** Why somebody in a conversation is no member of the tenant's team, or null for a member. */
export function whyNoMember(
  { userId, personId, role, tenantId }: Listed,
  home: Pick<TeamsFacts, 'tenantId'>,
): NoMember | null {
  const is = role?.toLowerCase() ?? '';
  if (userId.startsWith('28:') || is === 'bot' || is === 'skill') {
    return 'bot';
  }
  if (is === 'guest') {
    return 'guest';
  }
  const isElsewhere = tenantId !== null && tenantId.toLowerCase() !== home.tenantId.toLowerCase();
  return personId === null || is === 'anonymous' || isElsewhere ? 'stranger' : null;
}

/** The same by what Entra says of them. */
export function whyNoUser({ isEnabled, isGuest }: EntraUser): NoMember | null {
  if (!isEnabled) {
    return 'gone';
  }
  return isGuest ? 'guest' : null;
}

/** The member that a person becomes when they are met. `zone` is the workspace's, for those whose own nobody told. */
export function newMember(
  profile: Profile,
  given: Pick<Member, 'id' | 'workspaceId' | 'admin' | 'zone'>,
): Member {
  return updated(
    {
      ...given,
      name: NonBlank.parse('Someone'),
      title: '',
      leadId: null,
      limit: null,
      absence: null,
      chat: { away: null, paused: null },
      active: true,
    },
    profile,
  );
}

/**
 * The member as Teams tells of them now: name, zone, and that they are here. Their title only where none is set:
 * it can be changed in Kept.
 */
export function updated(member: Member, { name, title, zone }: Profile): Member {
  return {
    ...member,
    name: nameOf(name) ?? member.name,
    zone: Zone.safeParse(zone ?? '').data ?? member.zone,
    title: member.title === '' ? Typed.parse(title ?? '').trim() : member.title,
    active: true,
  };
}

function nameOf(name: string | null): NonBlank | null {
  return NonBlank.safeParse(Typed.parse(name ?? '')).data ?? null;
}
