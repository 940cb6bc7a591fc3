import { CustomerId, MemberId, NonBlank, WorkspaceId } from '../domain/ids.ts';
import type { Zone } from '../domain/instant.ts';
import type { Customer, Limit, Member, Workspace } from '../domain/people.ts';
import { defaultPolicy } from '../domain/policy.ts';
import type { Deps } from './deps.ts';
import type { WorkspaceData } from './store.ts';

/** A team to begin with. `lead` names the key of the one a member answers to. */
export type NewTeam = {
  name: NonBlank;
  zone: Zone;
  country: string | null;
  region: string | null;
  currency: string;
  members: {
    key: string;
    name: NonBlank;
    title: string;
    zone: Zone;
    lead: string | null;
    limit: Limit | null;
  }[];
};

const WEEK: Workspace['week'] = {
  1: [{ from: '09:00', to: '17:30' }],
  2: [{ from: '09:00', to: '17:30' }],
  3: [{ from: '09:00', to: '17:30' }],
  4: [{ from: '09:00', to: '17:30' }],
  5: [{ from: '09:00', to: '17:30' }],
  6: [],
  7: [],
};

/** What Kept asks nobody for: it begins with the usual working week and quiet hours. */
const USUAL = {
  week: WEEK,
  closedDays: [],
  quiet: { from: '20:00', to: '07:00' },
  homeChannels: {},
};

/** A workspace for a team of a chat platform, with the usual week and policy; its people set up the rest. */
export function newWorkspace(
  team: Pick<Workspace, 'id' | 'name' | 'zone' | 'country' | 'currency'>,
  members: Member[],
): WorkspaceData {
  return { workspace: { ...team, region: null, ...USUAL }, members, policy: defaultPolicy };
}

/** Makes the console's workspace. False when there is one already, also when two come at once. */
export async function setUpTeam(
  { store, newId }: Pick<Deps, 'store' | 'newId'>,
  team: NewTeam,
  customers: readonly Pick<Customer, 'name' | 'zone' | 'contact' | 'notes'>[] = [],
): Promise<boolean> {
  const workspaceId = WorkspaceId.parse(newId());
  const ids = new Map(team.members.map(({ key }) => [key, MemberId.parse(newId())]));
  const members = team.members.flatMap(({ key, lead, ...rest }): Member[] => {
    const id = ids.get(key);
    const leadId = lead === null ? null : (ids.get(lead) ?? null);
    const here = { absence: null, chat: { away: null, paused: null }, active: true };
    // Nobody is named to change the team, so everybody at the console may.
    return id ? [{ ...rest, id, workspaceId, leadId, admin: false, ...here }] : [];
  });
  const { name, zone, country, region, currency } = team;
  const workspace: Workspace = { id: workspaceId, name, zone, country, region, currency, ...USUAL };
  const known = customers.map((customer) => ({ ...customer, workspaceId, id: CustomerId.parse(newId()) }));
  return store.createConsoleWorkspace({ workspace, members, policy: defaultPolicy }, known);
}

/** The team to try Kept with: an agent, and three who may decide more and more. */
export function exampleTeam(zone: Zone): { team: NewTeam; customers: Parameters<typeof setUpTeam>[2] } {
  const name = (value: string) => NonBlank.parse(value);
  return {
    team: {
      name: name('Example team'),
      zone,
      country: null,
      region: null,
      currency: 'EUR',
      members: [
        { key: 'agent', name: name('Ada Agent'), title: 'Support', zone, lead: 'lead', limit: null },
        { key: 'second', name: name('Sam Support'), title: 'Support', zone, lead: 'lead', limit: null },
        {
          key: 'lead',
          name: name('Leo Lead'),
          title: 'Support lead',
          zone,
          lead: 'manager',
          limit: { money: 250, days: 7 },
        },
        {
          key: 'manager',
          name: name('Mia Manager'),
          title: 'Service manager',
          zone,
          lead: 'director',
          limit: { money: 2_500, days: 30 },
        },
        {
          key: 'director',
          name: name('Dora Director'),
          title: 'Director',
          zone,
          lead: null,
          limit: { money: null, days: null },
        },
      ],
    },
    customers: [
      {
        name: name('Acme'),
        zone: 'America/New_York',
        contact: 'Ann Example',
        notes: 'Wants to hear it straight, and early.',
      },
      { name: name('Globex'), zone: 'Asia/Kolkata', contact: 'Raj Example', notes: '' },
    ],
  };
}
