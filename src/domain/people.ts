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
});
export type Workspace = z.infer<typeof Workspace>;

/** What a decision may know of the people: everyone of the workspace, and when each of them works. */
export type Team = {
  workspace: Workspace;
  members: ReadonlyMap<MemberId, Member>;
  calendarOf: (member: Member) => Calendar;
};

/** Whether the member is away at `at`. */
export function isAway(member: Member, at: Instant): boolean {
  const { absence } = member;
  return absence !== null && absence.from <= at && (absence.until === null || at < absence.until);
}

/** Whether the member can be called on at `at`: still here, and not away. */
export function isReachable(member: Member, at: Instant): boolean {
  return member.active && !isAway(member, at);
}

/** The quiet hours of a member: the workspace's, read in the member's zone. */
export function quietHoursOf(member: Member, workspace: Workspace): QuietHours {
  return { zone: member.zone, from: workspace.quiet.from, to: workspace.quiet.to };
}
