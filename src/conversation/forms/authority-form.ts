import { setAuthority } from '../../app/members.ts';
import { MemberId } from '../../domain/ids.ts';
import { ladderOf } from '../../domain/ladder.ts';
import { adminsOf, type Limit, type Member, type Team } from '../../domain/people.ts';
import { type Authority, authorityFault } from '../../domain/team-change.ts';
import type { Block } from '../card.ts';
import type { Field, Values } from '../form.ts';
import { rejectionWords } from '../rejection-words.ts';
import { text } from '../view.ts';
import { words } from '../words.ts';
import { type Filled, type FormContext, isComplete } from './context.ts';
import { line, memberField, numberField, select, yesOrNo } from './fields.ts';

const w = words.form.authority;

/** *Set authority*: whom a member answers to, what they may decide, and whether they may change the team. */
export async function authorityForm(context: FormContext, values: Values): Promise<Filled> {
  const { team } = context;
  const who = memberField(values, { name: 'member', label: w.member, live: true }, team, '');
  const id = MemberId.safeParse(who.value);
  const member = id.success ? team.members.get(id.data) : undefined;
  const base = { title: w.title, submit: w.submit, intro: [] };
  if (member === undefined) {
    return { ...base, fields: [who], notes: [noteOf(w.choose)], run: null };
  }
  const asked = askFor(context, values, member);
  const fields = [who, ...asked.fields];
  // Until what holds for them was shown, nothing was answered.
  const isAnswered = values[nameOf('may', member)] !== undefined;
  return {
    ...base,
    fields,
    notes: notesOn(context, member, asked.authority),
    run:
      isComplete(fields) && isAnswered
        ? () => setAuthority(context.deps, context.who, member.id, asked.authority, context.nonce)
        : null,
  };
}

/** Each member has fields of their own, so that choosing another shows what holds for that one. */
function nameOf(field: string, { id }: Member): string {
  return `${field}.${id}`;
}

function askFor(
  { team, me, now }: FormContext,
  values: Values,
  member: Member,
): { fields: Field[]; authority: Authority } {
  const name = (field: string) => nameOf(field, member);
  const lead = memberField(
    values,
    { name: name('lead'), label: w.lead, hint: w.leadHint, required: false, live: true },
    team,
    member.leadId ?? '',
    member.id,
  );
  const limit = askForLimit(values, member, team);
  const title = line(values, { name: name('title'), label: w.jobTitle, required: false }, member.title);
  const admin = yesOrNo(
    values,
    { name: name('admin'), label: w.admin, live: true },
    member.admin ? 'yes' : 'no',
  );
  const leadId = MemberId.safeParse(lead.value);
  const authority: Authority = {
    leadId: leadId.success ? leadId.data : null,
    limit: limit.limit,
    title: title.value.trim(),
    admin: admin.value === 'yes',
  };
  const fault = authorityFault(team, member.id, authority);
  const sentence = fault && rejectionWords(fault, { team, zone: me.zone, now });
  const isAdminFault = fault?.why === 'last admin';
  return {
    authority,
    fields: [
      { ...lead, error: isAdminFault ? lead.error : (sentence ?? lead.error) },
      ...limit.fields,
      title,
      { ...admin, error: isAdminFault ? sentence : admin.error },
    ],
  };
}

function askForLimit(values: Values, member: Member, team: Team): { fields: Field[]; limit: Limit | null } {
  const name = (field: string) => nameOf(field, member);
  const options = Object.entries(w.mayOptions).map(([value, label]) => ({ value, label }));
  const may = select(values, { name: name('may'), label: w.may, live: true }, options, mayOf(member));
  if (may.value !== 'up to') {
    return { fields: [may], limit: may.value === 'anything' ? { money: null, days: null } : null };
  }
  const basics = { hint: w.limitHint, required: false, live: true };
  const money = numberField(
    values,
    { ...basics, name: name('money'), label: w.money },
    team.workspace.currency,
    false,
    member.limit?.money ?? null,
  );
  const days = numberField(
    values,
    { ...basics, name: name('days'), label: w.days },
    '',
    true,
    member.limit?.days ?? null,
  );
  const isBlank = [money, days].every(({ field: { value } }) => value.trim() === '');
  const amount = isBlank ? { ...money.field, error: w.noLimit } : money.field;
  return { fields: [may, amount, days.field], limit: { money: money.number, days: days.number } };
}

function mayOf({ limit }: Member): keyof typeof w.mayOptions {
  if (limit === null) {
    return 'nothing';
  }
  return limit.money === null && limit.days === null ? 'anything' : 'up to';
}

/** What would follow: who is called for them then, and who alone may change the team. */
function notesOn({ team, me }: FormContext, member: Member, authority: Authority): Block[] {
  const members = new Map([...team.members, [member.id, { ...member, ...authority }] as const]);
  const ladder = ladderOf({ ...team, members }, member.id).flatMap((id) => members.get(id)?.name ?? []);
  const isFirstAdmin = authority.admin && adminsOf(team).length === 0 && member.id !== me.id;
  return [
    noteOf(ladder.length === 0 ? w.noLadder(member.name) : w.ladder(member.name, ladder.join(' → '))),
    ...(isFirstAdmin ? [noteOf(w.firstAdmin(member.name))] : []),
  ];
}

function noteOf(said: string): Block {
  return { b: 'note', line: [text(said)] };
}
