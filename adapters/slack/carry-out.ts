import type { Log, Who } from '../../src/app/deps.ts';
import { type Card, noSubject } from '../../src/conversation/card.ts';
import type { Intent, Reply } from '../../src/conversation/intent.ts';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { text } from '../../src/conversation/view.ts';
import type { CaseId } from '../../src/domain/ids.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Answer } from './answer.ts';
import type { AudienceOf } from './audience.ts';
import { metaOf } from './filled-form.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { Home } from './home.ts';
import type { Job } from './job.ts';
import type { Pressed, WholeRef } from './meta.ts';
import { parse } from './parse.ts';
import { pressedOf } from './pressed.ts';
import type { ClientOf, SlackConnection } from './slack-deps.ts';
import type { Sources } from './source-text.ts';
import { asCard, type Submitted, submit, typedCard } from './submitting.ts';
import type { ByPerson } from './told.ts';
import { unfurl } from './unfurl.ts';
import { intentOf, isQuestion } from './wanted.ts';

type Parts = {
  asked: Asked;
  sources: Sources;
  answer: Answer;
  home: Home;
  clientOf: ClientOf;
  audience: AudienceOf;
  submitting: Parameters<typeof submit>[0];
  publicUrl: string | null;
  log: Log;
};

/** `submitted`: what a form's submission is answered with. Of all else the person has heard already. */
type CarriedOut = { submitted: Submitted | null };
export type CarryOut = (job: Job) => Promise<CarriedOut>;

const NOTHING: CarriedOut = { submitted: null };

