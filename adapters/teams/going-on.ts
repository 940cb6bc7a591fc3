import type { Log, Who } from '../../src/app/deps.ts';
import { typedCard } from '../../src/conversation/typed-card.ts';
import { text } from '../../src/conversation/view.ts';
import { showCase } from '../../src/conversation/wanted.ts';
import { unreachable } from '../../src/domain/unreachable.ts';
import type { Answer } from './answer.ts';
import { caseAt } from './case-at.ts';
import type { Asked } from './gated-deps.ts';
import { hearingWords as words } from './hearing-words.ts';
import type { Job } from './job.ts';
import type { Pressed, WholeRef } from './meta.ts';
import { splitConversation } from './ref.ts';
import type { Sources } from './source-text.ts';
import type { StandingOf } from './standing.ts';
import { typedInto } from './typed-into.ts';

type Earlier = Extract<Pressed, { do: 'back' | 'whole' | 'again' }>;

/**
 * Goes on with what was shown or told before: *Show all*, *Back*, *Open it*, and buttons that can't be read any more.
 * What is to be heard again is given back, to be carried out in the place of the press.
 */
export type GoOn = (job: Job, who: Who, press: Earlier | null) => Promise<Job | null>;

/** Carries out buttons that refer to something earlier. */
export function createGoingOn(parts: {
  asked: Asked;
  sources: Sources;
  answer: Answer;
  standingOf: StandingOf;
  log: Log;
}): GoOn {
  const { asked, sources, answer, standingOf, log } = parts;

  async function show(job: Job, who: Who, ref: WholeRef, page: number | null): Promise<void> {
    const standing = await standingOf(job, who, ref);
    if (!standing.ok) {
      const said = standing.why === 'too old' ? words.tooOld : words.notYours;
      return answer.sentence(job, said, { isForAll: true });
    }
    return answer.card(job, standing.card, { whole: ref, page });
  }

  /** What the same person told before; they hear why when it can't be gone on with. */
  async function again(job: Job, heard: string): Promise<Job | null> {
    const told = await sources.told(job.connection, heard);
    if (told === null || told.from.personId !== job.told.from.personId) {
      await answer.sentence(job, told === null ? words.tooOld : words.notYours, { isForAll: true });
      return null;
    }
    // Where they are now is where they are answered.
    const where = { ...told.where, serviceUrl: job.told.where.serviceUrl };
    return { ...job, heardId: heard, wordsId: heard, told: { ...told, where } };
  }

  /** What stands there now is the better answer. */
  async function stale(job: Job, who: Who): Promise<void> {
    const { connection, told } = job;
    const data = told.kind === 'press' || told.kind === 'dialog' ? told.data : null;
    const on = told.kind === 'press' ? told.on : null;
    log.warn({ connection: connection.id, kind: told.kind }, 'a button is none that Kept knows now');
    const typed = typedInto(data);
    if (typed.length > 0) {
      return answer.card(job, typedCard(typed, words.begin));
    }
    const { conversation } = told.where;
    const caseId = await caseAt(asked, connection, { conversation, on });
    const { base } = splitConversation(conversation);
    const shown =
      caseId === null
        ? null
        : await asked.hear(who, showCase(caseId, { connection: connection.id, channel: base }));
    if (shown?.kind !== 'card') {
      return answer.sentence(job, `${words.oldButton} ${words.begin}`, { isForAll: true });
    }
    const note = { b: 'note' as const, line: [text(words.oldButtonNow)] };
    const whole = { of: 'post' as const, key: `${caseId}/card` };
    return answer.card(job, { ...shown.card, blocks: [note, ...shown.card.blocks] }, { whole });
  }

  return async (job, who, press) => {
    if (press === null) {
      await stale(job, who);
      return null;
    }
    switch (press.do) {
      case 'again':
        return again(job, press.heard);
      case 'back':
        await (press.to === null
          ? answer.sentence(job, words.back, { isForAll: true })
          : show(job, who, press.to, null));
        return null;
      case 'whole':
        await show(job, who, press.ref, press.page);
        return null;
      default:
        return unreachable(press);
    }
  };
}
