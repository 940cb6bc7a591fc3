import { nextAlarm } from '../domain/case-file.ts';
import type { NewCase } from '../domain/case-turns.ts';
import { type Command, type Decided, decide, open } from '../domain/decide.ts';
import type { CaseId } from '../domain/ids.ts';
import type { Instant } from '../domain/instant.ts';
import type { Customer } from '../domain/people.ts';
import type { Policy } from '../domain/policy.ts';
import type { Rejection } from '../domain/rejection.ts';
import type { Deps, Who } from './deps.ts';
import type { Commit, Locked, StoreTx, ToRing } from './store.ts';

/** What came of a command. `repeated`: it had been carried out before, and was not again. */
export type Result = { ok: true; repeated: boolean } | { ok: false; rejection: Rejection };

/**
 * Carries out a command on a case: load, decide, commit, ring. `nonce` names the press or the form it came
 * from; the same one twice does its work once.
 */
export async function act(
  deps: Deps,
  who: Who,
  caseId: CaseId,
  command: Command,
  nonce: string | null = null,
): Promise<Result> {
  const done = await deps.store.transact(who.workspaceId, async (tx) => {
    const locked = await tx.lockCase(caseId);
    // Only now: whoever had it locked may have decided for a moment that has come meanwhile.
    const now = deps.clock();
    if (locked === null) {
      return { result: rejected({ why: 'not found' }), toRing: null };
    }
    if (nonce !== null && !(await tx.receiveOnce(nonce, now))) {
      return { result: { ok: true as const, repeated: true }, toRing: null };
    }
    const { team, policy } = await peopleOf(deps, tx, now);
    const decision = decide(locked.file, command, { team, policy, now, by: who.memberId });
    if (!decision.ok) {
      if (nonce !== null) {
        await tx.forget(nonce);
      }
      return { result: rejected(decision.rejection), toRing: null };
    }
    const toRing = await tx.commit([commitOf(locked, decision, policy, now)]);
    return { result: { ok: true as const, repeated: false }, toRing };
  });
  await ring(deps, done.toRing);
  return done.result;
}

/** The terms of a new case; its customer is one we have, or one to be added. */
export type OpenTerms = Omit<NewCase, 'id' | 'workspaceId' | 'number' | 'customerId'> & {
  customer: Customer;
};

/** Opens a case with a number of its own, adding its customer where they are new. */
export async function openCase(
  deps: Deps,
  who: Who,
  terms: OpenTerms,
  id: CaseId,
  nonce: string,
): Promise<Result> {
  const now = deps.clock();
  const done = await deps.store.transact(who.workspaceId, async (tx) => {
    const { customer, ...rest } = terms;
    const { team, policy } = await peopleOf(deps, tx, now);
    const newCase = { ...rest, id, workspaceId: who.workspaceId, customerId: customer.id };
    if (!(await tx.receiveOnce(nonce, now))) {
      return null;
    }
    if ((await tx.customer(customer.id)) === null) {
      await tx.saveCustomer(customer);
    }
    const number = await tx.nextCaseNumber();
    const decision = open({ ...newCase, number }, { team, policy, now, by: who.memberId });
    return { toRing: await tx.commit([commitOf(null, decision, policy, now)]) };
  });
  await ring(deps, done?.toRing ?? null);
  return { ok: true, repeated: done === null };
}

/** After a wake, what is due already is looked at in a second, so that no case can spin. */
const NO_SPIN_MS = 1_000;

/**
 * What a decision changes, ready to commit. The alarm follows from the state (invariant 2): what is due already is
 * looked at at once, unless the clock itself asked for this decision.
 */
export function commitOf(before: Locked | null, decision: Decided, policy: Policy, at: Instant): Commit {
  return { before, at, decision, alarmAt: alarmAfter(decision, policy, at, at) };
}

/** The same of a wake. */
export function commitOfWake(before: Locked, decision: Decided, policy: Policy, at: Instant): Commit {
  return { before, at, decision, alarmAt: alarmAfter(decision, policy, at, at + NO_SPIN_MS) };
}

function alarmAfter({ file }: Decided, policy: Policy, at: Instant, whenPast: Instant): Instant | null {
  const next = nextAlarm(file, policy);
  return next !== null && next <= at ? whenPast : next;
}

/** Rings for what was committed. After the commit and best effort (invariant 3). */
export async function ring({ bell }: Pick<Deps, 'bell'>, toRing: ToRing | null): Promise<void> {
  if (toRing !== null) {
    await Promise.all([bell.ringOutbox(toRing.rowIds), bell.ringAt(toRing.alarms)]);
  }
}

async function peopleOf(deps: Deps, tx: StoreTx, now: Instant) {
  const data = await tx.workspace();
  return { team: deps.teamOf(data, now), policy: data.policy };
}

function rejected(rejection: Rejection): Extract<Result, { ok: false }> {
  return { ok: false, rejection };
}
