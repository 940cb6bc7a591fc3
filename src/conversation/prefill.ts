import { readTime } from '../domain/plain-time.ts';
import type { Values } from './form.ts';
import type { FormContext } from './forms/context.ts';

/** Words that come before a time: "board meeting at 5pm" is a reason with its time. */
const BEFORE_A_TIME = /^(.*?)\s*\b(?:by|at|before|until|due)\s+(\S.*)$/iu;

/**
 * What the words after `/care` say of the form: the customer by a name we know or the first word, what it is,
 * and a deadline where a part of the sentence is one. Nothing typed is lost: what isn't recognised is the title.
 */
export async function prefill(context: FormContext, said: string): Promise<Values> {
  if (said === '') {
    return {};
  }
  const { customer, rest } = await findCustomer(context, said);
  const parts = rest.split(/,\s*/u);
  const deadline = parts
    .slice(1)
    .map((part) => findDeadline(context, part))
    .find((found) => found !== null);
  const title = deadline ? parts.filter((part) => part !== deadline.part).join(', ') : rest;
  return {
    ...(customer === null ? {} : { customer }),
    title,
    ...(deadline ? { deadline: deadline.time, reason: deadline.reason, stakes: deadline.part } : {}),
  };
}

async function findCustomer(
  { deps, who }: FormContext,
  said: string,
): Promise<{ customer: string | null; rest: string }> {
  const words = said.split(/\s+/u);
  for (const count of [3, 2, 1]) {
    const name = words.slice(0, count).join(' ').replace(/[:,]$/u, '');
    const found = await deps.store.transact(who.workspaceId, (tx) => tx.customersLike(name, 5));
    const exact = found.find((customer) => customer.name.toLowerCase() === name.toLowerCase());
    if (exact !== undefined) {
      return { customer: exact.id, rest: words.slice(count).join(' ') };
    }
  }
  // A capital first word with more after it is most often the customer: "Acme export down".
  const [first = '', ...rest] = words;
  const isName = /^\p{Lu}/u.test(first) && rest.length > 0;
  return isName
    ? { customer: `new:${first.replace(/[:,]$/u, '')}`, rest: rest.join(' ') }
    : { customer: null, rest: said };
}

function findDeadline({ now, me, calendar }: FormContext, part: string) {
  const match = BEFORE_A_TIME.exec(part);
  const candidates = [
    ...(match === null ? [] : [{ reason: match[1] ?? '', time: match[2] ?? '' }]),
    { reason: '', time: part },
  ];
  const found = candidates.find(({ time }) => readTime(time, now, me.zone, calendar).ok);
  return found === undefined ? null : { part, ...found };
}
