import { act, type Result } from '../app/act.ts';
import type { Deps, Who } from '../app/deps.ts';
import type { Command } from '../domain/decide.ts';
import { NonBlank } from '../domain/ids.ts';
import type { Rejection } from '../domain/rejection.ts';
import { notAnAdmin } from '../domain/team-change.ts';
import { unreachable } from '../domain/unreachable.ts';
import type { ActionId, Card, Subject } from './card.ts';
import { noSubject } from './card.ts';
import { caseCard } from './case-card.ts';
import { answerCommand, boardOf, home } from './commands.ts';
import type { FormId, Values } from './form.ts';
import { fill, show } from './forms/catalogue.ts';
import type { FormContext } from './forms/context.ts';
import type { Intent, Place, Reply } from './intent.ts';
import { loadView } from './load.ts';
import { outdated } from './outdated.ts';
import { prefillFromMessage } from './prefill.ts';
import { noteCard } from './promise-cards.ts';
import { rejectionWords } from './rejection-words.ts';
import { savedCard } from './team-card.ts';
import { nameOf, strong, text } from './view.ts';
import { words } from './words.ts';

/** Buttons that open a form of the same name. */
const FORM_OF: Partial<Record<ActionId, FormId>> = {
  open: 'open',
  promise: 'promise',
  keep: 'keep',
  move: 'move',
  'hand over': 'hand over',
  withdraw: 'withdraw',
  ask: 'ask',
  approve: 'approve',
  'approve within': 'approve within',
  'another option': 'another option',
  decline: 'decline',
  close: 'close',
  authority: 'authority',
  workspace: 'workspace',
};

/** Answers what a member wants: the same for every surface. */
export async function converse(deps: Deps, who: Who, intent: Intent): Promise<Reply> {
  switch (intent.kind) {
    case 'command': {
      const context = await contextOf(deps, who, { place: intent.place });
      const answer = await answerCommand(context, intent.text);
      return answer.kind === 'card' ? answer : showForm(context, 'open', answer.values);
    }
    case 'open from message': {
      const source = { text: intent.text, link: intent.link };
      const context = await contextOf(deps, who, { place: intent.place, source });
      return showForm(context, 'open', await prefillFromMessage(context, saidIn(intent)));
    }
    case 'press':
      return press(deps, who, intent);
    case 'preview':
    case 'submit':
      return heardForm(deps, who, intent);
    case 'suggest': {
      const found = await deps.store.read(who.workspaceId, (tx) => tx.customersLike(intent.query, 8));
      return { kind: 'suggestions', options: found.map(({ id, name }) => ({ value: id, label: name })) };
    }
    case 'home':
      return { kind: 'card', card: await home(await contextOf(deps, who, { place: intent.place })) };
    case 'said':
      await act(deps, who, intent.caseId, { do: 'sign' });
      return { kind: 'done' };
    default:
      return unreachable(intent);
  }
}

/** The board of a workspace. */
export async function board(deps: Deps, who: Who): Promise<Card> {
  return boardOf(await contextOf(deps, who, {}));
}

async function press(deps: Deps, who: Who, intent: Extract<Intent, { kind: 'press' }>): Promise<Reply> {
  const { action, subject, place } = intent;
  const { caseId } = subject;
  const form = FORM_OF[action];
  if (form !== undefined) {
    if (caseId !== null) {
      // Whoever reaches for a button is there: for the owner a sign of life.
      await act(deps, who, caseId, { do: 'sign' });
    }
    return showForm(await contextOf(deps, who, { place, subject }), form, {});
  }
  if (caseId === null) {
    return refused(deps, who, { why: 'not found' });
  }
  if (action === 'go') {
    return { kind: 'go', caseId };
  }
  if (action === 'show') {
    const view = await loadView(deps, who, caseId);
    return view === null ? refused(deps, who, { why: 'not found' }) : { kind: 'card', card: caseCard(view) };
  }
  const command = commandOf(action, subject);
  if (command === null) {
    return refused(deps, who, { why: 'not found' });
  }
  const result = await act(deps, who, caseId, command, intent.nonce ?? null);
  // Who has taken a case on, with this press or one before, wants to be where it is.
  return action === 'take' && isTaken(result, who) ? { kind: 'go', caseId } : answered(deps, who, result);
}

function isTaken(result: Result, { memberId }: Who): boolean {
  return result.ok || (result.rejection.why === 'already taken' && result.rejection.by === memberId);
}

function commandOf(action: ActionId, { caseId, promiseId, askId }: Subject): Command | null {
  switch (action) {
    case 'on it':
      return { do: 'sign' };
    case 'reopen':
      return { do: 'reopen', reason: NonBlank.parse(words.form.reopened) };
    case 'not mine':
      return askId === null ? null : { do: 'not mine', askId };
    case 'take':
      if (askId !== null) {
        return { do: 'take', matter: { kind: 'ask', askId } };
      }
      if (promiseId !== null) {
        return { do: 'take', matter: { kind: 'promise', promiseId } };
      }
      return caseId === null ? null : { do: 'take', matter: { kind: 'case', caseId } };
    default:
      return null;
  }
}

