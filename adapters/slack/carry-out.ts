import type { Log, Who } from '../../src/app/deps.ts';
import type { Intent, Reply } from '../../src/conversation/intent.ts';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { typedCard } from '../../src/conversation/typed-card.ts';
import { text } from '../../src/conversation/view.ts';
import { isQuestion, showCase } from '../../src/conversation/wanted.ts';
import type { CaseId } from '../../src/domain/ids.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Answer } from './answer.ts';
import type { AudienceOf } from './audience.ts';
import { caseAt, isOpenTo } from './case-at.ts';
import { metaOf } from './filled-form.ts';
import type { Asked } from './gated-deps.ts';
import { createGoingOn } from './going-on.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { Home } from './home.ts';
import type { Job } from './job.ts';
import type { WholeRef } from './meta.ts';
import { pressedOf } from './pressed.ts';
import { createRecognise } from './recognise.ts';
import type { ClientOf } from './slack-deps.ts';
import type { Sources } from './source-text.ts';
import { asCard, type Submitted, submit } from './submitting.ts';
import { typedInto } from './typed-into.ts';
import { unfurl } from './unfurl.ts';
import { intentOf } from './wanted.ts';

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

/** Gives what a form's submission is answered with; of all else, null, the person has heard already. */
export type CarryOut = (job: Job) => Promise<Submitted | null>;

/** Carries out what a person told Kept: says it to the conversation, and brings its reply to them. */
export function createCarryOut(parts: Parts): CarryOut {
  const { asked, sources, answer, home, log } = parts;
  const recognise = createRecognise({ people: asked.people, log });
  const goOn = createGoingOn({ asked, sources, answer, recognise, log });

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
        return go(job, who, got.caseId);
      case 'done':
      case 'suggestions':
        return answer.done(job);
      default:
        return unreachable(got);
    }
  }

  /** To a case's thread, or, where that hangs in somebody else's messages, to the case itself. */
  async function go(job: Job, who: Who, caseId: CaseId): Promise<void> {
    const { connection, told } = job;
    const thread = await asked.threadOf(connection.workspaceId, caseId);
    const shown =
      thread === null || (await isOpenTo(parts, connection, told.userId, thread))
        ? null
        : await asked.hear(who, showCase(caseId, { connection: connection.id, channel: '' }));
    if (shown?.kind !== 'card') {
      return answer.go(job, caseId);
    }
    const note = { b: 'note' as const, line: [text(words.notOpenToYou)] };
    return answer.card(job, { ...shown.card, blocks: [note, ...shown.card.blocks] });
  }

  async function telling(job: Job): Promise<void> {
    const who = await recognise(job, (said) => answer.sentence(job, said));
    const intent = who === null ? null : await intentOf(sources, job);
    if (who === null || intent === null) {
      return;
    }
    await reply(job, who, intent);
    if (intent.kind === 'press') {
      await home.refresh(job.connection, who, job.told.userId);
    }
  }

  async function inThread(job: Job, threadTs: string): Promise<boolean> {
    const { connection, told } = job;
    if (told.kind !== 'mention' && told.kind !== 'direct message' && told.kind !== 'thread message') {
      return false;
    }
    const caseId = await caseAt(asked, connection, { channel: told.channel, ts: threadTs, threadTs: null });
    const who = caseId === null ? null : await recognise(job, null);
    if (caseId === null || who === null) {
      return false;
    }
    await asked.hear(who, { kind: 'said', caseId, text: await sources.textOf(connection, told) });
    await home.refresh(connection, who, told.userId);
    return true;
  }

  async function submitted(job: Job): Promise<Submitted | null> {
    const { told, connection } = job;
    const view = told.kind === 'submit' ? told.view : null;
    const meta = view === null ? null : metaOf(view);
    if (view === null) {
      return null;
    }
    if (meta?.kind === 'card' || meta?.kind === 'wait') {
      const nothing = await asCard({ deps: asked }, connection, noteCard([text(words.done)]));
      return { ...nothing, ack: {}, isToBeSeen: false };
    }
    let refusal: string | null = null;
    const who = await recognise(job, (said) => {
      refusal = said;
      return Promise.resolve();
    });
    if (who === null) {
      return asCard({ deps: asked }, connection, noteCard([text(refusal ?? words.begin)]));
    }
    if (meta === null) {
      log.warn({ connection: connection.id }, 'a form is of a version that Kept doesn’t know');
      return asCard({ deps: asked }, connection, typedCard(typedInto(view), words.begin));
    }
    const done = await submit(parts.submitting, job, who, { view, meta });
    const { after } = done;
    return {
      ...done,
      after: async () => {
        await after?.();
        await home.refresh(connection, who, told.userId);
      },
    };
  }

  async function carryOut(job: Job): Promise<Submitted | null> {
    const { told, connection } = job;
    switch (told.kind) {
      case 'action': {
        const press = pressedOf(told);
        if (press === null || press.do !== 'act') {
          const again = await goOn(job, press);
          return again === null ? null : carryOut(again);
        }
        await telling(job);
        return null;
      }
      case 'mention':
      case 'direct message': {
        const isWord = told.threadTs !== null && (await inThread(job, told.threadTs));
        // A word in the thread of a call for help is for the case, and no command.
        if (!isWord || told.kind === 'mention') {
          await telling(job);
        }
        return null;
      }
      case 'command':
      case 'message shortcut':
      case 'global shortcut':
        await telling(job);
        return null;
      case 'thread message':
        await inThread(job, told.threadTs);
        return null;
      case 'submit':
        return submitted(job);
      case 'home opened':
        await home.open(connection, told.userId);
        return null;
      case 'link shared':
        await unfurl(parts, connection, told);
        return null;
      case 'closed':
      case 'suggest':
        return null;
      default:
        return unreachable(told);
    }
  }

  return carryOut;
}

function wholeOf({ wordsId }: Job, intent: Intent): WholeRef | null {
  return isQuestion(intent) ? { of: 'heard', id: wordsId } : null;
}
