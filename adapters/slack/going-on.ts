import type { Log, Who } from '../../src/app/deps.ts';
import type { Card } from '../../src/conversation/card.ts';
import { text } from '../../src/conversation/view.ts';
import { isQuestion, showCase } from '../../src/conversation/wanted.ts';
import type { Answer } from './answer.ts';
import { caseAt } from './case-at.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { Job } from './job.ts';
import type { Pressed, WholeRef } from './meta.ts';
import { parse } from './parse.ts';
import type { Recognise } from './recognise.ts';
import type { Sources } from './source-text.ts';
import type { ByPerson } from './told.ts';
import { intentOf } from './wanted.ts';

/**
 * Goes on with what was shown or told before: *Show all*, *Open the form*, and buttons that can't be read any more.
 * What is to be heard again is given back, to be carried out in the place of the press.
 */
export type GoOn = (job: Job, press: Exclude<Pressed, { do: 'act' }> | null) => Promise<Job | null>;

/** Carries out buttons that refer to something earlier. */
export function createGoingOn(parts: {
  asked: Asked;
  sources: Sources;
  answer: Answer;
  recognise: Recognise;
  log: Log;
}): GoOn {
  const { asked, sources, answer, recognise, log } = parts;

  async function showPost(job: Job, ref: Extract<WholeRef, { of: 'post' }>, page: number): Promise<void> {
    const card = await asked.drawPost(job.connection.workspaceId, ref.key);
    await (card === null ? answer.sentence(job, words.tooOld) : inModal(job, card, page, ref));
  }

  /** The answer to a question, asked again, for what it shows may have changed. */
  async function showAnswer(
    job: Job,
    who: Who,
    ref: Extract<WholeRef, { of: 'heard' }>,
    page: number,
  ): Promise<void> {
    const told = await toldBefore(job, ref.id);
    if (told === null) {
      return;
    }
    const intent = await intentOf(sources, { heardId: ref.id, connection: job.connection, told });
    const got = intent !== null && isQuestion(intent) ? await asked.hear(who, intent) : null;
    await (got?.kind === 'card' ? inModal(job, got.card, page, ref) : answer.sentence(job, words.tooOld));
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

  /** What stands there now is the better answer. */
  async function stale(job: Job, who: Who): Promise<void> {
    const { connection, told } = job;
    if (told.kind !== 'action') {
      return;
    }
    log.warn({ connection: connection.id, action: told.actionId }, 'a button is none that Kept knows now');
    const caseId = await caseAt(asked, connection, told.in);
    const shown =
      caseId === null
        ? null
        : await asked.hear(
            who,
            showCase(caseId, { connection: connection.id, channel: told.in.channel ?? '' }),
          );
    if (shown?.kind !== 'card') {
      await answer.sentence(job, `${words.oldButton} ${words.begin}`);
      return;
    }
    const note = { b: 'note' as const, line: [text(words.oldButtonNow)] };
    await answer.card(job, { ...shown.card, blocks: [note, ...shown.card.blocks] });
  }

  return async (job, press) => {
    const who = await recognise(job, (said) => answer.sentence(job, said));
    if (who === null) {
      return null;
    }
    if (press === null || press.do === 'choose') {
      await stale(job, who);
      return null;
    }
    if (press.do === 'again') {
      const told = await toldBefore(job, press.heard);
      return told === null ? null : { ...job, wordsId: press.heard, told: withTrigger(told, job.told) };
    }
    const { ref, page } = press;
    await (ref.of === 'post' ? showPost(job, ref, page) : showAnswer(job, who, ref, page));
    return null;
  };
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