async function showForm(context: FormContext, id: FormId, values: Values): Promise<Reply> {
  const viewed = await withView(context);
  const barred = isOfTeam(id) ? notAnAdmin(context.team, context.me.id) : null;
  const since = barred ?? (viewed.view === null ? null : outdated(id, viewed.view, context.subject));
  if (since !== null) {
    return refused(context.deps, context.who, since);
  }
  const filled = await fill(id, viewed, values);
  return filled === null
    ? refused(context.deps, context.who, { why: 'not found' })
    : { kind: 'form', form: show(id, context, filled, { submitted: false }) };
}

async function heardForm(
  deps: Deps,
  who: Who,
  intent: Extract<Intent, { kind: 'preview' | 'submit' }>,
): Promise<Reply> {
  const { form, values, subject, source, place, nonce } = intent;
  const context = await contextOf(deps, who, { place, subject, source, nonce });
  const barred = isOfTeam(form) ? notAnAdmin(context.team, context.me.id) : null;
  if (barred !== null) {
    return refused(deps, who, barred);
  }
  const filled = await fill(form, await withView(context), values);
  if (filled === null) {
    return refused(deps, who, { why: 'not found' });
  }
  const submitted = intent.kind === 'submit';
  if (!submitted || filled.run === null) {
    return { kind: 'form', form: show(form, context, filled, { submitted }) };
  }
  const result = await filled.run();
  if (result.ok && isOfTeam(form)) {
    // Nobody else hears of it, so who has changed it sees how it stands.
    const { team, me } = await contextOf(deps, who, { place });
    return { kind: 'card', card: savedCard(team, me, place.connection) };
  }
  if (result.ok || !canBeMended(result.rejection)) {
    return answered(deps, who, result);
  }
  const sentence = rejectionWords(result.rejection, {
    team: context.team,
    zone: context.me.zone,
    now: context.now,
  });
  const trouble = [{ b: 'text' as const, line: [strong(sentence)] }];
  return { kind: 'form', form: show(form, context, filled, { submitted, trouble }) };
}

/** Forms that change the team: not everybody's. */
function isOfTeam(form: FormId): boolean {
  return form === 'authority' || form === 'workspace';
}

/** Whether filling the form in otherwise would help; if not, the sentence stands alone. */
function canBeMended({ why }: Rejection): boolean {
  return MENDABLE.has(why);
}

const MENDABLE: ReadonlySet<Rejection['why']> = new Set([
  'owner has left',
  'same owner',
  'time is past',
  'no authority',
  'nobody may decide',
  'answers to themselves',
  'last admin',
]);

async function answered(deps: Deps, who: Who, result: Result): Promise<Reply> {
  if (!result.ok) {
    return refused(deps, who, result.rejection);
  }
  return result.repeated
    ? { kind: 'card', card: noteCard([text(words.receipt.repeated)]) }
    : { kind: 'done' };
}

async function refused(deps: Deps, who: Who, rejection: Rejection): Promise<Reply> {
  const { team, me, now } = await contextOf(deps, who, {});
  const sentence = rejectionWords(rejection, { team, zone: me.zone, now });
  return { kind: 'card', card: noteCard([text(sentence)], 'attention') };
}

async function withView(context: FormContext) {
  const { deps, who, subject } = context;
  return { ...context, view: subject.caseId === null ? null : await loadView(deps, who, subject.caseId) };
}

async function contextOf(
  deps: Deps,
  who: Who,
  about: { place?: Place; subject?: Subject; source?: FormContext['source']; nonce?: string },
): Promise<FormContext> {
  const now = deps.clock();
  const data = await deps.store.read(who.workspaceId, (tx) => tx.workspace());
  const team = deps.teamOf(data, now);
  const me = team.members.get(who.memberId);
  if (me === undefined) {
    throw new Error(`${nameOf({ team }, null)} is not a member of this workspace`);
  }
  return {
    deps,
    who,
    me,
    calendar: team.calendarOf(me),
    team,
    policy: data.policy,
    now,
    subject: about.subject ?? noSubject,
    source: about.source ?? null,
    place: about.place ?? { connection: '', channel: '' },
    nonce: about.nonce ?? deps.newId(),
  };
}

/** What somebody wrote, without the name that stands before it: that is a colleague's, and no customer's. */
function saidIn({ text, author }: Extract<Intent, { kind: 'open from message' }>): string {
  const before = `${author ?? ''}: `;
  return author && text.startsWith(before) ? text.slice(before.length) : text;
}
