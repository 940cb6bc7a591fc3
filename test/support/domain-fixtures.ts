import { Calendar, isWorkingTime } from '../../src/domain/calendar.ts';
import type { NewCase } from '../../src/domain/case-turns.ts';
import {
  AskId,
  CaseId,
  CustomerId,
  MemberId,
  NonBlank,
  PromiseId,
  WorkspaceId,
} from '../../src/domain/ids.ts';
import {
  civilOf,
  type Instant,
  instantsOf,
  localDateOf,
  weekdayOf,
  type Zone,
} from '../../src/domain/instant.ts';
import { Member, type Team, Workspace } from '../../src/domain/people.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

export const berlin: Zone = 'Europe/Berlin';

const uuid = (kind: number, n: number) =>
  `00000000-0000-4000-8${String(kind).padStart(3, '0')}-${String(n).padStart(12, '0')}`;

export const workspaceId = WorkspaceId.parse(uuid(1, 1));
export const customerId = CustomerId.parse(uuid(2, 1));
export const caseId = CaseId.parse(uuid(3, 1));
export const promiseId = (n: number) => PromiseId.parse(uuid(4, n));
export const askId = (n: number) => AskId.parse(uuid(5, n));
const memberId = (n: number) => MemberId.parse(uuid(6, n));

/** Ben, an agent, answers to Dana, she to Mo, he to Ira. Tara works elsewhere and decides a little. */
export const ben = memberId(1);
export const dana = memberId(2);
export const mo = memberId(3);
export const ira = memberId(4);
export const tara = memberId(5);
/** Nobody of the team. */
export const stranger = memberId(99);

export const NAMES: ReadonlyMap<MemberId, string> = new Map([
  [ben, 'Ben'],
  [dana, 'Dana'],
  [mo, 'Mo'],
  [ira, 'Ira'],
  [tara, 'Tara'],
]);

/** "2026-03-04 10:00" or "… 10:00:30" as clocks of the zone show it, the earlier one where it comes twice. */
export function when(text: string, zone: Zone = berlin): Instant {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = text.split(/\D/).map(Number);
  const [at] = instantsOf({ year, month, day, hour, minute }, zone);
  if (at === undefined) {
    throw new Error(`${text} does not exist in ${zone}`);
  }
  return at + second * SECOND;
}

function pad(n: number, to = 2): string {
  return String(n).padStart(to, '0');
}

/** "2026-03-04 Wed 10:00", with seconds and milliseconds where there are any. */
export function wall(at: Instant, zone: Zone = berlin): string {
  const { hour, minute, second } = civilOf(at, zone);
  const day = ['', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'][weekdayOf(at, zone)];
  const ms = ((at % SECOND) + SECOND) % SECOND;
  const seconds = second + ms > 0 ? `:${pad(second)}` : '';
  const rest = ms > 0 ? `.${pad(ms, 3)}` : '';
  return `${localDateOf(at, zone)} ${day} ${pad(hour)}:${pad(minute)}${seconds}${rest}`;
}

const office = [
  { from: '09:00', to: '12:00' },
  { from: '13:00', to: '17:00' },
];

/** Monday to Friday, 9:00 to 17:00 with an hour at noon. */
export const officeWeek = Calendar.shape.days.parse({
  '1': office,
  '2': office,
  '3': office,
  '4': office,
  '5': office,
});

/** The office calendar in a zone, with days off. */
export function officeCalendar(zone: Zone = berlin, holidays: string[] = []): Calendar {
  return Calendar.parse({ zone, days: officeWeek, holidays });
}

type People = Partial<Record<'ben' | 'dana' | 'mo' | 'ira' | 'tara', Partial<Member>>>;

/** The team, with what is different about its people, days off, and other working hours. */
export function teamWith(
  people: People = {},
  rest: { closedDays?: string[]; week?: Calendar['days']; without?: MemberId[] } = {},
): Team {
  const base = {
    workspaceId,
    title: '',
    zone: berlin,
    absence: null,
    chat: { away: null, paused: null },
    admin: false,
    active: true,
  };
  const members: Member[] = [
    { ...base, id: ben, name: NonBlank.parse('Ben'), leadId: dana, limit: null, ...people.ben },
    {
      ...base,
      id: dana,
      name: NonBlank.parse('Dana'),
      leadId: mo,
      limit: { money: 500, days: 2 },
      ...people.dana,
    },
    {
      ...base,
      id: mo,
      name: NonBlank.parse('Mo'),
      leadId: ira,
      limit: { money: 5_000, days: 10 },
      ...people.mo,
    },
    {
      ...base,
      id: ira,
      name: NonBlank.parse('Ira'),
      leadId: null,
      limit: { money: null, days: null },
      ...people.ira,
    },
    {
      ...base,
      id: tara,
      name: NonBlank.parse('Tara'),
      zone: 'Asia/Tokyo',
      leadId: null,
      limit: { money: 100, days: 1 },
      ...people.tara,
    },
  ].filter(({ id }) => rest.without?.includes(id) !== true);
  const workspace = Workspace.parse({
    id: workspaceId,
    name: 'Northwind Care',
    zone: berlin,
    country: null,
    region: null,
    week: rest.week ?? officeWeek,
    closedDays: rest.closedDays ?? [],
    quiet: { from: '20:00', to: '08:00' },
    currency: 'EUR',
  });
  return {
    workspace,
    members: new Map(members.map((member) => [member.id, Member.parse(member)])),
    calendarOf: ({ zone }) => ({ zone, days: workspace.week, holidays: workspace.closedDays }),
  };
}

/** The member as the team knows them. */
export function memberIn(team: Team, id: MemberId): Member {
  const member = team.members.get(id);
  if (member === undefined) {
    throw new Error(`${id} is not in the team`);
  }
  return member;
}

/** The team after a change of one member. */
export function changed(team: Team, id: MemberId, change: Partial<Member>): Team {
  return {
    ...team,
    members: new Map([...team.members, [id, { ...memberIn(team, id), ...change }]]),
  };
}

/** The terms of a case, with what is different about it. */
export function caseTerms(different: Partial<NewCase> = {}): NewCase {
  return {
    id: caseId,
    workspaceId,
    number: 12,
    customerId,
    title: NonBlank.parse('Export down since noon'),
    whatHappened: '',
    stakes: NonBlank.parse('Board meeting at 5pm needs the figures'),
    deadline: null,
    severity: 'normal',
    place: { connection: 'console', channel: 'support' },
    source: null,
    ...different,
  };
}

/** The terms of a promise to call somebody. */
export function promiseTerms(id: PromiseId, ownerId: MemberId, followUpAt: Instant) {
  const action = NonBlank.parse('Restart the export and call');
  return { id, ownerId, action, contactBy: ownerId, contactTo: 'Ada', followUpAt };
}

export const text = (words: string) => NonBlank.parse(words);

/** Whether an instant is within working hours, or exactly at their end. */
export function isAtWork(calendar: Calendar, at: Instant): boolean {
  return isWorkingTime(calendar, at) || isWorkingTime(calendar, at - 1);
}
