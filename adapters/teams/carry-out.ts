import type { Log, Who } from '../../src/app/deps.ts';
import type { Block, Card } from '../../src/conversation/card.ts';
import type { Intent, Reply } from '../../src/conversation/intent.ts';
import { link, text } from '../../src/conversation/view.ts';
import { isDoneByHearing, isQuestion, showCase } from '../../src/conversation/wanted.ts';
import type { CaseId } from '../../src/domain/ids.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Answer } from './answer.ts';
import type { AudienceOf } from './audience.ts';
import { caseAt, isOpenTo } from './case-at.ts';
import type { Asked } from './gated-deps.ts';
import { createGoingOn } from './going-on.ts';
import { hearingWords as words } from './hearing-words.ts';
import { createInPlace } from './in-place.ts';
import { isPress, type Job, pressOf, underOf } from './job.ts';
import { linkTo } from './link.ts';
import type { OwnPlace } from './own-place.ts';
import type { Places } from './places.ts';
import { createRecognise } from './recognise.ts';
import { splitConversation } from './ref.ts';
import { type Sources, wordsOf } from './source-text.ts';
import { createStanding } from './standing.ts';
import { preview, submit } from './submitting.ts';
import { intentOf } from './wanted.ts';
import type { WholeValues } from './whole-values.ts';

type Parts = {
  asked: Asked;
  sources: Sources;
  whole: Pick<WholeValues, 'read'>;
  answer: Answer;
  audience: AudienceOf;
  ownPlace: OwnPlace;
  places: Pick<Places, 'personal' | 'nameOf'>;
  log: Log;
};

/** Carries out what a person told Kept: says it to the conversation, and brings its reply to them. */
export type CarryOut = (job: Job) => Promise<void>;

