import { readAmount } from '../../domain/amount.ts';
import type { Calendar } from '../../domain/calendar.ts';
import { type MemberId, NonBlank } from '../../domain/ids.ts';
import { civilOf, formatInstant, type Instant, localDateOf, type Zone } from '../../domain/instant.ts';
import type { Customer, Member, Team } from '../../domain/people.ts';
import { readTime } from '../../domain/plain-time.ts';
import type { Field, Values } from '../form.ts';
import { words } from '../words.ts';

type TimeReader = { me: Member; customer: Customer | null; now: Instant; calendar: Calendar };
const ISO = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u;

type Basics = { name: string; label: string; hint?: string; required?: boolean; live?: boolean };

/** A field with what was typed, or its default the first time. */
export function field(values: Values, basics: Basics, input: Field['input'], initial = ''): Field {
  const { name, label, hint = null, required = true, live = false } = basics;
  const value = values[name] ?? initial;
  const error = required && value.trim() === '' ? words.form.required : null;
  return { name, label, hint, required, live, value, error, input };
}

/** One line of text. */
export function line(values: Values, basics: Basics, initial = ''): Field {
  return field(values, basics, { kind: 'line' }, initial);
}

/** Text of any length. */
export function lines(values: Values, basics: Basics, initial = ''): Field {
  return field(values, basics, { kind: 'lines' }, initial);
}

/** A choice of one. A value that is not among the options counts as not chosen. */
export function select(
  values: Values,
  basics: Basics,
  options: { value: string; label: string }[],
  initial = '',
): Field {
  const chosen = field(values, basics, { kind: 'select', options }, initial);
  const known = options.some(({ value }) => value === chosen.value);
  return known
    ? chosen
    : { ...chosen, value: '', error: basics.required === false ? null : words.form.required };
}

/** A choice of one among the members who are still here; `except` isn't offered. */
export function memberField(
  values: Values,
  basics: Basics,
  team: Team,
  initial: string,
  except: MemberId | null = null,
): Field {
  const here = [...team.members.values()].filter(({ active }) => active);
  const options = here
    .filter(({ id }) => id !== except)
    .map(({ id, name, title }) => ({ value: id, label: title === '' ? name : `${name}, ${title}` }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  const chosen = field(values, basics, { kind: 'member', options }, initial);
  // A people picker offers everybody: who isn't among the options may be chosen all the same.
  return chosen.value === '' || here.some(({ id }) => id === chosen.value)
    ? chosen
    : { ...chosen, value: '', error: chosen.required ? words.form.required : null };
}

/** Yes or no; not answered until one is chosen. */
export function yesOrNo(values: Values, basics: Basics, initial: 'yes' | 'no' | '' = ''): Field {
  return field(values, basics, { kind: 'yes or no' }, initial);
}

/** A number of 0 or more, as people write it, or nothing. `whole`: no cents. */
export function numberField(
  values: Values,
  basics: Basics,
  unit: string,
  whole = false,
  initial: number | null = null,
): { field: Field; number: number | null } {
  const typed = field(values, basics, { kind: 'number', unit }, initial === null ? '' : String(initial));
  if (typed.value.trim() === '') {
    return { field: typed, number: null };
  }
  const number = readAmount(typed.value);
  if (number === null || (whole && !Number.isInteger(number))) {
    return { field: { ...typed, error: whole ? words.form.wholeNumber : words.form.number }, number: null };
  }
  return { field: typed, number };
}

/** A time in plain words, read in the member's zone and shown back, also as the customer sees it. */
export function timeField(
  values: Values,
  basics: Basics,
  reader: TimeReader,
  initial = '',
): { field: Field; at: Instant | null } {
  const { me, customer, now } = reader;
  const typed = field(
    values,
    { live: true, ...basics },
    { kind: 'time', resolved: null, choices: [] },
    initial,
  );
  if (typed.value.trim() === '') {
    return { field: { ...typed, error: typed.required ? words.time.empty : null }, at: null };
  }
  const reading = readTime(typed.value, now, me.zone, reader.calendar);
  if (!reading.ok) {
    const choices = reading.choices.map((at) => ({
      value: timeWords(at, reader),
      label: formatInstant(at, me.zone, now),
    }));
    const error = words.time[reading.why];
    return { field: { ...typed, error, input: { kind: 'time', resolved: null, choices } }, at: null };
  }
  const resolved = resolvedWords(reading.at, me, customer, now);
  // What a date picker gave is shown as words, too.
  const value = ISO.test(typed.value) ? timeWords(reading.at, reader) : typed.value;
  return { field: { ...typed, value, input: { kind: 'time', resolved, choices: [] } }, at: reading.at };
}

/** A time as a field's value: in words that hold on any day, where they are read as exactly that time; else in ISO. */
export function timeWords(at: Instant, { me, now, calendar }: Pick<TimeReader, 'me' | 'now' | 'calendar'>) {
  const said = formatInstant(at, me.zone);
  const reading = readTime(said, now, me.zone, calendar);
  return reading.ok && reading.at === at ? said : new Date(at).toISOString();
}

/** A moment in the member's zone, and in the customer's where that is another. */
export function resolvedWords(at: Instant, me: Member, customer: Customer | null, now: Instant): string {
  const mine = words.time.yours(formatInstant(at, me.zone, now));
  const zone = customer?.zone ?? null;
  return customer === null || zone === null || zone === me.zone
    ? mine
    : `${mine}; ${words.time.theirs(theirTime(at, zone, me.zone), customer.name)}`;
}

/** With its date where that is another than ours, for "today" would mean two days. */
function theirTime(at: Instant, theirs: Zone, mine: Zone): string {
  if (localDateOf(at, theirs) !== localDateOf(at, mine)) {
    return formatInstant(at, theirs);
  }
  const { hour, minute } = civilOf(at, theirs);
  return [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
}

/** What was typed, trimmed, or null when it is blank. */
export function said({ value }: Field): NonBlank | null {
  const parsed = NonBlank.safeParse(value);
  return parsed.success ? parsed.data : null;
}
