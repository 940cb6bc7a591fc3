import type { Random } from '../rig/random.ts';
import type { Sheet } from './hand.ts';
import { NAMES, type Name, type Tenant } from './setting.ts';

type Context = {
  what: string;
  marker: string;
  tenant: Tenant;
  who: Name;
  random: Random;
  customers: readonly string[];
};

/** What somebody types into a form. The command's marker stands in its first line of text. */
export function filledIn(sheet: Sheet, context: Context): Record<string, string> {
  const { marker, tenant, random, customers, who } = context;
  const person = (name: Name) => (tenant.end === 'slack' ? tenant.people[name] : tenant.members[name]);
  const others = NAMES.filter((name) => name !== who);
  const soon = () => `in ${random.int(15, 100)} seconds`;
  switch (context.what) {
    case 'open': {
      // A deadline in between, now and then, pulls the risk forward.
      const deadline: Record<string, string> = random.chance(0.2)
        ? { deadline: `in ${random.int(30, 90)} seconds` }
        : {};
      return {
        customer: `new:${random.pick(customers)} ${tenant.marker}`,
        title: `${marker} export is down`,
        stakes: `No figures for the board of ${tenant.marker}`,
        severity: random.pick(['minor', 'normal', 'serious', 'critical']),
        ...deadline,
      };
    }
    case 'promise':
      return {
        owner: person(random.chance(0.7) ? who : random.pick(others)),
        action: `${marker} send the file`,
        followUp: soon(),
      };
    case 'keep':
      return { proof: `${marker} sent, see the mail` };
    case 'move':
      return { to: soon(), reason: `${marker} more to it`, told: random.pick(['yes', 'no']) };
    case 'hand over':
      return { to: person(random.pick(others)) };
    case 'withdraw':
      return { reason: `${marker} solved by itself` };
    case 'ask':
      return { need: `${marker} a credit`, money: String(random.pick([100, 1_000, 9_000])), by: soon() };
    case 'approve':
      return { note: `${marker} good` };
    case 'approve within':
      return { limit: '50', note: `${marker} not more` };
    case 'another option':
      return { option: `${marker} a free month` };
    case 'decline':
      return { option: `${marker} a call with them`, reason: 'Too much' };
    case 'close':
      return { solved: `${marker} restarted`, hold: 'in 2 days' };
    default:
      return {};
  }
}
