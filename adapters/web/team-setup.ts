import { z } from 'zod';
import { NonBlank, Typed } from '../../src/domain/ids.ts';
import { Zone } from '../../src/domain/instant.ts';
import { isAtMost, isFilled } from '../../src/domain/sized.ts';

/** What a member may decide: nothing, up to an amount in the team's currency, or anything. */
export const MayDecide = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('no') }),
  z.object({
    kind: z.literal('up to'),
    money: z
      .number({ error: 'Write the amount as a number, like 500.' })
      .nonnegative({ error: 'The amount can’t be below 0.' }),
  }),
  z.object({ kind: z.literal('no limit') }),
]);
export type MayDecide = z.infer<typeof MayDecide>;

const named = (what: string) =>
  Typed.trim()
    .refine(isFilled, { error: `Write ${what}.` })
    .refine(isAtMost(200), { error: 'This is too long: 200 characters at most.' })
    .pipe(NonBlank);

const zone = z.string().trim().pipe(Zone);

export const TeamMember = z.object({
  /** Names the row within this form; `lead` points to it. */
  key: z.string().refine(isFilled).refine(isAtMost(40)),
  name: named('a name'),
  title: Typed.trim().refine(isAtMost(200), { error: 'This is too long: 200 characters at most.' }),
  zone,
  /** The key of the one they answer to; null for nobody. */
  lead: z.string().nullable(),
  mayDecide: MayDecide,
});
export type TeamMember = z.infer<typeof TeamMember>;

/** One's own team, as the first page asks for it. */
export const TeamSetup = z
  .object({
    name: named('the name of your team'),
    zone,
    /** ISO 3166-1 alpha-2, for public holidays; null for none. */
    country: z.string().refine(isAtMost(10)).nullable(),
    region: z.string().refine(isAtMost(20)).nullable(),
    /** ISO 4217, for the amounts. */
    currency: z.string().regex(/^[A-Z]{3}$/, { error: 'Write the currency in three letters, like EUR.' }),
    members: z
      .array(TeamMember)
      .refine(isFilled, { error: 'A team needs at least one member.' })
      .refine(isAtMost(500)),
  })
  .superRefine(({ members }, context) => {
    for (const { path, message } of membersErrors(members)) {
      context.addIssue({ code: 'custom', path: ['members', ...path], message });
    }
  });
export type TeamSetup = z.infer<typeof TeamSetup>;

/** An error beside its field: `path` as in `members.2.zone`, empty for the whole. */
export const SetupError = z.object({ path: z.string(), message: z.string() });
export type SetupError = z.infer<typeof SetupError>;

/** What is wrong with a team, field by field; the first error of each field. */
export function setupErrors(error: z.ZodError): SetupError[] {
  const byPath = new Map<string, SetupError>();
  for (const issue of error.issues) {
    const path = issue.path.join('.');
    if (!byPath.has(path)) byPath.set(path, { path, message: issue.message });
  }
  return [...byPath.values()];
}

type Fault = { path: (string | number)[]; message: string };

function membersErrors(members: readonly TeamMember[]): Fault[] {
  const faults: Fault[] = [];
  const byKey = new Map(members.map((member) => [member.key, member]));
  const names = new Set<string>();
  for (const [row, member] of members.entries()) {
    const name = member.name.toLocaleLowerCase();
    if (names.has(name)) {
      faults.push({ path: [row, 'name'], message: 'Two members have this name. Make them different.' });
    }
    names.add(name);
    const lead = leadFault(member, byKey);
    if (lead) faults.push({ path: [row, 'lead'], message: lead });
  }
  return faults;
}

function leadFault(member: TeamMember, byKey: ReadonlyMap<string, TeamMember>): string | null {
  if (member.lead === null) return null;
  if (!byKey.has(member.lead)) return 'Choose who they answer to.';
  const above = new Set<string>();
  let key: string | null = member.lead;
  while (key !== null && !above.has(key)) {
    if (key === member.key)
      return `${member.name} would answer to themselves in the end. Choose somebody else.`;
    above.add(key);
    key = byKey.get(key)?.lead ?? null;
  }
  return null;
}
