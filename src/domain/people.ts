import { z } from 'zod';
import { Calendar, QuietHours } from './calendar.ts';
import { CustomerId, MemberId, NonBlank, WorkspaceId } from './ids.ts';
import { Instant, Zone } from './instant.ts';

/** What an authority holder may decide. `null` is no limit. Money is in the workspace's currency. */
export const Limit = z.object({
  money: z.number().nonnegative().nullable(),
  days: z.int().nonnegative().nullable(),
});
export type Limit = z.infer<typeof Limit>;

/** Away from `from` until `until` (epoch ms, end excluded); `until: null` is until the member says *back*. */
export const Absence = z.object({ from: Instant, until: Instant.nullable() });
export type Absence = z.infer<typeof Absence>;

export const Member = z.object({
  id: MemberId,
  workspaceId: WorkspaceId,
  name: NonBlank,
  title: z.string(),
  zone: Zone,
  /** The one this member answers to: the next rung of the ladder. */
  leadId: MemberId.nullable(),
  /** Set for authority holders. */
  limit: Limit.nullable(),
  absence: Absence.nullable(),
  /** What their chat says of them: an away status, and notifications paused (Do Not Disturb). */
  chat: z
    .object({ away: Absence.nullable(), paused: Absence.nullable() })
    .default({ away: null, paused: null }),
  /** Whether they may change the team and its settings. */
  admin: z.boolean().default(false),
  /** False once the member has left the workspace. */
  active: z.boolean(),
});
export type Member = z.infer<typeof Member>;

export const Customer = z.object({
  id: CustomerId,
  workspaceId: WorkspaceId,
  name: NonBlank,
  /** The customer's own zone; their times are shown in it. */
  zone: Zone.nullable(),
  /** The person there whom we speak to. */
  contact: z.string(),
  notes: z.string(),
});
export type Customer = z.infer<typeof Customer>;

/** Weekday (1 Monday … 7 Sunday) → opening hours, as in Calendar. */
const Week = Calendar.shape.days;

export const Workspace = z.object({
  id: WorkspaceId,
  name: NonBlank,
  zone: Zone,
  /** ISO 3166 country and region for public holidays. */
  country: z.string().nullable(),
  region: z.string().nullable(),
  week: Week,
  /** The workspace's own holidays, beside the public ones. */
  closedDays: Calendar.shape.holidays,
  quiet: z.object({ from: QuietHours.shape.from, to: QuietHours.shape.to }),
  /** ISO 4217, for the money limits. */
  currency: z.string().length(3),
  /** By connection, the channel for the team's talk of cases that are opened where people from outside read along. */
  homeChannels: z.record(z.string(), z.string()).default({}),
});
export type Workspace = z.infer<typeof Workspace>;

/** What a decision may know of the people: everyone of the workspace, and when each of them works. */
export type Team = {
  workspace: Workspace;
  members: ReadonlyMap<MemberId, Member>;
  calendarOf: (member: Member) => Calendar;
};

/** What keeps the member away at `at`, as they told Kept or their chat says, to its latest end; null: they are here. */
export function absenceAt({ absence, chat }: Member, at: Instant): Absence | null {
  return covering([absence, chat.away], at);
}

/** What keeps notifications from the member at `at` (Do Not Disturb): they are here, and hear nothing. */
export function pauseAt({ chat }: Member, at: Instant): Absence | null {
  return covering([chat.paused], at);
}

/** Whether the member is away at `at`. */
export function isAway(member: Member, at: Instant): boolean {
  return absenceAt(member, at) !== null;
}

/** Whether the member can be called on at `at`: still here, and not away. */
export function isReachable(member: Member, at: Instant): boolean {
  return member.active && !isAway(member, at);
}

/** Whether the member may change the team and its settings: everybody, while nobody here is named for it. */
export function mayChangeTeam({ members }: Pick<Team, 'members'>, member: Member): boolean {
  return member.active && (member.admin || adminsOf({ members }).length === 0);
}

/** Those who may change the team, as far as anybody is named for it. */
export function adminsOf({ members }: Pick<Team, 'members'>): Member[] {
  return [...members.values()].filter(({ active, admin }) => active && admin);
}

/**
 * Who looks after Kept in a team: who may change it, failing them the top of a ladder, failing that anybody. Of
 * several one who is here now, the furthest limit first. Null for a team without people.
 */
export function caretakerOf({ members }: Pick<Team, 'members'>, now: Instant): MemberId | null {
  const active = [...members.values()].filter((member) => member.active);
  const rank = ({ admin, leadId, limit }: Member) =>
    admin ? 3 : leadId === null && limit !== null ? 2 : limit === null ? 0 : 1;
  const reach = (member: Member) =>
    member.limit === null ? -1 : (member.limit.money ?? Number.MAX_SAFE_INTEGER);
  const [first] = active.toSorted(
    (a, b) =>
      rank(b) - rank(a) ||
      Number(isAway(a, now)) - Number(isAway(b, now)) ||
      reach(b) - reach(a) ||
      a.id.localeCompare(b.id),
  );
  return first?.id ?? null;
}

function covering(spans: readonly (Absence | null)[], at: Instant): Absence | null {
  const found = spans.flatMap((span) =>
    span !== null && span.from <= at && (span.until === null || at < span.until) ? [span] : [],
  );
  const ends = found.flatMap(({ until }) => until ?? []);
  return found.length === 0
    ? null
    : {
        from: Math.min(...found.map(({ from }) => from)),
        until: ends.length < found.length ? null : Math.max(...ends),
      };
}

/** The quiet hours of a member: the workspace's, read in the member's zone. */
export function quietHoursOf(member: Member, workspace: Workspace): QuietHours {
  return { zone: member.zone, from: workspace.quiet.from, to: workspace.quiet.to };
}
