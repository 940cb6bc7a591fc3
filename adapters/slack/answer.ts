import type { KnownBlock, View } from '@slack/types';
import type { Card } from '../../src/conversation/card.ts';
import type { Form } from '../../src/conversation/form.ts';
import type { Place } from '../../src/conversation/intent.ts';
import { membersIn } from '../../src/conversation/members-in.ts';
import { noteCard } from '../../src/conversation/promise-cards.ts';
import { text } from '../../src/conversation/view.ts';
import { type CaseId, MemberId } from '../../src/domain/ids.ts';
import { createButtons } from './buttons.ts';
import { drawCardView } from './card-views.ts';
import type { DrawContext } from './drawn.ts';
import { warningMark } from './filled-form.ts';
import { drawFormView } from './form-view.ts';
import { hearingWords as words } from './hearing-words.ts';
import { type Job, spotOf } from './job.ts';
import { drawMessage } from './message.ts';
import { type FormMeta, META_VERSION, type WholeRef } from './meta.ts';
import { modal, plain } from './modal.ts';
import { permalink } from './permalink.ts';
import { buttonRows } from './pieces.ts';
import { drawContextOf } from './post-context.ts';
import type { SlackConnection, SlackDeps } from './slack-deps.ts';
import type { Whisper } from './whisper.ts';

type Deps = Pick<SlackDeps, 'connections' | 'threadOf'>;

/** `modal`: it is asked for as one. `whole`: what *Show all* refers to. */
type CardOptions = { page?: number; whole?: WholeRef | null; modal?: boolean };

/** Gives people in Slack what they get at once. */
export type Answer = {
  /** In the modal that stands or where they are in a view, else as words for their eyes. */
  card(job: Job, card: Card, options?: CardOptions): Promise<void>;
  sentence(job: Job, words: string): Promise<void>;
  /** As a modal; where none can open, as a button that opens it. */
  form(job: Job, form: Form, more: { place: Place; link: string | null }): Promise<void>;
  /** A button that hears it again, with the trigger of its press. */
  again(job: Job, words: string): Promise<void>;
  /** The way to a case's thread. */
  go(job: Job, caseId: CaseId): Promise<void>;
  /** It is done, and what others see of it comes by itself. */
  done(job: Job): Promise<void>;
};

/** Draws answers and brings them to where the person is. */
export function createAnswer(deps: Deps, whisper: Whisper): Answer {
  const toPerson = ({ connection, told }: Job) => ({ connection, userId: told.userId, spot: spotOf(told) });

  async function card(job: Job, shown: Card, options: CardOptions = {}): Promise<void> {
    const { page = 0, whole = null, modal: isModal = false } = options;
    const context = await contextOf(deps, job.connection, shown, whole);
    if (isModal || isInModal(job)) {
      if (await job.opening.show(drawCardView(shown, context, page))) {
        return;
      }
      if (isModal) {
        await again(job, words.expired);
        return;
      }
    }
    job.opening.give();
    await whisper(toPerson(job), drawMessage(shown, context));
  }

  const sentence = (job: Job, said: string) => card(job, noteCard([text(said)]));

  async function again(job: Job, said: string): Promise<void> {
    const label = words.openForm;
    const button = createButtons().press(label, { do: 'again', heard: job.wordsId }, 'primary');
    const blocks: KnownBlock[] = [
      { type: 'section', text: plain(said) },
      ...(button === null ? [] : buttonRows([button])),
    ];
    await whisper(toPerson(job), { blocks, text: said });
  }

  return {
    card,
    sentence,
    again,
    form: async (job, form, { place, link }) => {
      const meta = newMeta(form, place, form.source === null ? null : { heard: job.wordsId, link });
      const view = drawFormView(form, meta, await formContextOf(deps, job.connection, form));
      if (!(await job.opening.show(view))) {
        const isSaid = job.told.kind === 'mention' || job.told.kind === 'direct message';
        await again(job, isSaid ? words.formIsReady : words.expired);
      }
    },
    go: async (job, caseId) => {
      const { workspaceId, id, facts } = job.connection;
      const thread = await deps.threadOf(workspaceId, caseId);
      if (thread === null || thread.connection !== id) {
        await sentence(job, words.noThread);
        return;
      }
      const blocks: KnownBlock[] = [
        { type: 'section', text: plain(words.go) },
        ...buttonRows([
          {
            type: 'button',
            action_id: 'link/0',
            text: plain(words.openThread),
            url: permalink(facts, thread.ref),
          },
        ]),
      ];
      const view = modal({ title: words.openThread, blocks, meta: { v: META_VERSION, kind: 'card' } });
      if (isInModal(job) && (await job.opening.show(view))) {
        return;
      }
      job.opening.give();
      await whisper(toPerson(job), {
        blocks,
        text: `${words.go} <${permalink(facts, thread.ref)}|${words.openThread}>`,
      });
    },
    done: async (job) => {
      job.opening.give();
      if (job.opening.isStanding()) {
        await sentence(job, words.done);
      }
    },
  };
}

/** Whether an answer stands in a modal: one does already, or the person is in a view, or nowhere. */
function isInModal({ opening, told }: Job): boolean {
  return opening.isStanding() || spotOf(told).in === 'view';
}

/** What a form carries when it is shown for the first time. */
function newMeta(form: Form, place: Place, source: FormMeta['source']): FormMeta {
  const { id, nonce, subject } = form;
  const about = { form: id, nonce, subject, place, source };
  return { v: META_VERSION, kind: 'form', ...about, filled: {}, warned: warningMark(form) };
}

/** What drawing an answer needs to know. */
export async function contextOf(
  deps: Deps,
  connection: SlackConnection,
  card: Card,
  whole: WholeRef | null,
): Promise<DrawContext> {
  return { ...(await drawContextOf(deps, connection, '', card)), whole };
}

/** What drawing a form needs to know: the Slack ids of those it names, and of those who are chosen in it. */
export async function formContextOf(
  deps: Deps,
  connection: SlackConnection,
  form: Form,
): Promise<DrawContext> {
  const around: Card = { tone: 'calm', heading: [], blocks: [...form.intro, ...form.notes], actions: [] };
  const chosen = form.fields.flatMap(({ input, value }) => {
    const id = input.kind === 'member' ? MemberId.safeParse(value) : null;
    return id?.success ? [id.data] : [];
  });
  const members = [...new Set([...membersIn(around), ...chosen])];
  const { workspaceId, id } = connection;
  const userIds =
    members.length === 0
      ? new Map<MemberId, string>()
      : await deps.connections.identitiesOf(workspaceId, id, members);
  return { userIds, threadUrl: null, whole: null };
}

/** A card as a modal, for the answer to a submission. */
export async function cardView(deps: Deps, connection: SlackConnection, card: Card): Promise<View> {
  return drawCardView(card, await contextOf(deps, connection, card, null), 0);
}
