import { z } from 'zod';
import { readAmount } from '../../../src/domain/amount.ts';
import { type SetupError, setupErrors, TeamSetup } from '../team-setup.ts';

const MemberDraft = z.object({
  key: z.string(),
  name: z.string(),
  title: z.string(),
  zone: z.string(),
  /** The key of another row; empty for nobody. */
  lead: z.string(),
  may: z.enum(['no', 'up to', 'no limit']),
  money: z.string(),
});
export type MemberDraft = z.infer<typeof MemberDraft>;

/** A team as it is being typed: every field holds whatever stands in it. */
export const TeamDraft = z.object({
  name: z.string(),
  zone: z.string(),
  country: z.string(),
  region: z.string(),
  currency: z.string(),
  members: z.array(MemberDraft),
});
export type TeamDraft = z.infer<typeof TeamDraft>;

/** A team with one member in it and nothing said of them. */
export function newTeam(zone: string, country: string): TeamDraft {
  const blank: TeamDraft = {
    name: '',
    zone,
    country,
    region: '',
    currency: currencyOf(country),
    members: [],
  };
  return addMember(blank);
}

/** One more member, in the team's zone. */
export function addMember(draft: TeamDraft): TeamDraft {
  // Keys only name rows within the form, and are never used again after a row is removed.
  const next = Math.max(0, ...draft.members.map(({ key }) => Number(key))) + 1;
  const member: MemberDraft = {
    key: `${next}`,
    name: '',
    title: '',
    zone: draft.zone,
    lead: '',
    may: 'no',
    money: '',
  };
  return { ...draft, members: [...draft.members, member] };
}

/** Without that member; who answered to them answers to nobody. */
export function removeMember(draft: TeamDraft, key: string): TeamDraft {
  const left = draft.members.filter((member) => member.key !== key);
  return { ...draft, members: left.map((one) => (one.lead === key ? { ...one, lead: '' } : one)) };
}

/** Reads the draft as a team, or says what is wrong with it, field by field. */
export function readTeam(
  draft: TeamDraft,
): { ok: true; team: TeamSetup } | { ok: false; errors: SetupError[] } {
  const team = TeamSetup.safeParse({
    ...draft,
    country: draft.country || null,
    region: draft.region || null,
    currency: draft.currency.trim().toUpperCase(),
    members: draft.members.map(({ key, name, title, zone, lead, may, money }) => ({
      key,
      name,
      title,
      zone,
      lead: lead || null,
      mayDecide: may === 'up to' ? { kind: may, money: readAmount(money) ?? Number.NaN } : { kind: may },
    })),
  });
  return team.success ? { ok: true, team: team.data } : { ok: false, errors: setupErrors(team.error) };
}

const EURO = 'AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ');
const CURRENCIES: Record<string, string> = {
  AU: 'AUD',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CN: 'CNY',
  CZ: 'CZK',
  DK: 'DKK',
  GB: 'GBP',
  IN: 'INR',
  JP: 'JPY',
  MX: 'MXN',
  NO: 'NOK',
  NZ: 'NZD',
  PL: 'PLN',
  SE: 'SEK',
  SG: 'SGD',
  ZA: 'ZAR',
};

/** The currency that a team in that country most likely counts in. */
export function currencyOf(country: string): string {
  return EURO.includes(country) ? 'EUR' : (CURRENCIES[country] ?? 'USD');
}
