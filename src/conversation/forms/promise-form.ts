import { act } from '../../app/act.ts';
import { MemberId, NonBlank, PromiseId } from '../../domain/ids.ts';
import { formatInstant, type Instant } from '../../domain/instant.ts';
import { nearestKeepable, type Obstacle, obstaclesTo } from '../../domain/keepability.ts';
import { unreachable } from '../../domain/unreachable.ts';
import type { Block } from '../card.ts';
import { promiseDraft } from '../draft.ts';
import type { Field, Values } from '../form.ts';
import { isUnset, nobodyFor } from '../team-card.ts';
import { nameOf, text } from '../view.ts';
import { words } from '../words.ts';
import { type CaseContext, type Filled, isComplete } from './context.ts';
import { line, lines, memberField, timeField, timeWords } from './fields.ts';

const w = words.form.promise;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** *Make a promise*: owner, action, who contacts whom, follow-up time. Says what stands against it beforehand. */
export async function promiseForm(context: CaseContext, values: Values): Promise<Filled> {
  const { view, team, who } = context;
  const { customer, file } = view;
  const owner = memberField(
    values,
    { name: 'owner', label: w.owner, live: true },
    team,
    file.case.ownerId ?? who.memberId,
  );
  const action = lines(values, { name: 'action', label: w.action, live: true });
  const contactBy = memberField(
    values,
    { name: 'contactBy', label: w.contactBy, live: true },
    team,
    owner.value,
  );
  const contactTo = line(
    values,
    { name: 'contactTo', label: w.contactTo, required: false, live: true },
    customer.contact,
  );
  const followUp = timeField(
    values,
    { name: 'followUp', label: w.followUp, hint: w.followUpHint },
    { ...context, customer },
  );
  const ownerId = MemberId.safeParse(owner.value);
  const checked =
    followUp.at === null || !ownerId.success
      ? null
      : await keepability(context, { ownerId: ownerId.data, at: followUp.at });
  const notes = [...(checked?.notes ?? []), ...unsetNotes(context, ownerId.data ?? null)];
  const fields = [
    owner,
    action,
    contactBy,
    contactTo,
    offering(followUp.field, checked?.offer ?? null, context),
  ];
  const complete = isComplete(fields);
  if (!complete || followUp.at === null || !ownerId.success) {
    return { title: w.title, submit: w.submit, intro: [], fields, notes, run: null };
  }
  const terms = {
    id: PromiseId.parse(context.deps.newId()),
    ownerId: ownerId.data,
    action: NonBlank.parse(action.value),
    contactBy: MemberId.parse(contactBy.value),
    contactTo: contactTo.value.trim(),
    followUpAt: followUp.at,
  };
  return {
    title: w.title,
    submit: w.submit,
    intro: [],
    fields,
    notes: [...notes, promiseDraft(view, terms)],
    run: () => act(context.deps, who, file.case.id, { do: 'promise', terms }, context.nonce),
  };
}

/** That nobody would be called, and how to mend it, before it is promised. */
function unsetNotes({ team }: CaseContext, ownerId: MemberId | null): Block[] {
  return ownerId !== null && isUnset(team, { id: ownerId })
    ? [{ b: 'note', line: [text(nobodyFor(team, ownerId))] }]
    : [];
}

/** What stands against a time, in words, and the nearest that can be kept. */
export async function keepability(
  context: CaseContext,
  promise: { ownerId: MemberId; at: Instant },
): Promise<{ notes: Block[]; offer: Instant | null }> {
  const { view, team, policy, now, deps, who } = context;
  const { deadline, severity } = view.file.case;
  // What can be kept is looked for before the deadline, which may be long before the time.
  const from = Math.min(promise.at, deadline?.at ?? promise.at);
  const others = await deps.store.read(who.workspaceId, (tx) =>
    tx.followUpsBetween(promise.ownerId, from - 14 * DAY_MS, promise.at + 14 * DAY_MS),
  );
  const prospect = {
    ...promise,
    now,
    deadline: deadline?.at ?? null,
    others,
    aroundTheClock: policy.aroundTheClock.includes(severity),
    team,
    policy,
  };
  const obstacles = obstaclesTo(prospect);
  if (obstacles.length === 0) {
    return { notes: [], offer: null };
  }
  const rows = obstacles.map((obstacle) => ({
    line: [text(obstacleWords(context, promise.ownerId, obstacle))],
    detail: [],
    tone: 'attention' as const,
    actions: [],
  }));
  const notes: Block[] = [
    { b: 'note', line: [text(w.against)] },
    { b: 'list', items: rows },
  ];
  return { notes, offer: nearestKeepable(prospect) };
}

/** The time field with the offer as a choice to pick. */
export function offering(time: Field, offer: Instant | null, context: CaseContext): Field {
  if (offer === null || time.input.kind !== 'time') {
    return time;
  }
  const label = words.form.offer(formatInstant(offer, context.me.zone, context.now));
  const choices = [...time.input.choices, { value: timeWords(offer, context), label }];
  return { ...time, input: { ...time.input, choices } };
}

function obstacleWords({ view, me, now }: CaseContext, ownerId: MemberId, obstacle: Obstacle): string {
  const name = nameOf(view, ownerId);
  const when = (at: Instant) => formatInstant(at, me.zone, now);
  switch (obstacle.kind) {
    case 'owner away':
      return words.obstacle.away(name, obstacle.until === null ? null : when(obstacle.until));
    case 'owner paused':
      return words.obstacle.paused(name, obstacle.until === null ? null : when(obstacle.until));
    case 'after deadline':
      return words.obstacle.deadline(when(obstacle.deadline));
    case 'off hours':
      return words.obstacle.offHours(name);
    case 'crowded':
      return words.obstacle.crowded(name, obstacle.count);
    default:
      return unreachable(obstacle);
  }
}