/** See `CarryOut`. */
export function createCarryOut(parts: Parts): CarryOut {
  const { asked, sources, answer, log } = parts;
  const recognise = createRecognise({ people: asked.people, log });
  const standingOf = createStanding({ asked, sources });
  const inPlace = createInPlace({ answer, standingOf });
  const goOn = createGoingOn({ asked, sources, answer, standingOf, log });
  const filling = { ...parts, inPlace };

  async function telling(job: Job, who: Who): Promise<void> {
    const intent = intentOf(job);
    if (intent !== null) {
      const before = await postAsItIs(job);
      await reply(job, who, intent, { got: await asked.hear(who, intent), before });
    }
  }

  /** The case's post that is pressed, in whose place the answer comes to stand; null where there is none. */
  async function postAsItIs({ connection, told, on }: Job): Promise<string | null> {
    const under = underOf(told);
    const isPost = told.kind === 'press' && told.how === 'execute' && on === null && under?.of === 'post';
    const card = isPost ? await asked.drawPost(connection.workspaceId, under.key) : null;
    return card === null ? null : JSON.stringify(card);
  }

  async function reply(
    job: Job,
    who: Who,
    intent: Intent,
    { got, before }: { got: Reply; before: string | null },
  ): Promise<void> {
    const under = underOf(job.told);
    switch (got.kind) {
      case 'form': {
        const place = 'place' in intent ? intent.place : { connection: job.connection.id, channel: '' };
        // A press may change the post it is made on, which is drawn again in a moment: with a form in its place.
        const isApart = before !== null && before !== (await postAsItIs(job));
        return answer.form(job, got.form, { place, under, isApart });
      }
      case 'card': {
        if (isPress(job.told) && isNote(got.card)) {
          return inPlace(job, who, { under, blocks: got.card.blocks, tone: got.card.tone });
        }
        const isAsked = isQuestion(intent);
        const whole = isAsked ? { of: 'heard' as const, id: job.wordsId } : null;
        const isOnce = isDoneByHearing(intent);
        return answer.card(job, got.card, { whole, back: under, isQuestion: isAsked, isOnce });
      }
      case 'go':
        return go(job, who, got.caseId);
      case 'done':
      case 'suggestions':
        return inPlace(job, who, { under, said: words.done });
      default:
        return unreachable(got);
    }
  }

  /** To a case's thread, or, where that hangs in somebody else's chat, to the case itself. */
  async function go(job: Job, who: Who, caseId: CaseId): Promise<void> {
    const { connection, told } = job;
    const under = underOf(told);
    const thread = await asked.threadOf(connection.workspaceId, caseId);
    const url =
      thread === null || thread.connection !== connection.id ? null : linkTo(connection, thread.ref);
    if (url !== null) {
      const line = [text(words.go), text(' '), link(words.openThread, url)];
      return inPlace(job, who, { under, blocks: [{ b: 'text', line }] });
    }
    // A chat with Kept has no address, so the case is shown in the place of its thread.
    const shown = await asked.hear(
      who,
      showCase(caseId, {
        connection: connection.id,
        channel: splitConversation(told.where.conversation).base,
      }),
    );
    if (shown.kind !== 'card') {
      return inPlace(job, who, { under, said: words.noThread });
    }
    const isOpen = thread === null || (await isOpenTo(asked, connection, told.from.personId, thread));
    const note: Block[] = isOpen ? [] : [{ b: 'note', line: [text(words.notOpenToYou)] }];
    const whole = thread === null ? null : { of: 'post' as const, key: `${caseId}/card` };
    return answer.card(
      job,
      { ...shown.card, blocks: [...note, ...shown.card.blocks] },
      { whole, back: under },
    );
  }

  /** A word in a case's thread: a sign of life of whoever said it. */
  async function inThread(job: Job): Promise<void> {
    const { connection, told } = job;
    const { root } = splitConversation(told.where.conversation);
    if (told.kind !== 'message' || told.where.kind !== 'channel' || root === told.activityId) {
      return;
    }
    const caseId = await caseAt(asked, connection, { conversation: told.where.conversation, on: null });
    const who = caseId === null ? null : await recognise(job, null);
    if (caseId !== null && who !== null) {
      await asked.hear(who, { kind: 'said', caseId, text: wordsOf(told) ?? '' });
    }
  }

  async function pressed(job: Job, who: Who): Promise<void> {
    const { told } = job;
    const press = pressOf(told);
    const data = told.kind === 'press' || told.kind === 'dialog' ? told.data : null;
    if (press === null && told.kind === 'dialog' && told.of === 'extension' && told.step === 'fetch') {
      return telling(job, who);
    }
    switch (press?.do) {
      case 'act':
        return telling(job, who);
      case 'submit':
        return submit(filling, job, who, { data, meta: press.meta });
      case 'preview':
        return preview(filling, job, who, { data, meta: press.meta, set: press.set });
      case undefined:
      case 'again':
      case 'back':
      case 'whole': {
        const before = await goOn(job, who, press ?? null);
        return before === null ? undefined : carryOutAgain(before, who);
      }
      default:
        return unreachable(press);
    }
  }

  /** What was heard before, in the place of the press. What was done by it, or refers to more, isn't gone on with. */
  async function carryOutAgain(job: Job, who: Who): Promise<void> {
    const intent = intentOf(job);
    const isOver = pressOf(job.told)?.do === 'again' || (intent !== null && isDoneByHearing(intent));
    return isOver ? answer.sentence(job, words.tooOld) : pressedOrSaid(job, who);
  }

  function pressedOrSaid(job: Job, who: Who): Promise<void> {
    return isPress(job.told) ? pressed(job, who) : telling(job, who);
  }

  return async (job) => {
    const { told } = job;
    if (told.kind === 'message') {
      await inThread(job);
      if (!told.toUs) {
        return;
      }
    }
    const who = await recognise(job, (said) => answer.sentence(job, said, { isForAll: true }));
    if (who !== null) {
      await pressedOrSaid(job, who);
    }
  };
}

/** Whether a card is but a few words on what was done, or not. */
function isNote({ heading, blocks, actions }: Card): boolean {
  return (
    heading.length === 0 && actions.length === 0 && blocks.every(({ b }) => b === 'note' || b === 'text')
  );
}
