import { openCase } from '../../app/act.ts';
import { CaseId, CustomerId, NonBlank } from '../../domain/ids.ts';
import { Zone } from '../../domain/instant.ts';
import type { Customer } from '../../domain/people.ts';
import { Severity } from '../../domain/policy.ts';
import type { Values } from '../form.ts';
import { words } from '../words.ts';
import { type Filled, type FormContext, isComplete } from './context.ts';
import { field, line, lines, said, select, timeField } from './fields.ts';

const w = words.form.open;
const NEW = 'new:';

/** Zones offered for a new customer: one for each stretch of the world where support teams have customers. */
const ZONES = [
  'America/Los_Angeles',
  'America/Denver',
  'America/Chicago',
  'America/New_York',
  'America/Sao_Paulo',
  'Europe/London',
  'Europe/Berlin',
  'Europe/Helsinki',
  'Africa/Johannesburg',
  'Asia/Dubai',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Singapore',
  'Asia/Tokyo',
  'Australia/Sydney',
  'Pacific/Auckland',
];

/** *Open care case*: customer, what happened, stakes, their deadline, severity. */
export async function openForm(context: FormContext, values: Values): Promise<Filled> {
  const { me, now, team } = context;
  const known = await knownCustomer(context, values['customer'] ?? '');
  const shown = known?.name ?? newName(values['customer'] ?? '') ?? '';
  const customer = field(
    values,
    { name: 'customer', label: w.customer, hint: w.customerHint, live: true },
    { kind: 'customer', shown },
  );
  const named = known === null && shown === '' ? { ...customer, error: words.form.required } : customer;
  const title = line(values, { name: 'title', label: w.what, hint: w.whatHint });
  const stakes = lines(values, { name: 'stakes', label: w.stakes, hint: w.stakesHint });
  const happened = lines(
    values,
    { name: 'happened', label: w.happened, required: false },
    context.source?.text,
  );
  const calendar = team.calendarOf(me);
  const deadline = timeField(
    values,
    { name: 'deadline', label: w.deadline, hint: w.deadlineHint, required: false },
    { me, customer: known, now, calendar },
  );
  const reason = line(values, { name: 'reason', label: w.reason, required: false });
  const severities = Severity.options.map((value) => ({ value, label: words.severity[value] }));
  const severity = select(values, { name: 'severity', label: w.severity }, severities, 'normal');
  const contact = line(values, { name: 'contact', label: w.contact, required: false }, known?.contact);
  const zones = [{ value: 'unknown', label: w.zoneUnknown }, ...zoneOptions(team.workspace.zone)];
  const zone = select(values, { name: 'zone', label: w.zone, required: false }, zones, 'unknown');
  const isNew = known === null && shown !== '';
  const fields = [
    named,
    ...(isNew ? [contact, zone] : []),
    title,
    stakes,
    deadline.field,
    ...(deadline.field.value === '' ? [] : [reason]),
    severity,
    happened,
  ];
  const run = async () => {
    const id = CaseId.parse(context.deps.newId());
    const chosen = known ?? newCustomer(context, shown, contact.value, zone.value);
    const terms = {
      customer: chosen,
      title: NonBlank.parse(title.value),
      whatHappened: happened.value.trim(),
      stakes: NonBlank.parse(stakes.value),
      deadline: deadline.at === null ? null : { at: deadline.at, reason: reason.value.trim() },
      severity: Severity.parse(severity.value),
      place: context.place,
      source: context.source,
    };
    return openCase(context.deps, context.who, terms, id, context.nonce);
  };
  const complete = isComplete(fields) && said(title) !== null;
  return { title: w.title, submit: w.submit, intro: [], fields, notes: [], run: complete ? run : null };
}

/** The name of a customer to be added, or null when the value is not one. */
export function newName(value: string): string | null {
  const name = value.startsWith(NEW) ? value.slice(NEW.length).trim() : '';
  return name === '' ? null : name;
}

async function knownCustomer({ deps, who }: FormContext, value: string): Promise<Customer | null> {
  const id = CustomerId.safeParse(value);
  if (id.success) {
    return deps.store.read(who.workspaceId, (tx) => tx.customer(id.data));
  }
  const name = newName(value);
  if (name === null) {
    return null;
  }
  // Typed in full, an existing customer is that customer, and no second one.
  const [same] = await deps.store.read(who.workspaceId, (tx) => tx.customersNamed([name]));
  return same ?? null;
}

function newCustomer({ deps, who }: FormContext, name: string, contact: string, zone: string): Customer {
  const parsed = Zone.safeParse(zone);
  return {
    id: CustomerId.parse(deps.newId()),
    workspaceId: who.workspaceId,
    name: NonBlank.parse(name),
    zone: parsed.success ? parsed.data : null,
    contact: contact.trim(),
    notes: '',
  };
}

function zoneOptions(own: string) {
  return [...new Set([own, ...ZONES])].map((value) => ({ value, label: value.replaceAll('_', ' ') }));
}
