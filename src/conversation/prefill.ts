import { readTime } from '../domain/plain-time.ts';
import { Severity } from '../domain/policy.ts';
import type { Values } from './form.ts';
import type { FormContext } from './forms/context.ts';

/** A line that is longer is no title, but a story. */
const LONGEST_TITLE = 120;
/** A word that is longer is no customer's name, but an address or the like. */
const LONGEST_NAME = 80;

/**
 * What the words after `/care` say of the form: the customer by a name we know or the first word, what it is,
 * and a deadline where a part of the sentence is one. Nothing typed is lost: what isn't recognised is the title.
 */
export async function prefill(context: FormContext, said: string): Promise<Values> {
  if (said === '') {
    return {};
  }
  const { severity, rest: named } = findSeverity(said);
  const { customer, rest } = await findCustomer(context, named);
  const parts = rest.split(/,\s*/u);
  const deadline = parts
    .map((part, at) => findDeadline(context, part, at === 0))
    .find((found) => found !== null);
  // What is wrong stays the title, also where it names the time: "exports down by Monday".
  const title = deadline
    ? [parts[0], ...parts.slice(1).filter((part) => part !== deadline.part)].join(', ')
    : rest;
  return {
    ...(severity === null ? {} : { severity }),
    ...(customer === null ? {} : { customer }),
    title,
    ...(deadline ? { deadline: deadline.time, reason: deadline.reason } : {}),
    ...(deadline && deadline.part !== parts[0] ? { stakes: deadline.part } : {}),
  };
}

/** A message says what happened; of a short one its first line is a title as well, and a deadline if it names one. */
export async function prefillFromMessage(context: FormContext, said: string): Promise<Values> {
  const [first = ''] = said.trim().split('\n');
  return first.length > LONGEST_TITLE ? {} : prefill(context, first);
}

const SEVERITY = /^(critical|urgent|serious|minor)(?:[:,]|\s)\s*(?=\S)/iu;

/** A first word that says how bad it is, and is no customer: "CRITICAL Acme is down". */
function findSeverity(said: string): { severity: Severity | null; rest: string } {
  const [found, word = ''] = SEVERITY.exec(said) ?? [];
  if (found === undefined) {
    return { severity: null, rest: said };
  }
  const severity = Severity.catch('critical').parse(word.toLowerCase());
  return { severity, rest: said.slice(found.length) };
}

async function findCustomer(
  { deps, who }: FormContext,
  said: string,
): Promise<{ customer: string | null; rest: string }> {
  const words = said.split(/\s+/u);
  const names = [3, 2, 1].map((count) => ({
    name: words.slice(0, count).join(' ').replace(/[:,]$/u, '').toLowerCase(),
    rest: words.slice(count).join(' '),
  }));
  const found = await deps.store.read(who.workspaceId, (tx) =>
    tx.customersNamed(names.map(({ name }) => name)),
  );
  for (const { name, rest } of names) {
    const known = found.find((customer) => customer.name.toLowerCase() === name);
    if (known !== undefined) {
      return { customer: known.id, rest };
    }
  }
  // A capital first word with more after it is most often the customer: "Acme export down".
  const [first = '', ...rest] = words;
  const isName = /^\p{Lu}/u.test(first) && first.length <= LONGEST_NAME && rest.length > 0;
  return isName
    ? { customer: `new:${first.replace(/[:,]$/u, '')}`, rest: rest.join(' ') }
    : { customer: null, rest: said };
}

const TIME_COMES = /^(?:by|before|until|till|due)$/iu;
const FILLER = /^(?:by|at|on|before|until|till|due)$/iu;

/**
 * The longest end of a part that says a time, also one that must be asked again ("on Monday"). What happened
 * may end in a time too ("down since noon"), so in the first part only a word like *by* makes it a deadline.
 */
function findDeadline({ now, me, calendar }: FormContext, part: string, isFirst: boolean) {
  const words = part.split(/\s+/u);
  for (const start of words.keys()) {
    const time = words.slice(start).join(' ');
    const reading = readTime(time, now, me.zone, calendar);
    const isTime = reading.ok || (reading.why === 'ambiguous' && /\p{L}{3}/u.test(time));
    const isMeant = !isFirst || TIME_COMES.test(words[start] ?? '');
    if (isTime && isMeant) {
      const [first = '', ...rest] = words.slice(start);
      return {
        part,
        time: FILLER.test(first) ? rest.join(' ') : time,
        reason: words.slice(0, start).join(' '),
      };
    }
  }
  return null;
}