/** Carries out what a person told Kept: says it to the conversation, and brings its reply to them. */
export function createCarryOut(parts: Parts): CarryOut {
  const { asked, sources, answer, home, log } = parts;

  /** Who it is; null when they are no member, which they are told where `tell` says so. */
  async function whoOf({ connection, told }: Job, tell: ((said: string) => Promise<void>) | null) {
    const known = await asked.people.memberFor(connection, told.userId);
    if (known.ok) {
      return { workspaceId: connection.workspaceId, memberId: known.member.id };
    }
    log.info(
      { connection: connection.id, why: known.why, kind: told.kind },
      'somebody who is no member was told no',
    );
    await tell?.(words.member[known.why]);
    return null;
  }

  async function reply(job: Job, who: Who, intent: Intent): Promise<void> {
    const got: Reply = await asked.hear(who, intent);
    switch (got.kind) {
      case 'form': {
        const place = 'place' in intent ? intent.place : { connection: job.connection.id, channel: '' };
        return answer.form(job, got.form, { place, link: got.form.source?.link ?? null });
      }
      case 'card':
        return answer.card(job, got.card, { whole: wholeOf(job, intent) });
      case 'go':
        return answer.go(job, got.caseId);
      case 'done':
      case 'suggestions':
        return answer.done(job);
      default:
        return unreachable(got);
    }
  }

  async function telling(job: Job): Promise<void> {
    const who = await whoOf(job, (said) => answer.sentence(job, said));
    const intent = who === null ? null : await intentOf(sources, job);
    if (who === null || intent === null) {
      return;
    }
    await reply(job, who, intent);
    if (intent.kind === 'press') {
      await home.refresh(job.connection, who, job.told.userId);
    }
  }

  async function pressed(job: Job, press: Exclude<Pressed, { do: 'act' }> | null): Promise<CarriedOut> {
    const who = await whoOf(job, (said) => answer.sentence(job, said));
    if (who === null) {
      return NOTHING;
    }
    if (press === null || press.do === 'choose') {
      await stale(job, who);
      return NOTHING;
    }
    const { workspaceId } = job.connection;
    if (press.do === 'whole' && press.ref.of === 'post') {
      const card = await asked.drawPost(workspaceId, press.ref.key);
      await (card === null ? answer.sentence(job, words.tooOld) : inModal(job, card, press.page, press.ref));
      return NOTHING;
    }
    const heard = press.do === 'again' ? press.heard : press.ref.of === 'heard' ? press.ref.id : '';
    const told = await toldBefore(job, heard);
    if (told === null) {
      return NOTHING;
    }
    if (press.do === 'again') {
      return carryOut({ ...job, wordsId: heard, told: withTrigger(told, job.told) });
    }
    const intent = await intentOf(sources, { connection: job.connection, told });
    const got = intent !== null && isQuestion(intent) ? await asked.hear(who, intent) : null;
    await (got?.kind === 'card'
      ? inModal(job, got.card, press.page, press.ref)
      : answer.sentence(job, words.tooOld));
    return NOTHING;
  }

  /** What the same person told before; they hear why when it can't be gone on with. */
  async function toldBefore(job: Job, heard: string): Promise<ByPerson | null> {
    const row = await asked.inbox.get(job.connection.workspaceId, heard);
    const before = row === null || row.connection !== job.connection.id ? null : parse(row.body);
    if (!before?.ok || before.told.by !== 'person') {
      await answer.sentence(job, words.tooOld);
      return null;
    }
    if (before.told.userId !== job.told.userId) {
      await answer.sentence(job, words.notYours);
      return null;
    }
    return before.told;
  }

  async function inModal(job: Job, card: Card, page: number, whole: WholeRef): Promise<void> {
    await answer.card(job, card, { page, whole, modal: true });
  }

  /** A button that can't be read any more: what stands there now is the better answer. */
  async function stale(job: Job, who: Who): Promise<void> {
    const { connection, told } = job;
    if (told.kind !== 'action') {
      return;
    }
    log.warn({ connection: connection.id, action: told.actionId }, 'a button is none that Kept knows now');
    const caseId = await caseOf(connection, told.in);
    const shown =
      caseId === null
        ? null
        : await asked.hear(who, {
            kind: 'press',
            action: 'show',
            subject: { ...noSubject, caseId },
            place: { connection: connection.id, channel: told.in.channel ?? '' },
          });
    if (shown?.kind !== 'card') {
      await answer.sentence(job, `${words.oldButton} ${words.begin}`);
      return;
    }
    const note = { b: 'note' as const, line: [text(words.oldButtonNow)] };
    await answer.card(job, { ...shown.card, blocks: [note, ...shown.card.blocks] });
  }

  async function caseOf(
    { workspaceId, id }: SlackConnection,
    { channel, ts, threadTs }: { channel: string | null; ts: string | null; threadTs: string | null },
  ): Promise<CaseId | null> {
    for (const at of [ts, threadTs]) {
      const found =
        channel === null || at === null ? null : await asked.caseAt(workspaceId, id, `${channel}:${at}`);
      if (found !== null) {
        return found;
      }
    }
    return null;
  }

  async function inThread(job: Job, threadTs: string): Promise<boolean> {
    const { connection, told } = job;
    if (told.kind !== 'mention' && told.kind !== 'direct message' && told.kind !== 'thread message') {
      return false;
    }
    const caseId = await caseOf(connection, { channel: told.channel, ts: threadTs, threadTs: null });
    const who = caseId === null ? null : await whoOf(job, null);
    if (caseId === null || who === null) {
      return false;
    }
    await asked.hear(who, { kind: 'said', caseId, text: await sources.textOf(connection, told) });
    await home.refresh(connection, who, told.userId);
    return true;
  }

  async function submitted(job: Job): Promise<CarriedOut> {
    const { told, connection } = job;
    const view = told.kind === 'submit' ? told.view : null;
    const meta = view === null ? null : metaOf(view);
    if (view === null) {
      return NOTHING;
    }
    if (meta?.kind === 'card' || meta?.kind === 'wait') {
      const nothing = await asCard({ deps: asked }, connection, noteCard([text(words.done)]));
      return { submitted: { ...nothing, ack: {}, isToBeSeen: false } };
    }
    let refusal: string | null = null;
    const who = await whoOf(job, (said) => {
      refusal = said;
      return Promise.resolve();
    });
    if (who === null) {
      return {
        submitted: await asCard({ deps: asked }, connection, noteCard([text(refusal ?? words.begin)])),
      };
    }
    if (meta === null) {
      log.warn({ connection: connection.id }, 'a form is of a version that Kept doesn’t know');
      return { submitted: await asCard({ deps: asked }, connection, typedCard(view)) };
    }
    const done = await submit(parts.submitting, job, who, { view, meta });
    const { after } = done;
    return {
      submitted: {
        ...done,
        after: async () => {
          await after?.();
          await home.refresh(connection, who, told.userId);
        },
      },
    };
  }

  async function carryOut(job: Job): Promise<CarriedOut> {
    const { told, connection } = job;
    switch (told.kind) {
      case 'action': {
        const press = pressedOf(told);
        if (press === null || press.do !== 'act') {
          return pressed(job, press);
        }
        await telling(job);
        return NOTHING;
      }
      case 'mention':
      case 'direct message': {
        const isWord = told.threadTs !== null && (await inThread(job, told.threadTs));
        // A word in the thread of a call for help is for the case, and no command.
        if (!isWord || told.kind === 'mention') {
          await telling(job);
        }
        return NOTHING;
      }
      case 'command':
      case 'message shortcut':
      case 'global shortcut':
        await telling(job);
        return NOTHING;
      case 'thread message':
        await inThread(job, told.threadTs);
        return NOTHING;
      case 'submit':
        return submitted(job);
      case 'home opened':
        await home.open(connection, told.userId);
        return NOTHING;
      case 'link shared':
        await unfurl(parts, connection, told);
        return NOTHING;
      case 'closed':
      case 'suggest':
        return NOTHING;
      default:
        return unreachable(told);
    }
  }

  return carryOut;
}

function wholeOf({ wordsId }: Job, intent: Intent): WholeRef | null {
  return isQuestion(intent) ? { of: 'heard', id: wordsId } : null;
}

/** What was told before, with what the press on *Open the form* brings: a trigger, and an address to answer at. */
function withTrigger(told: ByPerson, press: ByPerson): ByPerson {
  const triggerId = press.kind === 'action' ? press.triggerId : null;
  const responseUrl = press.kind === 'action' ? press.responseUrl : null;
  return {
    ...told,
    ...('triggerId' in told && triggerId !== null ? { triggerId } : {}),
    ...('responseUrl' in told && responseUrl !== null ? { responseUrl } : {}),
  };
}
