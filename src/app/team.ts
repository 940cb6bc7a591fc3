import { addYears, getYear } from 'date-fns';
import type { Calendar } from '../domain/calendar.ts';
import { publicHolidays } from '../domain/holidays.ts';
import type { MemberId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Member, Team } from '../domain/people.ts';
import type { WorkspaceData } from './store.ts';

/** The people of a workspace as decisions see them. Working time knows the holidays of the years around `now`. */
export function teamOf({ workspace, members }: WorkspaceData, now: Instant): Team {
  const { country, region } = workspace;
  const years = { from: getYear(addYears(now, -1)), to: getYear(addYears(now, 2)) };
  const isPublic = country === null ? [] : publicHolidays({ country, region }, years.from, years.to);
  const holidays = [...new Set([...isPublic.map(({ date }) => date), ...workspace.closedDays])].toSorted();
  const calendars = new Map<string, Calendar>();
  return {
    workspace,
    members: new Map<MemberId, Member>(members.map((member) => [member.id, member])),
    calendarOf: ({ zone }) => {
      const known = calendars.get(zone);
      const calendar = known ?? { zone, days: workspace.week, holidays };
      calendars.set(zone, calendar);
      return calendar;
    },
  };
}
