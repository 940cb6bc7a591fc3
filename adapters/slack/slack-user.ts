import { z } from 'zod';
import type { NoMember } from '../../src/conversation/no-member.ts';
import { NonBlank, Typed } from '../../src/domain/ids.ts';
import { type Instant, Zone } from '../../src/domain/instant.ts';
import type { Member } from '../../src/domain/people.ts';
import { awayStatus } from './away-status.ts';
import type { SlackFacts } from './facts.ts';

/** Slack hands `&`, `<` and `>` out escaped. */
const Text = Typed.transform((text) =>
  text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&').trim(),
).catch('');
const Flag = z.boolean().catch(false);
const Id = z.string().nullable().catch(null);

const Profile = z.object({
  display_name: Text,
  real_name: Text,
  title: Text,
  status_emoji: z.string().catch(''),
  status_text: Text,
  status_expiration: z.number().catch(0),
});

/** A person as `users.info` and `user_change` tell of them; what is missing is as good as empty. */
export const SlackUser = z.object({
  id: z.string(),
  team_id: Id,
  enterprise_id: Id,
  enterprise_user: z
    .object({ enterprise_id: Id, teams: z.array(z.string()).catch([]) })
    .nullable()
    .catch(null),
  name: Text,
  real_name: Text,
  tz: z.string().catch(''),
  /** Seconds ahead of UTC. */
  tz_offset: z.number().nullable().catch(null),
  locale: z.string().nullable().catch(null),
  deleted: Flag,
  is_bot: Flag,
  is_workflow_bot: Flag,
  is_connector_bot: Flag,
  is_stranger: Flag,
  is_restricted: Flag,
  is_ultra_restricted: Flag,
  is_admin: Flag,
  is_owner: Flag,
  is_primary_owner: Flag,
  profile: Profile.catch(() => Profile.parse({})),
});
export type SlackUser = z.infer<typeof SlackUser>;

type Home = Pick<SlackFacts, 'teamId' | 'enterpriseId'>;

/** Why this person is no member of the team, or null for a member. In doubt they are a stranger. */
export function whyNoMember(user: SlackUser, home: Home): NoMember | null {
  if (user.is_bot || user.is_workflow_bot || user.is_connector_bot || user.id === 'USLACKBOT') {
    return 'bot';
  }
  if (!isOfHome(user, home)) {
    return 'stranger';
  }
  if (user.deleted) {
    return 'gone';
  }
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : null;
}

/**
 * On Grid the org decides: a colleague of another of its workspaces has another team, and may pass for a stranger.
 * `is_stranger` alone says little: it is false for people of another company in a channel shared with us.
 */
function isOfHome(user: SlackUser, { teamId, enterpriseId }: Home): boolean {
  const orgs = [user.enterprise_user?.enterprise_id, user.enterprise_id, user.team_id];
  if (enterpriseId !== null && orgs.includes(enterpriseId)) {
    return true;
  }
  return teamId !== null && user.team_id === teamId && !user.is_stranger;
}

/** What they are called: their display name, else their real one. */
export function nameOf({ profile, real_name, name }: SlackUser): NonBlank {
  const names = [profile.display_name, profile.real_name, real_name, name];
  return NonBlank.parse(names.find((one) => one !== '') ?? 'Someone');
}

/** Their time zone. Where we don't know Slack's name for it, one of the same offset; null where Slack has none. */
export function zoneOf({ tz, tz_offset }: SlackUser): Zone | null {
  const hours = tz_offset === null ? null : Math.round(tz_offset / 3_600);
  // The sign of these names is the other way round: Etc/GMT-2 is two hours ahead of UTC.
  const sameOffset = hours === null ? '' : `Etc/GMT${hours > 0 ? '-' : '+'}${Math.abs(hours)}`;
  const zones = [tz, sameOffset].map((name) => Zone.safeParse(name));
  return zones.find(({ success }) => success)?.data ?? null;
}

/** Their status as an absence; `before` is what it was until now. */
export function awayOf({ profile }: SlackUser, now: Instant, before: Member['chat']['away']) {
  const { status_emoji: emoji, status_text: text, status_expiration: expiration } = profile;
  return awayStatus({ emoji, text, expiration }, now, before);
}

/** The member that a person becomes when they are met. */
export function newMember(
  user: SlackUser,
  given: Pick<Member, 'id' | 'workspaceId' | 'admin'> & { now: Instant },
): Member {
  const { id, workspaceId, admin, now } = given;
  return {
    id,
    workspaceId,
    name: nameOf(user),
    title: user.profile.title,
    zone: zoneOf(user) ?? 'UTC',
    leadId: null,
    limit: null,
    absence: null,
    chat: { away: awayOf(user, now, null), paused: null },
    admin,
    active: true,
  };
}

/** Who runs the Slack team runs Kept in it, until somebody says otherwise in Kept. */
export function isAdminOf(user: SlackUser, { installedBy }: Pick<SlackFacts, 'installedBy'>): boolean {
  return user.is_admin || user.is_owner || user.is_primary_owner || user.id === installedBy;
}

/**
 * The member as Slack tells of them now: name, zone, status, and that they are here. Their title only where none
 * is set, and never whether they are an admin: both can be changed in Kept, and a new status must not undo that.
 */
export function updated(member: Member, user: SlackUser, now: Instant): Member {
  return {
    ...member,
    name: nameOf(user),
    zone: zoneOf(user) ?? member.zone,
    title: member.title === '' ? user.profile.title : member.title,
    chat: { ...member.chat, away: awayOf(user, now, member.chat.away) },
    active: true,
  };
}
